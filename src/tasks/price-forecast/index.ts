export { backtestPrices, type PriceBacktest, type SeriesBacktest } from './backtest-prices.ts';
export type { CandidateScore } from './candidate-scores.ts';
export type { FanDay } from './fan.ts';
export {
  forecastPrices,
  PRICE_FORECAST_VERSION,
  priceHorizons,
  type SeriesForecast,
  withheldForecast,
} from './forecast-prices.ts';
export { openDaysAhead } from './market-axis.ts';
export type { ForecastReason, PriceCell } from './price-cell.ts';
export type { PriceSeries, PriceSnapshot } from './snapshot.ts';
