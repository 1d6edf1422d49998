export { boardCsv, seriesCsv } from './csv-exports.ts';
export type { ForecastProgress, ProgressSource } from './progress.ts';
export { type RunningServer, type ServerOptions, startServer } from './serve.ts';
