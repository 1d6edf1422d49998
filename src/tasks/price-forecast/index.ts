export {
  backtestOrigins,
  backtestPrices,
  type PriceBacktest,
  type SeriesBacktest,
} from './backtest-prices.ts';
export type { CandidateScore } from './candidate-scores.ts';
export type { FanDay } from './fan.ts';
export {
  type ForecastOptions,
  forecastPrices,
  PRICE_FORECAST_VERSION,
  type SeriesForecast,
  withheldForecast,
} from './forecast-prices.ts';
export { forecastTables, judgedTables } from './forecast-tables.ts';
export { globalQuestion, groupOf, PRICE_SEED } from './global-models.ts';
export { type GlobalQuestion, globalPaths } from './global-paths.ts';
export { openDaysAhead } from './market-axis.ts';
export type { OriginOutcome } from './origin-outcomes.ts';
export type { ForecastReason, PriceCell } from './price-cell.ts';
export { daysAheadOf, PRICE_QUERY, priceSnapshots, type SnapshotSeries, seriesOf } from './read-snapshot.ts';
export { DEFAULT_RECIPE, type PriceRecipe, RECIPE_MODELS, readRecipe } from './recipe.ts';
export type { GivenPaths, PriceSeries, PriceSnapshot } from './snapshot.ts';
export { priceForecastTask, resultOf } from './task.ts';
