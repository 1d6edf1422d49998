import type { Currency, PriceKind } from './words.ts';

/** What makes a price series: only prices with all of these alike may be compared or chained. */
export interface SeriesKey {
  readonly feed: string;
  readonly priceKind: PriceKind;
  readonly currency: Currency;
  readonly item: string;
  readonly variety: string;
  readonly grade: string;
  readonly package: string;
  /** Price is quoted for this many of `unit`. */
  readonly unitValue: number;
  /** kg, or a count unit (head, piece, bunch …). */
  readonly unit: string;
  readonly market: string;
  readonly method: string;
}

const SEPARATOR = '~';

/** encodeURIComponent leaves `~` alone, but it is our separator. */
function encode(part: string): string {
  return encodeURIComponent(part).replaceAll(SEPARATOR, '%7E');
}

/**
 * The one text form of a series, the same in the API, the commands and the files: eleven percent-encoded parts
 * joined by `~`, an empty part = not stated.
 */
export function formatSeriesKey(key: SeriesKey): string {
  return [
    key.feed,
    key.priceKind,
    key.currency,
    key.item,
    key.variety,
    key.grade,
    key.package,
    String(key.unitValue),
    key.unit,
    key.market,
    key.method,
  ]
    .map(encode)
    .join(SEPARATOR);
}

/** Reads the text form; undefined when it is not one. `parse(format(key))` equals `key`. */
export function parseSeriesKey(text: string): SeriesKey | undefined {
  const raw = text.split(SEPARATOR);
  if (raw.length !== 11) return undefined;
  let parts: string[];
  try {
    parts = raw.map(decodeURIComponent);
  } catch {
    return undefined;
  }
  const [feed, priceKind, currency, item, variety, grade, pack, unitValueText, unit, market, method] =
    parts as [string, string, string, string, string, string, string, string, string, string, string];
  const unitValue = Number(unitValueText);
  if (feed === '' || item === '' || unitValueText.trim() === '' || !Number.isFinite(unitValue))
    return undefined;
  return {
    feed,
    priceKind: priceKind as PriceKind,
    currency: currency as Currency,
    item,
    variety,
    grade,
    package: pack,
    unitValue,
    unit,
    market,
    method,
  };
}
