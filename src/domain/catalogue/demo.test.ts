import { describe, expect, it } from 'vitest';
import { DEMO_ITEMS, DEMO_MARKETS } from './demo.ts';
import { CATEGORIES } from './names.ts';

describe('the simulator lists', () => {
  it('has forty items and eight markets, every code and name once', () => {
    expect(DEMO_ITEMS).toHaveLength(40);
    expect(DEMO_MARKETS).toHaveLength(8);
    for (const list of [DEMO_ITEMS, DEMO_MARKETS])
      for (const field of ['code', 'ko', 'en'] as const)
        expect(new Set(list.map((entry) => entry[field])).size).toBe(list.length);
  });

  it('puts each item in a known category', () => {
    for (const item of DEMO_ITEMS) expect(CATEGORIES).toHaveProperty(item.category);
  });
});
