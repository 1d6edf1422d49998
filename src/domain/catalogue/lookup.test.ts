import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEMO_ITEMS, DEMO_MARKETS, DEMO_VARIETIES } from './demo.ts';
import { INDIA_AGMARKNET_ITEMS } from './india-agmarknet.ts';
import { JAPAN_MAFF_ITEMS, JAPAN_MAFF_RETAIL_ITEMS } from './japan-maff.ts';
import { KAMIS_ITEMS, KAMIS_MARKETS, KAMIS_VARIETIES } from './kamis.ts';
import { itemCategory, itemName, marketName, varietyName } from './lookup.ts';
import { TAIWAN_AMIS_ITEMS, TAIWAN_AMIS_MARKETS } from './taiwan-amis.ts';
import { UK_DEFRA_ITEMS, UK_DEFRA_VARIETIES } from './uk-defra.ts';

const LISTS = {
  DEMO_ITEMS,
  DEMO_MARKETS,
  DEMO_VARIETIES,
  INDIA_AGMARKNET_ITEMS,
  JAPAN_MAFF_ITEMS,
  JAPAN_MAFF_RETAIL_ITEMS,
  KAMIS_ITEMS,
  KAMIS_MARKETS,
  KAMIS_VARIETIES,
  TAIWAN_AMIS_ITEMS,
  TAIWAN_AMIS_MARKETS,
  UK_DEFRA_ITEMS,
  UK_DEFRA_VARIETIES,
};

describe('the catalogue', () => {
  it.each(Object.entries(LISTS))('%s has each code once, with a name in both languages', (_, list) => {
    expect(new Set(list.map(({ code }) => code)).size).toBe(list.length);
    for (const { ko, en } of list) {
      expect(ko.trim()).not.toBe('');
      expect(en).toMatch(/^[\p{Script=Latin}\d' ,()-]+$/u);
    }
  });

  it('has all 51 items of the Japanese wholesale survey, with their own names', () => {
    expect(JAPAN_MAFF_ITEMS).toHaveLength(51);
    expect(itemName('japan-maff', '31900')).toMatchObject({ ja: 'ねぎ', ko: '대파', en: 'Green onion' });
    expect(itemName('japan-maff-retail', '2')).toMatchObject({ ja: 'ねぎ', ko: '대파' });
  });

  it('keeps the same code of two feeds apart', () => {
    expect(itemName('kamis', 'onion').en).toBe('Onion');
    expect(itemName('uk-defra', 'onion').en).toBe('Onions');
  });

  it('names a market that is a place within a city', () => {
    expect(marketName('kamis', 'busan-엄궁도매')).toMatchObject({
      ko: '부산 엄궁도매',
      en: 'Busan, Eomgung wholesale',
    });
  });

  it('knows categories of items, and nothing of strangers', () => {
    expect(itemCategory('demo', '101')).toBe('leaf');
    expect(itemCategory('demo', 'x')).toBeUndefined();
    expect(itemCategory('x', '101')).toBeUndefined();
  });

  it("falls back to the feed's own name, then to the code", () => {
    expect(marketName('india-agmarknet', 'kannur-thalassery', 'Thalassery')).toMatchObject({
      ko: 'Thalassery',
      en: 'Thalassery',
    });
    expect(varietyName('uk-defra', 'new_sort').en).toBe('new sort');
    expect(varietyName('uk-defra', '').ko).toBe('');
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
        (feed, code, own) => {
          const name = itemName(feed, code, own);
          expect(name.code).toBe(code);
          expect(name.ko).toBe(own ?? code);
        },
      ),
    );
  });
});

const data = process.env.SIHWANG_TEST_DATA ?? '../shared/data';

function column(file: string, index: number): Set<string> {
  const rows = readFileSync(`${data}/${file}`, 'utf8').trim().split('\n').slice(1);
  return new Set(rows.map((row) => row.split(',')[index] ?? ''));
}

describe.skipIf(!existsSync(data))('against the real files (skipped without them)', () => {
  it.each([
    ['japan-maff', 'japan-maff/dev_2016_2024.csv', 1],
    ['japan-maff-retail', 'japan-maff/dev_retail_weekly_2010_2024.csv', 1],
    ['uk-defra', 'uk-defra/fruitvegprices.csv', 1],
    ['india-agmarknet', 'india-malabar/malabar_mandi_prices.csv', 3],
    ['kamis', 'kamis-onion/kamis_daily_2000_2020.csv', 2],
  ])('names every item of %s', (feed, file, index) => {
    for (const code of column(file, index))
      expect([code, itemCategory(feed, code)]).not.toEqual([code, undefined]);
  });

  it('names every variety of the UK that is more than its item again', () => {
    const known = new Set([...UK_DEFRA_VARIETIES, ...UK_DEFRA_ITEMS].map(({ code }) => code));
    expect([...column('uk-defra/fruitvegprices.csv', 2)].filter((code) => !known.has(code))).toEqual([]);
  });

  it('names every market of Taiwan', () => {
    const known = new Set(TAIWAN_AMIS_MARKETS.map(({ code }) => code));
    const codes = column('taiwan-amis/taiwan_amis_daily_2015_2025.csv', 1);
    expect([...codes].filter((code) => !known.has(`N04/${code}`))).toEqual([]);
  });
});
