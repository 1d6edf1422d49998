import { expect, test } from 'vitest';
import type { Forecast, Series } from '../../api/contract.ts';
import { textOf } from '../../show/index.ts';
import { findingOf } from './chart-finding.ts';

const latest = {
  price: 920,
  currency: 'KRW',
  unit: 'kg',
  previous: { day: '2026-11-19', price: 900, changePercent: 2.22 },
  normal: { kind: 'mean', years: 4, price: 1000, low: 1, high: 2, changePercent: -8 },
};
const series = (more: object | null) => ({ latest: more && { ...latest, ...more } }) as unknown as Series;
const forecast = (status: string) =>
  ({ cells: [{ horizon: 'W4', status, lo80: 700, hi80: 1100 }] }) as unknown as Forecast;

test('the finding names price, change, the mean of as many years as there are, and the interval', () => {
  expect(findingOf(series({}), forecast('model'), textOf('ko'), 'ko')).toBe(
    '가격은 920 원/kg, 직전 거래일 대비 +2.2%. 4년 평균 대비 −8.0%. 4주 뒤 80% 구간은 700에서 1,100.',
  );
});

test('what is missing or withheld is not spoken of', () => {
  expect(findingOf(series({ previous: null, normal: null }), forecast('withheld'), textOf('en'), 'en')).toBe(
    'The price is 920 KRW/kg.',
  );
  expect(findingOf(series(null), undefined, textOf('ko'), 'ko')).toBe('');
});
