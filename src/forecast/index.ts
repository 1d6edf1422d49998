export { ForecastRefusal, type Panel, panelOf, type RefusalReason } from '../models/index.ts';
export {
  type CandidatePaths,
  forecastAtOrigins,
  type MarketCandidate,
  type OriginOptions,
} from './at-origins.ts';
export {
  type ForecastOptions,
  forecast,
  type Interval,
  type SeriesForecast,
  type SeriesRefusal,
} from './auto-forecast.ts';
export { type BacktestOptions, type BacktestResult, backtest, type MethodScore } from './backtest.ts';
export type { CellInterval } from './calibrate.ts';
export { MODEL_NAMES, type ModelName } from './candidates.ts';
export { type Cell, type CellCandidate, cellCandidates, type TargetSteps } from './cell.ts';
export {
  type CellDecision,
  type CellTrack,
  type ChosenCell,
  chooseAtOrigins,
  type DecisionReason,
  type EarnedAccuracy,
} from './choose.ts';
export type { CombinationPart } from './combine.ts';
export type { Covariate } from './covariates.ts';
export { type Contributions, explain, levelRecent, type ReasonPart } from './explain.ts';
export {
  type CellStatus,
  HORIZON_KINDS,
  type HorizonKind,
  SKILL_THRESHOLD,
  type WithheldReason,
  withheldReason,
} from './gate.ts';
export { type GlobalOptions, type GlobalPaths, globalAtOrigins } from './global/global-forecast.ts';
export { newestReadings } from './global/newest-readings.ts';
export type { GlobalPanel } from './global/panel.ts';
export { pooledQuantiles } from './global/pooled-quantiles.ts';
export { marketCandidates } from './market-candidates.ts';
export {
  type Hierarchy,
  type ReconciledPrices,
  reconcile,
  reconcilePrices,
  type Totals,
} from './reconcile.ts';
