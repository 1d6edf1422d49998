import { expect, test } from 'vitest';
import { type FeedReach, reachNow } from './feed-reach.ts';

const FEED: FeedReach = {
  lastDay: '2026-11-21',
  granularity: 'day',
  utcOffsetMinutes: 540,
  nextDays: ['2026-11-23', '2026-11-24', '2026-11-25'],
};
const at = (instant: string, feed = FEED) => reachNow(feed, Date.parse(instant));

test('the day is that of the feed, not of the reader', () => {
  expect(at('2026-11-22T14:59:00Z')).toEqual({ daysOld: 1, stopped: false, nextDay: '2026-11-23' });
  expect(at('2026-11-23T15:00:00Z')).toEqual({ daysOld: 3, stopped: false, nextDay: '2026-11-24' });
});

test('more than seven days of silence, or twenty-one of a weekly feed, is a stop', () => {
  expect(at('2026-11-28T12:00:00+09:00')).toMatchObject({ daysOld: 7, stopped: false });
  expect(at('2026-11-29T12:00:00+09:00')).toEqual({ daysOld: 8, stopped: true, nextDay: null });
  const weekly = { ...FEED, granularity: 'week' as const };
  expect(at('2026-12-12T12:00:00+09:00', weekly)).toMatchObject({ daysOld: 21, stopped: false });
  expect(at('2026-12-13T12:00:00+09:00', weekly)).toMatchObject({ stopped: true });
});

test('a feed without a price stands nowhere, and one without a calendar names no next day', () => {
  expect(at('2026-11-22T12:00:00Z', { ...FEED, lastDay: null })).toBeNull();
  expect(at('2026-11-22T12:00:00Z', { ...FEED, nextDays: [] })?.nextDay).toBeNull();
});
