/**
 * The API, stated once: validation, OpenAPI 3.1 and the types that the pages see all come from here, a file each for what
 * is asked. Routes are under /api/v1; queries are strict: an unknown or malformed parameter is a 400 that names it.
 * Prices are in the series' own currency per `unit` (kg, or a count unit); null = missing, never 0.
 */
export * from './contract/board.ts';
export * from './contract/drift.ts';
export * from './contract/events.ts';
export * from './contract/explain.ts';
export * from './contract/feeds.ts';
export * from './contract/forecast.ts';
export * from './contract/ledger.ts';
export * from './contract/runs.ts';
export * from './contract/series.ts';
export * from './contract/series-info.ts';
export { type Meta, metaSchema, type Problem, problemSchema } from './contract/terms.ts';
