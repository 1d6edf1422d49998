import type { Comparison, Condition, Expression, TextForm } from './condition.ts';
import { sqlName, sqlText } from './sql-text.ts';

const OPERATOR: Record<Comparison, string> = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' };
const TEXT_FUNCTION: Record<TextForm, string> = {
  'is-part-of': 'contains',
  begins: 'starts_with',
  ends: 'suffix',
};

function literal(value: number | string): string {
  return typeof value === 'number' ? `(${value})::DOUBLE` : sqlText(value);
}

function compileExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'col':
      return sqlName(expression.name);
    case 'const':
      return literal(expression.value);
    case 'date':
      return `DATE ${sqlText(expression.value)}`;
    case 'mul':
    case 'div': {
      const left = compileExpression(expression.left);
      const right = compileExpression(expression.right);
      const result = expression.kind === 'mul' ? `(${left} * ${right})` : `(${left} / nullif(${right}, 0))`;
      // DuckDB follows IEEE 754 here: an overflow would be an infinity that compares as a number.
      return `(CASE WHEN isfinite(${result}) THEN ${result} END)`;
    }
  }
}

/** SQL that is true or false for every row, never NULL; columns are quoted names of the staged table. */
export function compileCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'compare': {
      const left = compileExpression(condition.left);
      const right = compileExpression(condition.right);
      return `coalesce(${left} ${OPERATOR[condition.op]} ${right}, false)`;
    }
    case 'is-null':
      return `(${compileExpression(condition.of)} IS NULL)`;
    case 'in':
      if (condition.values.length === 0) return 'false';
      return `coalesce(${compileExpression(condition.of)} IN (${condition.values.map(literal).join(', ')}), false)`;
    case 'text':
      return `coalesce(${TEXT_FUNCTION[condition.form]}(${compileExpression(condition.of)}, ${sqlText(condition.part)}), false)`;
    case 'and':
      return condition.all.length === 0 ? 'true' : `(${condition.all.map(compileCondition).join(' AND ')})`;
    case 'or':
      return condition.all.length === 0 ? 'false' : `(${condition.all.map(compileCondition).join(' OR ')})`;
    case 'not':
      return `(NOT ${compileCondition(condition.of)})`;
  }
}
