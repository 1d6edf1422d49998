export { changePercent, describeChange } from './change.ts';
export { formatDay, formatDayShort, formatInstant } from './dates.ts';
export { reachNow } from './feed-reach.ts';
export { LANGUAGES, type Language, LOCALE } from './language.ts';
export {
  formatCount,
  formatDecimal,
  formatPercent,
  formatPrice,
  formatSignedPercent,
  formatVolume,
} from './numbers.ts';
export { type DenseSeries, packSeries, unpackSeries } from './packed-series.ts';
export { type Season, SeasonalChart } from './seasonal-chart.tsx';
export { Sparkline } from './sparkline.tsx';
export { specification } from './specification.ts';
export { type Sentence, type SummaryFacts, type SummaryMover, summarise } from './summary.ts';
export { type Text, textOf } from './text/index.ts';
export { priceUnit } from './units.ts';
