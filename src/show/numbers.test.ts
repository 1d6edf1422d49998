import { expect, test } from 'vitest';
import { formatPrice, formatSignedPercent, formatVolume, roundTo } from './numbers.ts';

test('a price keeps the decimals its size deserves', () => {
  expect([1234.5, 100, 85.34, 1.856, 0].map((price) => formatPrice(price, 'ko'))).toEqual([
    '1,235',
    '100',
    '85.3',
    '1.86',
    '0.00',
  ]);
});

test('arrivals turn from kilograms into tonnes at one tonne', () => {
  expect(formatVolume(999, 'ko')).toBe('999 kg');
  expect(formatVolume(12_345, 'ko')).toBe('12.3톤');
  expect(formatVolume(1_234_567, 'en')).toBe('1,235 t');
  expect(formatVolume(-1500, 'en')).toBe('−1.5 t');
});

test('rounding never leaves a negative zero', () => {
  expect(Object.is(roundTo(-0.01, 1), 0)).toBe(true);
  expect(formatSignedPercent(-0.01, 'ko')).toBe('0.0%');
});
