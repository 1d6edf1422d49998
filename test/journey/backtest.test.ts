import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeedProfile } from '../../src/domain/index.ts';
import { type Home, openHome } from '../../src/lake/index.ts';
import { backtestFeed, type FeedBacktest } from '../../src/pipeline/backtest-feed.ts';
import { ingestFiles } from '../../src/pipeline/ingest-files.ts';
import { feedById } from '../../src/sources/index.ts';

const DATA = process.env.SIHWANG_TEST_DATA ?? '../shared/data';
const JAPAN = join(DATA, 'japan-maff', 'dev_2016_2024.csv');
const TAIWAN = join(DATA, 'taiwan-amis', 'taiwan_amis_daily_2015_2025.csv');
const UK = join(DATA, 'uk-defra', 'fruitvegprices.csv');
const present = existsSync(JAPAN) && existsSync(TAIWAN) && existsSync(UK);
if (!present) console.warn(`skipped: ${DATA} does not hold the real feeds (set SIHWANG_TEST_DATA)`);

const HORIZONS = ['1w', '2w', '4w'] as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-backtest-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function homeWith(
  name: string,
  feed: string,
  path: string,
): Promise<{ home: Home; profile: FeedProfile }> {
  const home = openHome(join(folder, name));
  const known = feedById(feed)!;
  await ingestFiles(home, known, [path], { waitMs: 0, command: 'test' });
  return { home, profile: known.profile };
}

function mapes(backtest: FeedBacktest, model: string): number[] {
  return HORIZONS.map(
    (name) => backtest.rows.find((row) => row.horizon === name && row.model === model)?.mape ?? Number.NaN,
  );
}

/** Within 10% of the figures measured on the same files by others (README of the data folder). */
function expectNear(found: readonly number[], published: readonly number[]): void {
  for (const [index, figure] of published.entries()) {
    expect(found[index]! / figure).toBeGreaterThan(0.9);
    expect(found[index]! / figure).toBeLessThan(1.1);
  }
}

describe.skipIf(!present)('backtest of a home', () => {
  it('agrees with the baselines measured on Japan, and answers as of 2022-06-01 as if nothing later existed', async () => {
    const { home, profile } = await homeWith('japan', 'japan-maff', JAPAN);
    const whole = await backtestFeed(home, profile, { horizons: HORIZONS, target: 'week' });
    expect(whole.seriesScored).toBe(50);
    expect(whole.failed).toEqual([]);
    expectNear(mapes(whole, 'naive'), [0.08, 0.13, 0.194]);
    expectNear(mapes(whole, 'last-and-last-year').slice(1), [0.126, 0.152]);
    expectNear(mapes(whole, 'seasonal-naive').slice(2), [0.179]);

    const horizons = ['2w'] as const;
    const asOf = await backtestFeed(home, profile, { horizons, target: 'week', asOf: '2022-06-01' });
    expect(asOf.restsOnAssumedTimes).toBe(true);
    expect(asOf.lastDay! < '2022-06-01').toBe(true);

    const cut = join(folder, 'known-then.csv');
    writeFileSync(
      cut,
      knownThen(readFileSync(JAPAN, 'utf8'), profile, Date.parse('2022-06-01T23:59:59.999+09:00')),
    );
    const then = await homeWith('japan-then', 'japan-maff', cut);
    const atThatTime = await backtestFeed(then.home, profile, { horizons, target: 'week' });
    expect({ ...asOf, asOf: null }).toEqual(atThatTime);
    expect(asOf.rows).not.toEqual(whole.rows.filter(({ horizon }) => horizon === '2w'));
  });

  it('agrees with the baselines measured on Taiwan and on the United Kingdom', async () => {
    const taiwan = await homeWith('taiwan', 'taiwan-amis', TAIWAN);
    const auctions = await backtestFeed(taiwan.home, taiwan.profile, { horizons: HORIZONS, target: 'week' });
    expectNear(mapes(auctions, 'naive'), [0.221, 0.327, 0.439]);

    const uk = await homeWith('uk', 'uk-defra', UK);
    const weekly = await backtestFeed(uk.home, uk.profile, { horizons: HORIZONS, target: 'week' });
    expect(weekly.weeks).toBe(52);
    expectNear(mapes(weekly, 'naive'), [0.109, 0.154, 0.215]);
  });
});

/** The rows of the file that its publisher had published by an instant. */
function knownThen(csv: string, profile: FeedProfile, instant: number): string {
  const [header, ...rows] = csv.trimEnd().split('\n');
  const published = (row: string) =>
    Date.parse(`${row.slice(0, 10)}T00:00:00Z`) -
    profile.utcOffsetMinutes * 60_000 +
    profile.publicationLagHours * 3_600_000;
  return `${[header, ...rows.filter((row) => published(row) <= instant)].join('\n')}\n`;
}
