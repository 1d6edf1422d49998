import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

const HEADER = 'date,item_code,item,volume_kg,price_jpy_per_kg';

/** Two invented items on every day but Sunday; every tenth day of the first is a trickle. */
function daysOf(first: string, last: string, kg: number): string {
  const lines: string[] = [HEADER];
  for (let at = Date.parse(first); at <= Date.parse(last); at += 86_400_000) {
    const date = new Date(at);
    if (date.getUTCDay() === 0) continue;
    const day = at / 86_400_000;
    const text = date.toISOString().slice(0, 10);
    lines.push(`${text},30100,배추,${day % 10 === 0 ? kg / 25 : kg}.0,${100 + (day % 37)}.0`);
    lines.push(`${text},30200,무,${kg}.0,${200 + (day % 41)}.0`);
  }
  return `${lines.join('\n')}\n`;
}

describe("days after 2024 among Japan's prices", () => {
  const root = mkdtempSync(join(tmpdir(), 'sihwang-japan-'));
  const folder = join(root, 'japan-maff');
  const later = join(folder, 'later_2025.csv');
  beforeAll(() => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'dev_2016_2024.csv'), daysOf('2022-01-03', '2024-12-30', 1000));
    writeFileSync(join(folder, 'dev_retail.csv'), 'date,item,price\n2025-03-03,30100,1\n');
    vi.stubEnv('SIHWANG_TEST_DATA', root);
    vi.resetModules();
  });
  beforeEach(() => rmSync(later, { force: true }));
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(root, { recursive: true });
  });
  const cells = () => import('../../../bench/japan-cells.ts');

  it('are years of their own, by their own file or behind the rows of the first', async () => {
    const { scoredYears, weeklyPanel, originsOf } = await cells();
    expect(scoredYears(weeklyPanel())).toEqual([2024]);
    writeFileSync(later, daysOf('2025-01-01', '2025-12-30', 1000));
    const panel = weeklyPanel();
    expect(scoredYears(panel)).toEqual([2024, 2025]);
    const origins = [...originsOf(panel, [2025])];
    const monday = new Date((panel.firstDay + origins.at(-1)! * 7) * 86_400_000).toISOString().slice(0, 10);
    expect([origins.length, monday]).toEqual([12, '2025-12-01']);
  });

  it('change no cell of 2024, however much is traded on them', async () => {
    const { cellKeys, dailyPanel, weeklyPanel, naivePaths, originsOf, scoreJapan } = await cells();
    const told = () =>
      [weeklyPanel(), dailyPanel()].map((panel) => [
        cellKeys(panel, [2024]),
        scoreJapan(panel, [2024], naivePaths(panel, originsOf(panel, [2024]))),
      ]);
    const before = told();
    writeFileSync(later, daysOf('2025-01-01', '2025-12-30', 100_000));
    expect(told()).toEqual(before);
  });

  it('that break off in a week leave that week and the origins without a target unscored', async () => {
    const { cellKeys, originsOf, scoreJapan, naivePaths, weeklyPanel } = await cells();
    writeFileSync(later, daysOf('2025-01-01', '2025-03-12', 1000));
    const panel = weeklyPanel();
    const targets = cellKeys(panel, [2025]).map((key) => key.split(',')[2]!);
    expect(targets.toSorted().at(-1)).toBe('2025-03-03');
    expect(originsOf(panel, [2025]).length).toBe(2);
    const { yearlyWape } = scoreJapan(panel, [2024, 2025], naivePaths(panel, originsOf(panel, [2024, 2025])));
    expect(yearlyWape.every(Number.isFinite)).toBe(true);
  });
});
