import { type Language, LOCALE } from './language.ts';

const formatters = new Map<string, Intl.NumberFormat>();

/** Building an Intl formatter costs about as much as a hundred uses of it, so each shape is built once. */
function fixed(language: Language, digits: number): Intl.NumberFormat {
  const key = `${language}${digits}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.NumberFormat(LOCALE[language], {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    formatters.set(key, formatter);
  }
  return formatter;
}

/** Rounds to `digits` decimals and never answers −0, so that a sign is decided once, on what the reader sees. */
export function roundTo(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor + 0;
}

/** A true minus sign: as wide as a digit's plus, and read aloud as "minus". */
function withMinus(text: string): string {
  return text.replace('-', '−');
}

/** Decimals that a price of this size deserves: 1,234 · 85.3 · 1.85. The steps lie where rounding reaches 100 and 10. */
function priceDigits(price: number): number {
  const size = Math.abs(price);
  if (size >= 99.95) return 0;
  return size >= 9.995 ? 1 : 2;
}

const TONNE_KG = 1000;
/** Where kilograms round to a tonne, and tonnes with a decimal to a hundred: from there on in tonnes, and in whole ones. */
const TONNES_FROM_KG = 999.5;
const WHOLE_TONNES_FROM_KG = 99_950;

/** Decimals that a reader sees of a figure of this size; negative: whole tens, hundreds, thousands. */
export const shownDigits = {
  price: priceDigits,
  volumeKg: (volumeKg: number): number => {
    const size = Math.abs(volumeKg);
    if (size < TONNES_FROM_KG) return 0;
    return size < WHOLE_TONNES_FROM_KG ? -2 : -3;
  },
} as const;

/** A price without its unit; the unit comes from {@link priceUnit}. */
export function formatPrice(price: number, language: Language): string {
  const digits = priceDigits(price);
  return withMinus(fixed(language, digits).format(roundTo(price, digits)));
}

export function formatCount(count: number, language: Language): string {
  return withMinus(fixed(language, 0).format(roundTo(count, 0)));
}

/** Any number with a stated number of decimals: scores such as MASE. */
export function formatDecimal(value: number, digits: number, language: Language): string {
  return withMinus(fixed(language, digits).format(roundTo(value, digits)));
}

/** A percentage that has no direction (a share, a coverage): `79.1%`. */
export function formatPercent(percent: number, language: Language): string {
  return `${formatDecimal(percent, 1, language)}%`;
}

/**
 * A percentage with its sign: `+3.2%`, `−0.4%`, and plain `0.0%` when it rounds to zero.
 * The sign is ours: Intl's `exceptZero` looks at the number before rounding is applied to the reader's digits.
 */
export function formatSignedPercent(percent: number, language: Language): string {
  const rounded = roundTo(percent, 1);
  const sign = rounded > 0 ? '+' : rounded < 0 ? '−' : '';
  return `${sign}${fixed(language, 1).format(Math.abs(rounded))}%`;
}

/** Arrivals: kilograms below one tonne, tonnes above (`톤` / `t`). */
export function formatVolume(volumeKg: number, language: Language): string {
  const digits = shownDigits.volumeKg(volumeKg);
  if (digits === 0) return `${formatCount(volumeKg, language)} kg`;
  return `${formatDecimal(volumeKg / TONNE_KG, digits + 3, language)}${language === 'ko' ? '톤' : ' t'}`;
}
