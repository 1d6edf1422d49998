export { type App, type AppOptions, createApp } from './app.ts';
export { boardCsv, seriesCsv } from './csv-exports.ts';
export type { ForecastProgress, ProgressSource } from './progress.ts';
export { type RunningServer, type ServerOptions, startServer } from './serve.ts';
