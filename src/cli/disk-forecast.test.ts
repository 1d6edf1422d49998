import { expect, it } from 'vitest';
import { type Arrival, diskForecast } from './disk-forecast.ts';

const NOW = Date.parse('2026-06-30T00:00:00Z');
const DAY_MS = 86_400_000;
const MB = 1e6;

/** `bytes` received so many days ago, of that day unless its oldest row is older still. */
function arrival(daysAgo: number, bytes: number, oldestDaysAgo = daysAgo): Arrival {
  const day = (back: number) => new Date(NOW - back * DAY_MS).toISOString().slice(0, 10);
  return { receivedMs: NOW - daysAgo * DAY_MS, firstDay: day(oldestDaysAgo), bytes };
}

const forecast = (arrivals: readonly Arrival[], freeBytes = 1000 * MB, servedPerKept = 0) =>
  diskForecast(arrivals, { nowMs: NOW, freeBytes, servedPerKept });

/** A megabyte on each of the last ninety days: 30.44 in a month. */
const daily = Array.from({ length: 90 }, (_, at) => arrival(at + 1, MB));

it('is the room that is left at the pace of the last three months', () => {
  const told = forecast(daily);
  expect(told.bytesPerMonth).toBeCloseTo((90 * MB) / (90 / 30.44), -1);
  expect(told.monthsLeft).toBeCloseTo(1000 / 30.44, 6);
  expect(told.soonFull).toBe(false);
});

it('warns below three months', () => {
  expect(forecast(daily, 3.01 * 30.44 * MB).soonFull).toBe(false);
  expect(forecast(daily, 2.99 * 30.44 * MB)).toMatchObject({
    soonFull: true,
    monthsLeft: expect.closeTo(2.99, 6),
  });
});

it('leaves out history brought in at once, and what came before the three months', () => {
  const bulk = arrival(10, 500 * MB, 3000);
  expect(forecast([...daily, bulk])).toEqual({ ...forecast(daily), bulkBytes: 500 * MB });
  expect(forecast([...daily, arrival(100, 500 * MB)])).toEqual(forecast(daily));
  // a window of corrections is no history
  expect(forecast([arrival(10, MB, 100)]).bytesPerMonth).toBe(MB);
});

it('takes what is served to grow with what is kept', () => {
  expect(forecast(daily, 1000 * MB, 1.5).monthsLeft).toBeCloseTo(1000 / 30.44 / 2.5, 6);
});

it('does not blow a young home up to a month', () => {
  expect(forecast([arrival(2, MB), arrival(1, MB)]).bytesPerMonth).toBe(2 * MB);
});

it('has no end where nothing grows', () => {
  for (const arrivals of [[], [arrival(10, MB, 3000)]])
    expect(forecast(arrivals)).toMatchObject({ bytesPerMonth: 0, monthsLeft: null, soonFull: false });
});
