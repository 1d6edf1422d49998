import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** CPU seconds of DuckDB's own CSV → Parquet over those of the ingest; BENCHMARKS.md states what it is on a quiet machine. */
const LEAST_RATIO = 0.3;

it('a million lots are taken in, all rules on, within a known ratio to DuckDB alone, and replayed to the same bytes', () => {
  const figures = JSON.parse(
    execFileSync(process.execPath, ['scripts/run-ts.mjs', 'bench/ingest.ts', '420', '1'], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    }),
  );
  expect(figures.rows).toBeGreaterThan(1_000_000);
  expect(figures.speedRatioCpu).toBeGreaterThan(LEAST_RATIO);
  expect(figures.replay).toBe('same-bytes');
}, 300_000);
