/**
 * A price such as `€1,234.56` or `€233,00` as a plain decimal, `1234.56`; undefined for what cannot be read for certain.
 * A last separator with one or two digits after it is the decimal sign, separators with three digits after them are
 * group marks. Rule: sources.md §12.
 */
export function plainPrice(text: string): string | undefined {
  const digits = text.replace(/[\s\u00A0\u202F]/g, '').replace(/^€|€$/, '');
  const match = /^(\d+|\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?:([.,])(\d{1,2}))?$/.exec(digits);
  if (!match) return undefined;
  const [, whole = '', group, decimalSign, fraction] = match;
  if (group !== undefined && group === decimalSign) return undefined;
  const plain = whole.replace(/[.,]/g, '');
  return fraction === undefined ? plain : `${plain}.${fraction}`;
}
