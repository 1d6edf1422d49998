/** One row as published: members of any name, their values text, numbers, or one of several ways to say nothing. */
export type Item = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as the text of a cell; null for what is absent: null, `[]`, `{}` and blank text. */
export function cellText(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return null;
}

/** A row's cells in the header's order. */
export function itemCells(item: Item, header: readonly string[]): (string | null)[] {
  return header.map((name) => (Object.hasOwn(item, name) ? cellText(item[name]) : null));
}

/** The first required member that no row has, so that a renamed column is a refusal and not a column of nothing. */
export function missingMember(items: readonly Item[], required: readonly string[]): string | undefined {
  if (items.length === 0) return undefined;
  return required.find((name) => !items.some((item) => Object.hasOwn(item, name)));
}

/** A count as the services write it, `84004` or `"84,004"`; null for anything else. */
export function wholeNumber(value: unknown): number | null {
  const text = cellText(value)?.trim().replaceAll(',', '');
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : null;
}
