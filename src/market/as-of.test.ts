import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DailyRow,
  type SeriesRow,
  type ServingInMemory,
  serveInMemory,
  TEST_PROFILE,
  testSeries,
} from '../../test/doubles/serving-in-memory.ts';
import { propertyRuns } from '../../test/support/whole-suites.ts';
import { addDays, type FeedProfile, localDate, type PastRule } from '../domain/index.ts';
import type { ServingReader } from '../lake/index.ts';
import { parseAsOf } from './as-of.ts';
import { board } from './board.ts';
import { conditionTables } from './derived-tables.ts';
import { feedOverview } from './feeds.ts';
import { seriesForecast } from './forecasts.ts';
import { itemHistory } from './item-history.ts';
import { items } from './items.ts';
import { movers } from './movers.ts';

describe('a moment in words', () => {
  test('a bare day is its end in the zone of the feed', () => {
    expect(parseAsOf('2022-06-01', TEST_PROFILE)).toBe('2022-06-01T14:59:59.999Z');
    expect(parseAsOf('2022-06-01', { ...TEST_PROFILE, utcOffsetMinutes: 0 })).toBe(
      '2022-06-01T23:59:59.999Z',
    );
  });
  test('an instant keeps its zone; nothing means now', () => {
    expect(parseAsOf('2022-06-01T09:00:00+09:00', TEST_PROFILE)).toBe('2022-06-01T00:00:00.000Z');
    expect(parseAsOf(undefined, TEST_PROFILE)).toBeNull();
  });
  test.each(['2022-02-30', 'yesterday', '2022-06-01T09:00:00', '2022-06-01T99:00:00Z', '20220601'])(
    'refuses %s, saying how to write it',
    (text) => {
      expect(() => parseAsOf(text, TEST_PROFILE)).toThrow(
        expect.objectContaining({ code: 'AS_OF_UNREADABLE' }),
      );
    },
  );
});

const SERIES: readonly SeriesRow[] = [
  { item: '101', market: 'A' },
  { item: '101', market: 'B' },
  { item: '201', market: 'A' },
];
/** One flag of every kind, easily met: an as-of question must read as far back as the longest of them looks. */
const FLAGS: readonly PastRule[] = [
  { kind: 'trickle', severity: 'flag' },
  { kind: 'price-jump', severity: 'flag', times: 5, lookBackDays: 60, fewestPrices: 10 },
  { kind: 'item-level', severity: 'flag', times: 1.15, fewestMarkets: 2 },
  { kind: 'price-step', severity: 'flag', timesUsual: 1.5, leastRatio: 1.2, withinDays: 31 },
  { kind: 'volume-share', severity: 'flag', timesUsual: 3 },
  { kind: 'stuck', severity: 'flag', marketDays: 2, withinDays: 14, of: 'price' },
];
const LAST_DAY = localDate('2024-03-05');

interface World {
  readonly profile: FeedProfile;
  readonly rows: readonly DailyRow[];
  /** The moment asked about. */
  readonly asOf: string;
}

/** Rows of three series around one time of year in six years, some of them late, revised, withdrawn, tiny or absurd. */
const worlds: fc.Arbitrary<World> = fc
  .record({
    weekly: fc.boolean(),
    strict: fc.boolean(),
    keep: fc.constantFrom(0.3, 0.7, 1),
    asOfBack: fc.constantFrom(-2, 0, 1, 3, 20),
    chance: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
  })
  .map(({ weekly, strict, keep, asOfBack, chance }) => {
    const draw = () => chance.next().value as number;
    const rows: DailyRow[] = [];
    for (let series = 0; series < SERIES.length; series++) {
      for (let back = 0; back <= 5; back++) {
        const centre = localDate(`${2024 - back}${LAST_DAY.slice(4)}`);
        const step = weekly ? 7 : 1;
        for (let place = back === 0 ? -45 : -55; place <= (back === 0 ? 0 : 12); place++) {
          // in past years only rows from weeks before say what is usual around the anchor
          const silent = back > 0 && place > -30 && place < -4;
          if (!silent && draw() < keep) rows.push(...versions(series, addDays(centre, place * step), draw));
        }
      }
    }
    return {
      profile: {
        ...TEST_PROFILE,
        granularity: weekly ? 'week' : 'day',
        ...(strict ? { pastRules: FLAGS } : {}),
      },
      rows,
      asOf: `${addDays(LAST_DAY, -asOfBack)}T12:00:00.000Z`,
    };
  });

/** One day of a series: first known that evening or weeks late, then revised or withdrawn up to two times. */
function versions(series: number, day: ReturnType<typeof localDate>, draw: () => number): DailyRow[] {
  const known = [0, 1, 2].map(
    () => `${addDays(day, Math.floor(draw() ** 4 * 40))}T${draw() < 0.5 ? '09' : '15'}:00:00.000Z`,
  );
  const moments = [...new Set(known.slice(0, 1 + Math.floor(draw() * 2.2)))].sort();
  return moments.map((knownFrom, index) => {
    const odd = draw();
    return {
      series,
      day,
      knownFrom,
      knownTo: moments[index + 1] ?? 'infinity',
      observed: draw() < 0.5,
      price: odd < 0.03 ? null : Math.round(100 + 50 * draw()) * (odd > 0.95 ? 10 : 1),
      volumeKg: Math.round(1 + 100 * draw()) * (odd > 0.88 && odd < 0.95 ? 0.01 : 1),
    };
  });
}

/** The table as it was at the moment: nothing known later, and what later rows ended not yet ended. */
function knownBy(rows: readonly DailyRow[], asOf: string): DailyRow[] {
  return rows
    .filter((row) => row.knownFrom! <= asOf)
    .map((row) => (row.knownTo! > asOf ? { ...row, knownTo: 'infinity' } : row));
}

/** Every question that market answers, without what names the publication itself. */
async function everyAnswer(reader: ServingReader, asOf: string | undefined) {
  const bare = <T extends { meta: object }>({ meta, ...answer }: T) => ({
    ...answer,
    meta: { ...meta, version: null, asOf: null, receivedAt: null },
  });
  // a series without a day begins where the question stands
  const dated = <T extends { price: unknown[]; meta: object }>(history: T) =>
    bare({ ...history, ...(history.price.length === 0 ? { start: null } : {}) });
  const unforecast = (row: object) => ({ ...row, forecast: null });
  const histories = [];
  for (const series of SERIES.slice(1)) {
    const question = { series: testSeries(series), asOf };
    const { cells, ...forecast } = await seriesForecast(reader, question).catch(refusal);
    histories.push(forecast, await itemHistory(reader, question).then(dated).catch(refusal));
  }
  const boards = [];
  for (const narrowed of [
    {},
    { scope: 'all' as const },
    { market: 'B' },
    { day: '2024-02-29' },
    { category: 'other' },
  ]) {
    const { rows, ...rest } = bare(await board(reader, { asOf, ...narrowed }));
    boards.push({ ...rest, rows: rows.map(unforecast) });
  }
  const { up, down } = await movers(reader, { asOf, scope: 'all' });
  const feed = await feedOverview(reader, { asOf });
  return {
    boards,
    movers: [up.map(unforecast), down.map(unforecast)],
    histories: histories.map((one) => ('meta' in one ? bare(one as { meta: object }) : one)),
    items: await items(reader, { asOf }),
    feed: { ...feed, rows: null, receivedAt: null },
  };
}

const refusal = (error: unknown) => ({ refused: (error as { code: string }).code, cells: [] });

async function served<T>(
  rows: readonly DailyRow[],
  profile: FeedProfile,
  ask: (serving: ServingInMemory) => Promise<T>,
): Promise<T> {
  const serving = await serveInMemory(SERIES, rows, { profile, derive: conditionTables(profile) });
  try {
    return await ask(serving);
  } finally {
    serving.close();
  }
}

test('no row known later changes an answer as of before, and the answer is what was published then', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async ({ profile, rows, asOf }) => {
      const then = knownBy(rows, asOf);
      const now = await served(rows, profile, ({ reader }) => everyAnswer(reader, asOf));
      const withoutLater = await served(then, profile, ({ reader }) => everyAnswer(reader, asOf));
      const published = await served(then, profile, async ({ reader }) => {
        // a series of which nothing was known had not been published
        const { columns } = await reader.query('select distinct series_id from daily');
        await reader.query(
          `delete from series where series_id not in (${[-1, ...columns.series_id!].join(', ')})`,
        );
        return everyAnswer(reader, undefined);
      });
      expect(now).toEqual(withoutLater);
      expect(now).toEqual(published);
    }),
    { numRuns: propertyRuns(3, 5) },
  );
}, 120_000);
