export type { FittedModel, ForecastModel, ModelContext, ModelForecast } from './model.ts';
export { forecastQuantile } from './model.ts';
export { normalQuantile } from './normal-quantile.ts';
export { type Panel, panelOf, seriesOf } from './panel.ts';
export { ForecastRefusal, type RefusalReason } from './refusal.ts';
export { drift, lastAndLastYear, naive, normalYear, seasonalNaive } from './statistical/baselines.ts';
export { type EtsForm, type EtsOptions, ets } from './statistical/ets.ts';
export { type MstlOptions, mstl } from './statistical/mstl.ts';
export { deseasonalise, isSeasonal, seasonalIndices } from './statistical/seasonality.ts';
export { type ThetaOptions, theta } from './statistical/theta.ts';
export {
  type YearPositions,
  yearPositionsByDate,
  yearPositionsByLength,
} from './statistical/year-positions.ts';
export { type YearRegressionOptions, yearRegression } from './statistical/year-regression.ts';
