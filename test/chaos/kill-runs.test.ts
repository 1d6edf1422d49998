import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killRuns } from '../support/kill-runs.ts';
import { recordsPrograms } from '../support/records-database.ts';

const rounds = Number(process.env.SIHWANG_RUN_KILLS ?? 8);
const seed = Number(process.env.SIHWANG_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Far more than a round takes, on a busy machine too. */
const LIMIT_MS = 300_000 + rounds * 120_000;

/** kill -9 of orchestrator, steps, PostgreSQL, or all of them, at any moment of a daily run on a small market. */
describe.skipIf(recordsPrograms() === null)(`${rounds} rounds of kills (SIHWANG_SEED=${seed})`, () => {
  let folder: string;
  let held = false;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sihwang-kill-runs-'));
  });
  // a home that went wrong is kept
  afterAll(() => {
    if (held) rmSync(folder, { recursive: true, force: true });
  });

  it(
    'end every run, each effect once, what is published whole, and nobody left behind',
    async () => {
      const figures = await killRuns(folder, rounds, seed);
      if (process.env.SIHWANG_FIGURES) writeFileSync(process.env.SIHWANG_FIGURES, JSON.stringify(figures));
      console.log(JSON.stringify(figures));
      expect(figures.faults, `the home is ${folder}`).toEqual([]);
      held = true;
      // kills that always come too early or too late show nothing
      expect(figures.during).toBeGreaterThan(rounds / 3);
    },
    LIMIT_MS,
  );
});
