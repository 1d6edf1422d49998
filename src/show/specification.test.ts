import { expect, test } from 'vitest';
import { type Specified, specification } from './specification.ts';

const none = { ko: '', en: '' };
const LETTUCE: Specified = {
  names: {
    variety: { ko: '적상추', en: 'Red lettuce' },
    grade: { ko: '상', en: 'high grade' },
    package: { ko: '상자', en: 'box' },
    method: { ko: '경매', en: 'auction' },
  },
  unitValue: 4,
  unit: 'kg',
  priceKind: 'auction',
};

test('a specification reads in the language of the page', () => {
  expect(specification(LETTUCE, 'ko')).toBe('적상추 · 상 · 4 kg 상자');
  expect(specification(LETTUCE, 'en')).toBe('Red lettuce · high grade · 4 kg box');
});

test('another method than the price kind says is named, and what is not stated is left out', () => {
  const method = { ko: '정가수의', en: 'negotiated' };
  expect(specification({ ...LETTUCE, names: { ...LETTUCE.names, method } }, 'en')).toMatch(
    /box · negotiated$/,
  );
  const names = { variety: none, grade: none, package: none, method: none };
  expect(specification({ ...LETTUCE, names, unitValue: 1 }, 'ko')).toBe('');
});
