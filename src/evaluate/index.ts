export { coverage, pinball, winkler } from './interval-metrics.ts';
export { naive2 } from './naive2.ts';
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
