import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  cellsDigest,
  dailyPanel,
  japanMissing,
  naivePaths,
  originsOf,
  scoreJapan,
  weeklyPanel,
} from '../../../bench/japan-cells.ts';

const missing = japanMissing();

describe.skipIf(missing)(missing ? `cells of Japan's prices (skipped: ${missing})` : `cells of Japan's prices`, () => {
  const panels = missing ? [] : [weeklyPanel(), dailyPanel()];

  it('are the ones written down', () => {
    const digests = panels.flatMap((panel) =>
      [[2024], [2022, 2023, 2024]].map((years) => cellsDigest(panel, years)),
    );
    expect(digests).toEqual(JSON.parse(readFileSync('bench/japan-cells.json', 'utf8')));
  });

  it('give the last price the error that every other figure is compared with', () => {
    const errors = panels.map((panel) =>
      scoreJapan(panel, [2024], naivePaths(panel, originsOf(panel, [2024]))).wape.toFixed(4),
    );
    expect(errors).toEqual(['0.1261', '0.1212']);
  });
});
