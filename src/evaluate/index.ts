export { alphaOfLook } from './allowance.ts';
export { type CoverageVerdict, coverageWithin } from './coverage-bounds.ts';
export { type Evidence, type EvidenceReason, weighEvidence } from './evidence.ts';
export { coverage, pinball, winkler } from './interval-metrics.ts';
export {
  excess,
  type LiveWatch,
  type WatchedHorizon,
  type WatchedStream,
  watchLive,
} from './live-watch.ts';
export { type LongRunMean, longRunMean } from './long-run-mean.ts';
export { naive2 } from './naive2.ts';
export type { HorizonScores, OriginScores } from './origin-scores.ts';
export { dieboldMariano } from './paired-test.ts';
export {
  mase,
  maseScale,
  nmae,
  owa,
  relativeSkill,
  smape,
  stability,
  wape,
} from './point-metrics.ts';
export { rollForward, rollingOrigins } from './rolling-origins.ts';
