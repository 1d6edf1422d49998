import type { Comparison, Condition, Expression, TextForm } from './condition.ts';

/** One staged row as the plain loop sees it; days are `YYYY-MM-DD`. */
export type RowValues = Readonly<Record<string, number | string | null>>;

function operandValue(expression: Expression, row: RowValues): number | string | null {
  switch (expression.kind) {
    case 'col':
      return row[expression.name] ?? null;
    case 'const':
    case 'date':
      return expression.value;
    case 'mul':
    case 'div': {
      const left = operandValue(expression.left, row);
      const right = operandValue(expression.right, row);
      if (typeof left !== 'number' || typeof right !== 'number') return null;
      const result = expression.kind === 'mul' ? left * right : left / right;
      return Number.isFinite(result) ? result : null;
    }
  }
}

function compares(left: number | string, op: Comparison, right: number | string): boolean {
  switch (op) {
    case 'eq':
      return left === right;
    case 'ne':
      return left !== right;
    case 'lt':
      return left < right;
    case 'le':
      return left <= right;
    case 'gt':
      return left > right;
    case 'ge':
      return left >= right;
  }
}

function hasText(value: string, form: TextForm, part: string): boolean {
  switch (form) {
    case 'is-part-of':
      return value.includes(part);
    case 'begins':
      return value.startsWith(part);
    case 'ends':
      return value.endsWith(part);
  }
}

/** The plain-loop twin of the compiled SQL: the same answer for the same row, checked on random rows in the tests. */
export function evaluateCondition(condition: Condition, row: RowValues): boolean {
  switch (condition.kind) {
    case 'compare': {
      const left = operandValue(condition.left, row);
      const right = operandValue(condition.right, row);
      return left !== null && right !== null && compares(left, condition.op, right);
    }
    case 'is-null':
      return operandValue(condition.of, row) === null;
    case 'in': {
      const value = operandValue(condition.of, row);
      return value !== null && condition.values.includes(value);
    }
    case 'text': {
      const value = operandValue(condition.of, row);
      return typeof value === 'string' && hasText(value, condition.form, condition.part);
    }
    case 'and':
      return condition.all.every((each) => evaluateCondition(each, row));
    case 'or':
      return condition.all.some((each) => evaluateCondition(each, row));
    case 'not':
      return !evaluateCondition(condition.of, row);
  }
}
