import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quoteLine, quotes, SmallLake } from '../../test/support/small-lake.ts';
import { addDays, type FeedProfile, localDate } from '../domain/index.ts';
import { openServingLibrary, publishConditions } from '../lake/index.ts';
import { conditionTables } from './derived-tables.ts';
import { dayState, freshness } from './freshness.ts';

const profile: FeedProfile = { ...quotes.profile, silentAfterHours: 24 };
const MONDAY = localDate('2024-03-04');
const feed = { profile, calendar: undefined };
const daysOf = (counts: ReadonlyMap<string, number>, trickles: readonly string[] = []) => ({
  counts,
  trickles: new Set(trickles),
  rests: () => undefined,
});

/** Ten series on every weekday but Sunday for nine weeks before the Monday. */
const usual = new Map(
  Array.from({ length: 63 }, (_, at) => addDays(MONDAY, -at - 1))
    .filter((day) => new Date(day).getUTCDay() !== 0)
    .map((day) => [day as string, 10]),
);

const at = (instant: string) => new Date(instant);
const stateOf = (counts: ReadonlyMap<string, number>, day = MONDAY, now = at('2024-03-04T06:00:00Z')) =>
  dayState(feed, daysOf(counts), day, now).state;

it('tells a whole day from part of one by the same weekday of eight weeks', () => {
  expect(stateOf(new Map([...usual, [MONDAY, 9]]))).toBe('complete');
  expect(stateOf(new Map([...usual, [MONDAY, 4]]))).toBe('partial');
  expect(stateOf(new Map([[MONDAY, 1]]))).toBe('complete');
});

it('calls a day without rows not yet due, missing, then silent; missing for good once a newer day is here', () => {
  expect(stateOf(usual, MONDAY, at('2024-03-04T01:59:00Z'))).toBe('not-yet');
  expect(stateOf(usual, MONDAY, at('2024-03-04T02:00:00Z'))).toBe('missing');
  expect(stateOf(usual, MONDAY, at('2024-03-05T02:01:00Z'))).toBe('silent');
  expect(stateOf(new Map([...usual, ['2024-03-05', 10]]), MONDAY, at('2024-03-06T00:00:00Z'))).toBe(
    'missing',
  );
});

it('calls a Sunday and a day of trickle trade closed', () => {
  expect(stateOf(usual, addDays(MONDAY, -1))).toBe('closed');
  expect(dayState(feed, daysOf(usual, [MONDAY]), MONDAY, at('2024-03-06T00:00:00Z')).state).toBe('closed');
});

it('believes what a market announced of its rest days', () => {
  const announced = { ...daysOf(usual), rests: () => true };
  expect(dayState(feed, announced, MONDAY, at('2024-03-05T02:01:00Z')).state).toBe('closed');
  const sunday = addDays(MONDAY, -1);
  const open = { ...daysOf(usual), rests: () => false };
  expect(dayState(feed, open, sunday, at('2024-03-04T23:00:00Z')).state).not.toBe('closed');
});

it('is not made green by the past', () => {
  const past = new Map([...usual, ['2023-01-02', 10]]);
  expect(stateOf(past, MONDAY, at('2024-03-05T02:01:00Z'))).toBe('silent');
  expect(stateOf(new Map([['2023-01-02', 10]]), MONDAY, at('2024-03-05T02:01:00Z'))).toBe('silent');
});

it('expects a weekly survey seven days after the last', () => {
  const weekly = {
    profile: { ...profile, granularity: 'week', calendar: 'weekly' } as const,
    calendar: undefined,
  };
  const counts = new Map([['2024-02-26', 5]]);
  const now = at('2024-03-05T00:00:00Z');
  expect(dayState(weekly, daysOf(counts), localDate('2024-03-01'), now).state).toBe('closed');
  expect(dayState(weekly, daysOf(counts), MONDAY, now).state).toBe('missing');
});

describe('of a home', () => {
  let lake: SmallLake;
  beforeEach(() => {
    lake = new SmallLake();
  });
  afterEach(() => lake.close());

  /** The last days as a reader of the published home is told them, `market day state series`. */
  async function told(
    days: number,
    now: Date,
    calendar: FeedProfile['calendar'] = 'learned',
  ): Promise<string[]> {
    const profile: FeedProfile = { ...quotes.profile, calendar };
    await publishConditions(lake.home, profile, conditionTables(profile));
    const library = await openServingLibrary(lake.home, [profile]);
    try {
      const states = await library.read('quotes', (reader) => freshness(reader, days, now));
      return states.map((one) => `${one.market} ${one.day} ${one.state} ${one.series}`);
    } finally {
      await library.close();
    }
  }
  const lines = (day: string, items: number, market = 'garak') =>
    Array.from({ length: items }, (_, item) => quoteLine({ day, market, item: `item${item}` }));
  /** Six series on each of the days before the Monday. */
  const weeksBefore = Array.from({ length: 60 }, (_, back) => addDays(MONDAY, -back - 1)).filter(
    (day) => new Date(day).getUTCDay() !== 0,
  );
  const NOW = at('2024-03-05T23:00:00Z');

  it('counts the priced series of each market of its own, the newest word of each', async () => {
    await lake.take(
      quotes,
      weeksBefore.flatMap((day) => [...lines(day, 6), ...lines(day, 1, 'busan')]),
    );
    await lake.take(quotes, [...lines(MONDAY, 2), ...lines('2024-03-05', 6)]);
    // a correction of a series that is there already is no further series
    await lake.take(quotes, [quoteLine({ day: '2024-03-05', item: 'item0', price: 120 })]);
    expect(await told(4, NOW)).toEqual([
      ...['busan 2024-03-03 closed 0', 'busan 2024-03-04 missing 0', 'busan 2024-03-05 missing 0'],
      'busan 2024-03-06 not-yet 0',
      ...['garak 2024-03-03 closed 0', 'garak 2024-03-04 partial 2', 'garak 2024-03-05 complete 6'],
      'garak 2024-03-06 not-yet 0',
    ]);
  });

  it('is not made green by an old backfill that is received today', async () => {
    await lake.take(
      quotes,
      weeksBefore.flatMap((day) => lines(day, 6)),
    );
    const late = at('2024-03-10T00:00:00Z');
    const before = await told(5, late);
    expect(before).toContain('garak 2024-03-06 silent 0');
    const old = weeksBefore.map((day) => addDays(day, -730));
    await lake.take(
      quotes,
      old.flatMap((day) => lines(day, 6)),
      late.toISOString(),
    );
    expect(await told(5, late)).toEqual(before);
  });

  it('calls a day closed that the calendars of the home close', async () => {
    await lake.take(
      quotes,
      weeksBefore.flatMap((day) => lines(day, 6)),
    );
    expect(await told(3, NOW, 'garak-auction')).toContain('garak 2024-03-05 missing 0');
    mkdirSync(join(lake.home.path, 'calendars'));
    writeFileSync(
      join(lake.home.path, 'calendars', 'garak.json'),
      '{"calendar":"garak-auction","closed":["2024-03-05"]}',
    );
    expect(await told(3, NOW, 'garak-auction')).toContain('garak 2024-03-05 closed 0');
  });
});
