import { expect, test } from 'vitest';
import { textOf } from '../../show/index.ts';
import { type ChartColumns, dayNumberOf } from './chart-columns.ts';
import { speakDay } from './chart-speech.ts';

const none = [null, null, null];
const COLUMNS: ChartColumns = {
  days: ['2025-12-26', '2025-12-29', '2026-01-02'].map(dayNumberOf),
  price: [3118, null, null],
  low: [2820, null, null],
  high: [3409, null, null],
  volumeKg: [12_300, null, null],
  normal: [2900, null, null],
  normalLow: none,
  normalHigh: none,
  mean: [3118, null, 3200],
  lo50: none,
  hi50: none,
  lo80: [3118, null, 2900],
  hi80: [3118, null, 3500],
  lo95: none,
  hi95: none,
  leftOut: new Map([[1, 'price-jump']]),
  leftOutDays: [],
  lastPriced: 0,
};
const say = (at: number, reading: Parameters<typeof speakDay>[2], language: 'ko' | 'en' = 'ko') =>
  speakDay(COLUMNS, at, reading, language === 'ko' ? '원/kg' : 'KRW/kg', textOf(language), language);

test('a day is one sentence', () => {
  expect(say(0, 'all')).toBe(
    '2025년 12월 26일 (금) 평균 3,118원/kg, 최저 2,820, 최고 3,409, 평년 2,900, 반입 12.3톤',
  );
  expect(say(0, 'volume', 'en')).toMatch(/26 Dec 2025 arrivals 12.3 t$/);
});

test('a left-out day says so, and a day with nothing says that', () => {
  expect(say(1, 'all')).toContain('가격에서 뺌: 평소 값의 5배');
  expect(say(2, 'price')).toContain('값 없음');
  expect(say(9, 'all')).toBe('');
});

test('a forecast is spoken with its interval, and never for a day that has a price', () => {
  expect(say(2, 'all')).toBe('2026년 1월 2일 (금) 예측 3,200, 80% 구간 2,900에서 3,500');
  expect(say(0, 'forecast')).toContain('값 없음');
});
