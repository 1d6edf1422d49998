import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Commit } from '../../../src/lake/index.ts';
import { feedById } from '../../../src/sources/index.ts';
import { inFreshHome, ingest } from './ingest.ts';
import { stage } from './stage.ts';

const DATA = resolve(process.env.SIHWANG_TEST_DATA ?? '../shared/data');
const present = existsSync(DATA);
const title = present
  ? 'whole published files'
  : `whole published files (skipped: no ${DATA}; name the data folder in SIHWANG_TEST_DATA)`;

const at = (path: string): string => resolve(DATA, path);

/** What a commit says, in the form the expectations below are written in: rows, and outcome:reason → rows. */
function told(commit: Commit): Record<string, number> {
  const { accepted, flagged, duplicate, aggregate, rejected } = commit.outcomes;
  expect(accepted + flagged + duplicate + aggregate + rejected).toBe(commit.rows);
  return {
    rows: commit.rows,
    accepted,
    ...Object.fromEntries(commit.reasons.map((each) => [`${each.outcome}:${each.reason}`, each.rows])),
  };
}

async function taken(feed: string, path: string): Promise<Record<string, number>> {
  return inFreshHome(async (home) => told(await ingest(home, feed, at(path))));
}

describe.skipIf(!present)(title, () => {
  it('japan-maff: the total set apart, thirteen days without trade refused', async () => {
    expect(await taken('japan-maff', 'japan-maff/dev_2016_2024.csv')).toEqual({
      rows: 122_058,
      accepted: 119_595,
      'aggregate:vegetable-total': 2450,
      'rejected:no-trade': 13,
    });
  });

  it('japan-maff-retail: weeks without a quote refused', async () => {
    expect(await taken('japan-maff-retail', 'japan-maff/dev_retail_weekly_2010_2024.csv')).toEqual({
      rows: 9594,
      accepted: 4537,
      'rejected:not-quoted': 5057,
    });
  });

  it('taiwan-amis: as published and tidied, every key once', async () => {
    await inFreshHome(async (home) => {
      const raw: Record<string, number>[] = [];
      for (const name of ['cauliflower', 'garland-chrysanthemum', 'sugar-pea']) {
        raw.push(told(await ingest(home, 'taiwan-amis', at(`taiwan-amis/raw/${name}.csv`))));
      }
      expect(raw).toEqual([
        { rows: 14_983, accepted: 14_982, 'flagged:tiers-out-of-order': 1 },
        { rows: 4091, accepted: 4091 },
        { rows: 4228, accepted: 4226, 'flagged:tiers-out-of-order': 2 },
      ]);
      const tidy = await ingest(home, 'taiwan-amis', at('taiwan-amis/taiwan_amis_daily_2015_2025.csv'));
      expect(told(tidy)).toEqual({ rows: 23_302, accepted: 0, 'duplicate:already-known': 23_302 });
    });
  });

  it('taiwan-amis: the tidy file first gives the same, and the stray variety is a series of its own', async () => {
    await inFreshHome(async (home) => {
      const tidy = await ingest(home, 'taiwan-amis', at('taiwan-amis/taiwan_amis_daily_2015_2025.csv'));
      expect(told(tidy)).toEqual({ rows: 23_302, accepted: 23_299, 'flagged:tiers-out-of-order': 3 });
      const raw = await ingest(home, 'taiwan-amis', at('taiwan-amis/raw/cauliflower.csv'));
      expect(told(raw)).toEqual({ rows: 14_983, accepted: 0, 'duplicate:already-known': 14_983 });
    });
    const staged = await stage(feedById('taiwan-amis')!, at('taiwan-amis/raw/cauliflower.csv'));
    expect(
      await staged.rows('SELECT item_code, item_name, count(*)::INTEGER AS n FROM staged GROUP BY ALL ORDER BY n'),
    ).toEqual([
      { item_code: 'FB11', item_name: '花椰菜 青梗 留梗柄', n: 1 },
      { item_code: 'FB1', item_name: '花椰菜 青梗', n: 14_982 },
    ]);
    staged.close();
  });

  it('uk-defra: every row, each in its own unit', async () => {
    expect(await taken('uk-defra', 'uk-defra/fruitvegprices.csv')).toEqual({ rows: 11_791, accepted: 11_791 });
    const staged = await stage(feedById('uk-defra')!, at('uk-defra/fruitvegprices.csv'));
    expect(
      await staged.rows(
        'SELECT count(DISTINCT market_day)::INTEGER AS weeks, count(DISTINCT (item_code, variety))::INTEGER AS series, list_sort(list(DISTINCT unit)) AS units FROM staged',
      ),
    ).toEqual([{ weeks: 268, series: 85, units: ['head', 'kg', 'stem', 'twin', 'unit'] }]);
    staged.close();
  });

  it('india-agmarknet: sources meet at one market a town; two rows of a renaming day are repetitions', async () => {
    expect(await taken('india-agmarknet', 'india-malabar/malabar_mandi_prices.csv')).toEqual({
      rows: 111_174,
      accepted: 111_172,
      'duplicate:repeated-row': 2,
    });
    const staged = await stage(feedById('india-agmarknet')!, at('india-malabar/malabar_mandi_prices.csv'));
    const shared = `SELECT market_day, market_code, item_code FROM staged GROUP BY ALL HAVING count(DISTINCT sub_source) > 1`;
    expect(
      await staged.rows(`SELECT (SELECT count(DISTINCT market_code) FROM staged)::INTEGER AS markets,
        count(*) FILTER (market_code <> 'kannur-thalassery')::INTEGER AS by_suffix,
        count(*) FILTER (market_code = 'kannur-thalassery')::INTEGER AS by_spelling FROM (${shared})`),
    ).toEqual([{ markets: 41, by_suffix: 3045, by_spelling: 708 }]);
    staged.close();
  });

  it('kamis: mean and normal-year rows set apart, shops without a price refused, repetitions once', async () => {
    expect(await taken('kamis', 'kamis-onion/kamis_daily_2000_2020.csv')).toEqual({
      rows: 219_582,
      accepted: 84_607,
      'duplicate:repeated-row': 2002,
      'aggregate:mean-row': 80_465,
      'aggregate:normal-year-row': 16_769,
      'rejected:not-quoted': 35_739,
    });
  });

  it('dacon-sun: prices of 0 refused, truckloads kept out, each 순 on its last day', async () => {
    expect(await taken('dacon-sun', 'dacon2024-train/train.csv')).toEqual({
      rows: 29_376,
      accepted: 16_510,
      'flagged:truck-lot': 153,
      'rejected:zero-price': 12_713,
    });
    const staged = await stage(feedById('dacon-sun')!, at('dacon2024-train/train.csv'));
    expect(
      await staged.rows(`SELECT count(DISTINCT market_day)::INTEGER AS periods, min(market_day)::VARCHAR AS first, max(market_day)::VARCHAR AS last,
        count(DISTINCT (item_code, variety, package, unit_value, unit, grade))::INTEGER AS series,
        list_sort(list(DISTINCT unit)) AS units, list_sort(list(DISTINCT grade)) AS grades FROM staged`),
    ).toEqual([
      {
        periods: 144,
        first: '2018-01-10',
        last: '2021-12-31',
        series: 205,
        units: ['kg', 'piece'],
        grades: ['상', '상품', '중', '중품', '특', '하'],
      },
    ]);
    staged.close();
  });
});
