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
  return `coalesce(${compileWhen(condition)}, false)`;
}

/**
 * SQL that is true for the rows that the condition meets, and false or NULL for the others: enough for a CASE and
 * cheaper over a million rows, because `and` and `or` cannot turn a NULL into true. Only `not` could, and asks for either.
 */
export function compileWhen(condition: Condition): string {
  switch (condition.kind) {
    case 'compare':
      return `(${compileExpression(condition.left)} ${OPERATOR[condition.op]} ${compileExpression(condition.right)})`;
    case 'is-null':
      return `(${compileExpression(condition.of)} IS NULL)`;
    case 'in':
      if (condition.values.length === 0) return 'false';
      return `(${compileExpression(condition.of)} IN (${condition.values.map(literal).join(', ')}))`;
    case 'text':
      return `${TEXT_FUNCTION[condition.form]}(${compileExpression(condition.of)}, ${sqlText(condition.part)})`;
    case 'and':
      return condition.all.length === 0 ? 'true' : `(${condition.all.map(compileWhen).join(' AND ')})`;
    case 'or':
      return condition.all.length === 0 ? 'false' : `(${condition.all.map(compileWhen).join(' OR ')})`;
    case 'not':
      return `(NOT ${condition.of.kind === 'is-null' ? compileWhen(condition.of) : compileCondition(condition.of)})`;
  }
}
