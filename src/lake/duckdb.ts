import { createRequire } from 'node:module';

/**
 * DuckDB's client. It is CommonJS in 120 files, of which `import` reads each once more to learn what it exports: that
 * would be 0.1 s of CPU at the start of every command.
 */
export const duckdb = createRequire(import.meta.url)('@duckdb/node-api') as typeof import('@duckdb/node-api');
