export { coverage, pinball, winkler } from './interval-metrics.ts';
export { naive2 } from './naive2.ts';
export { dieboldMariano, type PairedComparison } from './paired-test.ts';
export {
  mase,
  maseScale,
  nmae,
  type OwaParts,
  owa,
  relativeSkill,
  smape,
  stability,
  wape,
} from './point-metrics.ts';
export { type RollingOptions, rollForward, rollingOrigins } from './rolling-origins.ts';
