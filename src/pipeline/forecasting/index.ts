export * from '../backtest-feed.ts';
export { forecastBesideRuns } from '../forecast-beside-runs.ts';
export * from '../forecast-feed.ts';
export * from '../keep-forecasting.ts';
export { drawSnapshot } from '../task-snapshot.ts';
export { leftToRun } from './left-to-run.ts';
export { findResults, type Reissued, reissue } from './reissue.ts';
