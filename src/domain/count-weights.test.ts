import { describe, expect, it } from 'vitest';
import { AT_SURVEY_ITEMS } from './catalogue/at-survey.ts';
import { COUNT_WEIGHTS, type CountWeight, countWeight, countWeightIn } from './count-weights.ts';

describe('what a count unit holds', () => {
  it('is stated for a hundred heads of garlic, as heads and not as kilograms', () => {
    expect(countWeight('244', 'hundred heads', '2026-01-05')).toMatchObject({ holds: 100, of: 'head' });
  });

  it.each([
    ['212', 'head'],
    ['411', 'piece'],
    ['258', 'hundred heads'],
    ['244', 'head'],
  ])('is not known otherwise: item %s by the %s stays a series of its own', (item, unit) => {
    expect(countWeight(item, unit, '2026-01-05')).toBeUndefined();
  });

  it('holds from its first day to its last', () => {
    const both = { ko: '시험', en: 'a test' };
    const row = {
      itemCode: '231',
      unit: 'piece',
      of: 'kg',
      ofName: both,
      source: both,
      confidence: 'low',
    } as const;
    const rows: readonly CountWeight[] = [
      { ...row, holds: 1.8, until: '2017-12-31' },
      { ...row, holds: 2, since: '2018-01-01' },
    ];
    expect(countWeight('231', 'piece', '2017-12-31', rows)?.holds).toBe(1.8);
    expect(countWeight('231', 'piece', '2018-01-01', rows)?.holds).toBe(2);
  });

  it('never holds nothing, never itself, and names its source', () => {
    const items = new Set(AT_SURVEY_ITEMS.map(({ code }) => code));
    for (const row of COUNT_WEIGHTS) {
      expect(items).toContain(row.itemCode);
      expect(row.holds).toBeGreaterThan(0);
      expect(row.of).not.toBe(row.unit);
      expect([row.source.ko, row.source.en, row.ofName.ko, row.ofName.en]).not.toContain('');
    }
  });

  it('is asked by a series’ own code, in Korea alone', () => {
    const napa = { unit: 'head', holds: 10 / 3, of: 'kg', confidence: 'low' };
    expect(countWeightIn('at-survey', '211', 'head', '2026-01-05')).toMatchObject(napa);
    expect(countWeightIn('kamis', '211', 'head', '2026-01-05')).toMatchObject(napa);
    expect(countWeightIn('at-origin', '10-01', 'head', '2026-01-05')).toMatchObject(napa);
    expect(countWeightIn('uk-defra', 'chinese_leaf', 'head', '2026-01-05')).toBeUndefined();
    expect(countWeightIn('at-survey', '211', 'kg', '2026-01-05')).toBeUndefined();
    expect(countWeightIn('no such feed', '211', 'head', '2026-01-05')).toBeUndefined();
  });
});
