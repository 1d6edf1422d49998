import { expect, test } from 'vitest';
import { formatDay, formatDayShort, formatInstant } from './dates.ts';

test('a day prints with its weekday and does not move with the zone of the machine', () => {
  expect(formatDay('2026-11-21', 'ko')).toBe('2026년 11월 21일 (토)');
  expect(formatDay('2026-11-21', 'en')).toMatch(/^Sat,? 21 Nov 2026$/);
  expect(formatDay('2024-02-29', 'ko')).toContain('29일 (목)');
});

test('a short day is month and day, with the year only when asked', () => {
  expect(formatDayShort('2026-01-05', 'ko')).toBe('1/5');
  expect(formatDayShort('2026-01-05', 'en')).toBe('5 Jan');
  expect(formatDayShort('2025-01-05', 'ko', true)).toBe('2025/1/5');
  expect(formatDayShort('2025-01-05', 'en', true)).toBe('5 Jan 2025');
});

test('an instant is shown in the zone asked for, and names it', () => {
  const text = formatInstant('2026-11-21T20:58:00Z', 'en', 'Asia/Seoul');
  expect(text).toContain('22 Nov 2026');
  expect(text).toContain('05:58');
  expect(text).toMatch(/GMT\+9|KST/);
});
