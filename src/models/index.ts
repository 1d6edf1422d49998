export { type BinnedTable, binFeatures } from './boosting/bins.ts';
export { type BoostingModel, boostingFromBytes } from './boosting/boosting-model.ts';
export type { ObjectiveName } from './boosting/objective.ts';
export type { BoostingOptions } from './boosting/options.ts';
export { permutationImportance } from './boosting/permutation-importance.ts';
export { BoostingRefusal } from './boosting/refusal.ts';
export type { FeatureTable } from './boosting/table.ts';
export { trainBoosting } from './boosting/train.ts';
export type { BoostingThreads } from './boosting/trainer-memory.ts';
export type { FittedModel, ForecastModel, ModelContext, ModelForecast } from './model.ts';
export { forecastQuantile } from './model.ts';
export { normalQuantile } from './normal-quantile.ts';
export { type Panel, panelOf, seriesOf } from './panel.ts';
export { ForecastRefusal, type RefusalReason } from './refusal.ts';
export { arima } from './statistical/arima.ts';
export {
  drift,
  lastAndLastYear,
  naive,
  normalYear,
  seasonalNaive,
  usableYears,
} from './statistical/baselines.ts';
export { ces } from './statistical/ces.ts';
export { croston } from './statistical/croston.ts';
export { ets } from './statistical/ets.ts';
export { solveSymmetric } from './statistical/least-squares.ts';
export { mstl } from './statistical/mstl.ts';
export { deseasonalise, isSeasonal, seasonalIndices } from './statistical/seasonality.ts';
export { theta } from './statistical/theta.ts';
export { seasonalWindowAverage, windowAverage } from './statistical/window-average.ts';
export {
  type YearPositions,
  yearPositionsByDate,
  yearPositionsByLength,
} from './statistical/year-positions.ts';
export { yearRegression } from './statistical/year-regression.ts';
