export * from './backtest-feed.ts';
export * from './build-demo.ts';
export * from './forecast-feed.ts';
export * from './ingest-files.ts';
export * from './keep-forecasting.ts';
