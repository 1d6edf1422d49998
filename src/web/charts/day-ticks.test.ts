import { expect, test } from 'vitest';
import { dayTicks } from './day-ticks.ts';

const DAY = 86_400;
const at = (day: string) => Date.parse(`${day}T00:00:00Z`) / 1000;

test('years, months and days, as the step allows', () => {
  expect(dayTicks([at('2024-01-01'), at('2025-01-01')], 365 * DAY, 'ko')).toEqual(['2024', '2025']);
  expect(dayTicks([at('2025-12-01'), at('2026-01-01')], 30 * DAY, 'ko')).toEqual(['12월', '2026']);
  expect(dayTicks([at('2025-12-01'), at('2026-01-01')], 30 * DAY, 'en')).toEqual(['Dec', '2026']);
  expect(dayTicks([at('2026-11-03')], 5 * DAY, 'ko')).toEqual(['11/3']);
});
