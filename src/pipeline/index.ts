export * from './backtest-feed.ts';
export * from './build-demo.ts';
export type { AskedFeed } from './fetch-batch.ts';
export * from './fetch-feed.ts';
export { readFetchState } from './fetch-journal.ts';
export * from './forecast-feed.ts';
export * from './ingest-files.ts';
export * from './keep-forecasting.ts';
export * from './quarantine.ts';
