/**
 * What a rule asks of one row, as data: it becomes SQL (compile.ts) for the lake and a plain loop (evaluate.ts) for
 * the tests. Two-valued on purpose: a comparison or text match with a missing value is false, never unknown,
 * so `not` and the order of rules mean what they say.
 */

/** A value of one row; arithmetic with a missing value, by zero or beyond a finite number is missing. */
export type Expression =
  | { readonly kind: 'col'; readonly name: string }
  | { readonly kind: 'const'; readonly value: number | string }
  | { readonly kind: 'date'; readonly value: string }
  | { readonly kind: 'mul' | 'div'; readonly left: Expression; readonly right: Expression };

export type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';
export type TextForm = 'is-part-of' | 'begins' | 'ends';

export type Condition =
  | {
      readonly kind: 'compare';
      readonly op: Comparison;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'is-null'; readonly of: Expression }
  | { readonly kind: 'in'; readonly of: Expression; readonly values: readonly (number | string)[] }
  | { readonly kind: 'text'; readonly of: Expression; readonly form: TextForm; readonly part: string }
  | { readonly kind: 'and' | 'or'; readonly all: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition };

/** A column by name; bare numbers stand for themselves, and text is always a column unless wrapped by `text`. */
type Operand = string | number | Expression;

function operand(value: Operand): Expression {
  if (typeof value === 'string') return { kind: 'col', name: value };
  if (typeof value === 'number') return { kind: 'const', value };
  return value;
}

export function text(value: string): Expression {
  return { kind: 'const', value };
}

/** A calendar day, `YYYY-MM-DD`, to compare with a DATE column. */
export function day(value: string): Expression {
  return { kind: 'date', value };
}

/** Ordered comparisons (lt, le, gt, ge) are for numbers and days; text knows only eq and ne. */
export function compare(left: Operand, op: Comparison, right: Operand): Condition {
  return { kind: 'compare', op, left: operand(left), right: operand(right) };
}

export function times(left: Operand, right: Operand): Expression {
  return { kind: 'mul', left: operand(left), right: operand(right) };
}

export function over(left: Operand, right: Operand): Expression {
  return { kind: 'div', left: operand(left), right: operand(right) };
}

export function isNull(of: Operand): Condition {
  return { kind: 'is-null', of: operand(of) };
}

export function isIn(of: Operand, values: readonly (number | string)[]): Condition {
  return { kind: 'in', of: operand(of), values };
}

export function textHas(of: Operand, form: TextForm, part: string): Condition {
  return { kind: 'text', of: operand(of), form, part };
}

export function and(...all: readonly Condition[]): Condition {
  return { kind: 'and', all };
}

export function or(...all: readonly Condition[]): Condition {
  return { kind: 'or', all };
}

export function not(of: Condition): Condition {
  return { kind: 'not', of };
}
