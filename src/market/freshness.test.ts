import { expect, it } from 'vitest';
import { quotes } from '../../test/support/small-lake.ts';
import { addDays, type FeedProfile, localDate } from '../domain/index.ts';
import { dayState } from './freshness.ts';

const profile: FeedProfile = { ...quotes.profile, silentAfterHours: 24 };
const MONDAY = localDate('2024-03-04');
const feed = { profile, calendar: undefined };
const none = new Set<string>();

/** Ten series on every weekday but Sunday for nine weeks before the Monday. */
const usual = new Map(
  Array.from({ length: 63 }, (_, at) => addDays(MONDAY, -at - 1))
    .filter((day) => new Date(day).getUTCDay() !== 0)
    .map((day) => [day as string, 10]),
);

const at = (instant: string) => new Date(instant);
const stateOf = (counts: ReadonlyMap<string, number>, day = MONDAY, now = at('2024-03-04T06:00:00Z')) =>
  dayState(feed, counts, none, day, now).state;

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
  expect(dayState(feed, usual, new Set([MONDAY]), MONDAY, at('2024-03-06T00:00:00Z')).state).toBe('closed');
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
  expect(dayState(weekly, counts, none, localDate('2024-03-01'), now).state).toBe('closed');
  expect(dayState(weekly, counts, none, MONDAY, now).state).toBe('missing');
});
