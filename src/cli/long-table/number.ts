const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?$/;
const MISSING = /^(|nan|na|null)$/i;
/** Powers of ten that a double holds exactly. */
const EXACT_TENS = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));

/**
 * A decimal number out of bytes: NaN where it is blank or one of NaN, NA, null; undefined when it is no finite
 * number. Up to 15 digits are read without making a string: both the digits and the power of ten are exact
 * doubles then, so their one division rounds right (Clinger 1990).
 */
export function parseNumber(bytes: Buffer, start: number, end: number): number | undefined {
  let i = start;
  const negative = bytes[i] === 45;
  if (negative || bytes[i] === 43) i++;
  let whole = 0;
  let count = 0;
  let point = -1;
  for (; i < end; i++) {
    const digit = bytes[i]! - 48;
    if (digit >= 0 && digit <= 9) {
      whole = whole * 10 + digit;
      count++;
    } else if (bytes[i] === 46 && point < 0) point = i;
    else return parseSlowly(bytes, start, end);
  }
  if (count === 0 || count > 15) return parseSlowly(bytes, start, end);
  const value = point < 0 ? whole : whole / EXACT_TENS[end - point - 1]!;
  return negative ? -value : value;
}

function parseSlowly(bytes: Buffer, start: number, end: number): number | undefined {
  const text = bytes.toString('latin1', start, end);
  if (MISSING.test(text)) return Number.NaN;
  if (!DECIMAL.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** The shortest plain decimal that reads back the same to 15 digits; never an exponent; blank for NaN. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return '';
  const rounded = Number(value.toPrecision(15));
  const text = String(Number.isFinite(rounded) ? rounded : value);
  const [digits, exponent] = text.split('e');
  if (exponent === undefined) return text === '-0' ? '0' : text;
  const sign = digits!.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = digits!.replace('-', '').split('.');
  const shift = Number(exponent);
  return shift < 0
    ? `${sign}0.${'0'.repeat(-shift - 1)}${whole}${fraction}`
    : `${sign}${whole}${fraction}${'0'.repeat(shift - fraction.length)}`;
}
