export type { FittedModel, ForecastModel, ModelContext, ModelForecast } from './model.ts';
export { forecastQuantile } from './model.ts';
export { normalQuantile } from './normal-quantile.ts';
export { type Panel, panelOf, seriesOf } from './panel.ts';
export { ForecastRefusal, type RefusalReason } from './refusal.ts';
export { drift, lastAndLastYear, naive, normalYear, seasonalNaive } from './statistical/baselines.ts';
export { ets } from './statistical/ets.ts';
export { mstl } from './statistical/mstl.ts';
export { deseasonalise, isSeasonal, seasonalIndices } from './statistical/seasonality.ts';
export { theta } from './statistical/theta.ts';
export {
  type YearPositions,
  yearPositionsByDate,
  yearPositionsByLength,
} from './statistical/year-positions.ts';
export { yearRegression } from './statistical/year-regression.ts';
