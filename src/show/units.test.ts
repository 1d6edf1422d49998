import { expect, test } from 'vitest';
import { priceUnit, tradeUnit } from './units.ts';

test('the won is written in Korean only in Korean, other money by its ISO code', () => {
  expect(priceUnit('KRW', 'kg', 'ko')).toBe('원/kg');
  expect(priceUnit('KRW', 'kg', 'en')).toBe('KRW/kg');
  expect(priceUnit('JPY', 'kg', 'ko')).toBe('JPY/kg');
});

test('what is sold by the count stays in its unit', () => {
  expect(priceUnit('KRW', 'head', 'ko')).toBe('원/포기');
  expect(tradeUnit(20, 'bunch', 'ko')).toBe('20 단');
  expect(tradeUnit(20, 'bunch', 'en')).toBe('20 bunch');
  expect(priceUnit('GBP', 'twin', 'en')).toBe('GBP/twin');
});

test('a unit nobody translated is shown as it came', () => {
  expect(priceUnit('INR', 'quintal', 'ko')).toBe('INR/quintal');
});
