import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killAtRandom } from '../support/kill-at-random.ts';

const kills = Number(process.env.SIHWANG_KILLS ?? 60);
const seed = Number(process.env.SIHWANG_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Far more than a kill takes, on a busy machine too. */
const LIMIT_MS = 60_000 + kills * 2_000;

/** kill -9 at any moment of an ingest, a publication and a fetch, beside a server that is asked all the time. */
describe(`${kills} kills at random (SIHWANG_SEED=${seed})`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sihwang-kills-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it(
    'lose no acknowledged row, double none, and tear no answer',
    async () => {
      const figures = await killAtRandom(folder, kills, seed);
      if (process.env.SIHWANG_FIGURES) writeFileSync(process.env.SIHWANG_FIGURES, JSON.stringify(figures));
      const { lost, doubled, torn, failed } = figures;
      expect({ lost, doubled, torn, failed }).toEqual({ lost: [], doubled: [], torn: [], failed: [] });
      expect(figures.kills).toBeGreaterThanOrEqual(kills);
      // a kill that always comes too early or too late shows nothing
      expect(figures.finished).toBeGreaterThan(0);
      expect(figures.killsByStage.publishing ?? 0).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});
