import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quoteLine, quotes, SmallLake, tradeLine, trades } from '../../test/support/small-lake.ts';
import { propertyRuns } from '../../test/support/whole-suites.ts';
import type { HandOver } from '../domain/index.ts';
import { openServingLibrary, publishConditions } from '../lake/index.ts';
import { conditionTables } from './derived-tables.ts';
import { type Explanation, explain } from './explain.ts';
import { rowsOf } from './result-rows.ts';

let lake: SmallLake;
beforeEach(() => {
  lake = new SmallLake();
});
afterEach(() => lake.close());

const DAY = '2024-03-04';

/** Explains the number of every series on the day, one after the other, as of each of the moments. */
async function explainAll(
  handOver: HandOver,
  asOfs: readonly (string | undefined)[],
): Promise<Explanation[]> {
  const { profile } = handOver;
  await publishConditions(lake.home, profile, conditionTables(profile));
  const library = await openServingLibrary(lake.home, [profile]);
  try {
    return await library.read(profile.id, async (reader) => {
      const answers: Explanation[] = [];
      for (const { series } of rowsOf(await reader.query('select series from series order by series'))) {
        for (const asOf of asOfs) {
          try {
            answers.push(
              await explain(
                reader,
                { series: String(series), date: DAY, asOf },
                { home: lake.home, rules: handOver.rules },
              ),
            );
          } catch (error) {
            // a series that was not known yet has nothing to explain
            expect((error as Error).message).toMatch(/has no series/);
          }
        }
      }
      return answers;
    });
  } finally {
    await library.close();
  }
}

function roles({ rows }: Explanation): Record<string, string> {
  return Object.fromEntries(rows.map((row) => [`${row.values.lot ?? row.rawRow}@${row.rawRow}`, row.role]));
}

describe('a day of trades', () => {
  it('tells the lot, the cancelled pair, the cancellation without a lot, the revision and what came late', async () => {
    await lake.take(
      trades,
      [
        tradeLine({ lot: 'a', price: 100, quantity: 2 }),
        'a line that is no row',
        tradeLine({ lot: 'b', price: 300, quantity: 1 }),
        tradeLine({ lot: 'c', price: 500, quantity: 1 }),
        tradeLine({ lot: 'd', price: 200, quantity: 4 }),
        tradeLine({ lot: 'd', price: 200, quantity: 4 }),
        tradeLine({ lot: 'e', price: 2000, quantity: 4 }),
        tradeLine({ lot: 'f', price: '', amount: '' }),
      ],
      '2024-03-04T03:00:00Z',
    );
    await lake.take(
      trades,
      [
        tradeLine({ lot: 'b-', price: 300, quantity: -1 }),
        tradeLine({ lot: 'x-', price: 700, quantity: -1 }),
        tradeLine({ lot: 'c', price: 400, quantity: 1 }),
      ],
      '2024-03-05T03:00:00Z',
    );
    await lake.take(trades, [tradeLine({ lot: 'late', price: 900, quantity: 1 })], '2024-03-06T03:00:00Z');
    const [now, then] = await explainAll(trades, [undefined, '2024-03-05T12:00:00Z']);
    expect(roles(now!)).toEqual({
      'a@1': 'counts',
      'b@3': 'cancelled',
      'c@4': 'superseded',
      'd@5': 'counts',
      'd@6': 'duplicate',
      'e@7': 'flagged',
      'f@8': 'rejected',
      'b-@1': 'cancellation',
      'x-@2': 'lowers-volume',
      'c@3': 'counts',
      'late@1': 'counts',
    });
    const { published, fromRows, agrees } = now!;
    expect(fromRows).toMatchObject({ amount: 200 + 800 + 400 + 900, units: 8, lots: 4 });
    expect(published).toMatchObject({ price: 2300 / 8, volumeKg: 7, unpaired: 1 });
    expect(agrees).toBe(true);
    expect(now!.versions).toHaveLength(3);
    expect(now!.rows.find((row) => row.role === 'cancelled')!.by).toMatchObject({ rawRow: 1 });
    expect(now!.rows.find((row) => row.role === 'duplicate')!.by).toMatchObject({ rawRow: 5 });
    expect(now!.rules.filter((rule) => rule.met > 0)).toMatchObject([{ id: 'suspicious', met: 1 }]);
    expect(now!.files.map((file) => file.name)).toHaveLength(3);
    expect(roles(then!)).toMatchObject({ 'late@1': 'not-yet-known', 'c@3': 'counts' });
    expect(then!.agrees).toBe(true);
  });

  it('follows a lot that was corrected into another grade', async () => {
    await lake.take(trades, [tradeLine({ lot: 'a', grade: 'good' })], '2024-03-04T03:00:00Z');
    await lake.take(trades, [tradeLine({ lot: 'a', grade: 'fair' })], '2024-03-05T03:00:00Z');
    const [fair, good] = await explainAll(trades, [undefined]);
    expect(fair!.rows.map((row) => row.role)).toEqual(['superseded', 'counts']);
    expect(good!.rows.map((row) => row.role)).toEqual(['superseded', 'other-series']);
    expect(good).toMatchObject({ status: 'without-price', agrees: true });
  });
});

describe('a quote', () => {
  it('tells the version that holds, the one before, the repetition and the refused row', async () => {
    await lake.take(
      quotes,
      [quoteLine({ price: 100, kg: 5 }), quoteLine({ price: '' })],
      '2024-03-04T03:00:00Z',
    );
    await lake.take(
      quotes,
      [quoteLine({ price: 120, kg: 5 }), quoteLine({ market: 'busan' })],
      '2024-03-06T03:00:00Z',
    );
    await lake.take(
      quotes,
      [quoteLine({ price: 120, kg: 5 }), quoteLine({ item: 'radish' })],
      '2024-03-07T03:00:00Z',
    );
    const answers = await explainAll(quotes, [undefined, '2024-03-05']);
    const [now, then] = answers.filter(
      (one) => one.info.series.includes('garak~') && one.info.item.code === 'cabbage',
    );
    expect(now!.rows.map((row) => row.role)).toEqual(['superseded', 'rejected', 'counts', 'duplicate']);
    expect(now!.published).toMatchObject({ price: 120, volumeKg: 5, lots: null });
    expect(now!.rows[1]!.says.en).toBe('no price');
    expect(then!.rows.map((row) => row.role)).toEqual(['counts', 'rejected', 'not-yet-known', 'duplicate']);
    expect(then!.published).toMatchObject({ price: 100 });
  });
});

describe('any lake', () => {
  const cells = fc.record({
    lot: fc.constantFrom('a', 'b', 'c', 'd'),
    grade: fc.constantFrom('', 'good'),
    price: fc.constantFrom(100, 200, 2000, ''),
    quantity: fc.constantFrom(1, 1, 2, -1, 0),
  });
  const files = fc.array(fc.array(cells, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });

  it('explains every number so that the rows add up to it, at every moment', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (given) => {
        lake.close();
        lake = new SmallLake();
        for (const [at, rows] of given.entries())
          await lake.take(trades, rows.map(tradeLine), `2024-03-0${4 + at}T03:00:00Z`);
        if (lake.commits(trades).every(({ outcomes }) => outcomes.accepted + outcomes.flagged === 0)) return;
        const answers = await explainAll(trades, [
          undefined,
          '2024-03-04T04:00:00Z',
          '2024-03-05T04:00:00Z',
          '2024-03-06T04:00:00Z',
        ]);
        for (const one of answers) {
          expect(one.agrees, JSON.stringify(one.published)).toBe(true);
          expect(one.fromRows.lots ?? 0).toBe(one.published?.lots ?? 0);
          const held = one.rows.filter((row) => row.role === 'counts').length;
          expect(held).toBe(one.published?.lots ?? 0);
        }
      }),
      { numRuns: propertyRuns(5, 10) },
    );
  }, 120_000);
});
