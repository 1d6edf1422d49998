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
export { MODEL_NAMES, type ModelName } from './candidates.ts';
export { type Cell, type CellCandidate, cellCandidates } from './cell.ts';
export {
  type CellDecision,
  type CellInterval,
  chooseAtOrigins,
  type DecisionReason,
  type EarnedAccuracy,
} from './choose.ts';
export {
  type CellStatus,
  HORIZON_KINDS,
  type HorizonKind,
  SKILL_THRESHOLD,
  type WithheldReason,
  withheldReason,
} from './gate.ts';
export { marketCandidates } from './market-candidates.ts';
