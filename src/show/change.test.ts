import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changePercent, describeChange } from './change.ts';

test('a change that rounds to zero is unchanged, without sign or glyph', () => {
  for (const percent of [0, -0, 0.04, -0.04, -0.01]) {
    expect(describeChange(percent, 'ko')).toEqual({ direction: 'flat', glyph: '', label: '보합 0%' });
    expect(describeChange(percent, 'en').label).toBe('unchanged 0%');
  }
});

test('a rise is red-arrow up with a plus, a fall down with a true minus', () => {
  expect(describeChange(3.24, 'ko')).toEqual({ direction: 'up', glyph: '▲', label: '+3.2%' });
  expect(describeChange(-1234.56, 'en')).toEqual({ direction: 'down', glyph: '▼', label: '−1,234.6%' });
});

test('sign, glyph and direction agree with the printed number, always', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -99.99, max: 5000, noNaN: true }),
      fc.constantFrom('ko' as const, 'en' as const),
      (percent, language) => {
        const { direction, glyph, label } = describeChange(percent, language);
        const printed = Number(label.replace('−', '-').replace(/[^\d.+-]/g, ''));
        expect(direction).toBe(printed === 0 ? 'flat' : printed > 0 ? 'up' : 'down');
        expect(glyph).toBe({ up: '▲', down: '▼', flat: '' }[direction]);
        expect(Math.abs(printed - percent)).toBeLessThanOrEqual(0.0501);
      },
    ),
  );
});

test('a change needs two prices, and the earlier one above zero', () => {
  expect(changePercent(null, 100)).toBeNull();
  expect(changePercent(100, null)).toBeNull();
  expect(changePercent(0, 100)).toBeNull();
  expect(changePercent(200, 150)).toBe(-25);
});
