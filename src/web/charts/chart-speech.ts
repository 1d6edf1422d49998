import { formatDay, formatPrice, formatVolume, type Language, type Text } from '../../show/index.ts';
import { type ChartColumns, dayOf } from './chart-columns.ts';

/** What the arrow keys make the chart read out. */
export const READINGS = ['all', 'price', 'normal', 'volume', 'forecast'] as const;
export type Reading = (typeof READINGS)[number];

/** What one day says, part by part, in the order it is read. */
function partsOf(
  columns: ChartColumns,
  at: number,
  unit: string,
  text: Text,
  language: Language,
): Record<Exclude<Reading, 'all'>, string[]> {
  const price = columns.price[at] ?? null;
  const low = columns.low[at] ?? null;
  const high = columns.high[at] ?? null;
  const normal = columns.normal[at] ?? null;
  const volumeKg = columns.volumeKg[at] ?? null;
  const mean = columns.mean[at] ?? null;
  const lo80 = columns.lo80[at] ?? null;
  const hi80 = columns.hi80[at] ?? null;
  const ahead = price === null && mean !== null && lo80 !== null && hi80 !== null;
  return {
    price: [
      price === null ? '' : text.spoken.price(formatPrice(price, language), unit),
      price === null || low === null ? '' : text.spoken.low(formatPrice(low, language)),
      price === null || high === null ? '' : text.spoken.high(formatPrice(high, language)),
    ],
    normal: [normal === null ? '' : text.spoken.normal(formatPrice(normal, language))],
    volume: [volumeKg === null ? '' : text.spoken.volume(formatVolume(volumeKg, language))],
    forecast: [
      ahead
        ? text.spoken.forecast(
            formatPrice(mean, language),
            formatPrice(lo80, language),
            formatPrice(hi80, language),
          )
        : '',
    ],
  };
}

/** One day as a sentence: `12월 26일 (금) 평균 3,118원/kg, 최저 2,820, 최고 3,409`. `unit` is the price label. */
export function speakDay(
  columns: ChartColumns,
  at: number,
  reading: Reading,
  unit: string,
  text: Text,
  language: Language,
): string {
  const day = columns.days[at];
  if (day === undefined) return '';
  const parts = partsOf(columns, at, unit, text, language);
  const chosen = reading === 'all' ? Object.values(parts).flat() : parts[reading];
  const reason = columns.leftOut.get(at);
  const said = [...chosen, reason ? text.item.leftOut(text.leftOutReason[reason] ?? reason) : ''].filter(
    Boolean,
  );
  return `${formatDay(dayOf(day), language)} ${said.length > 0 ? said.join(', ') : text.spoken.none}`;
}
