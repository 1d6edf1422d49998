import { describe, expect, it } from 'vitest';
import { AT_SURVEY_ITEMS } from './at-survey.ts';
import { AT_TRADE_ITEMS } from './at-trades.ts';
import { type CodeSystem, PRODUCE, produceOf, SYSTEM_OF_FEED } from './crosswalk.ts';
import { DACON_SUN_ITEMS } from './dacon-sun.ts';
import { DEMO_ITEMS } from './demo.ts';
import { JAPAN_MAFF_ITEMS } from './japan-maff.ts';
import { KAMIS_ITEMS } from './kamis.ts';
import { itemName } from './lookup.ts';
import type { CatalogueItem } from './names.ts';
import { TAIWAN_AMIS_ITEMS } from './taiwan-amis.ts';
import { UK_DEFRA_ITEMS } from './uk-defra.ts';

const SYSTEMS: Readonly<Record<CodeSystem, readonly CatalogueItem[]>> = {
  'at-trades': AT_TRADE_ITEMS,
  'kr-survey': [...AT_SURVEY_ITEMS, ...KAMIS_ITEMS],
  'japan-maff': JAPAN_MAFF_ITEMS,
  'taiwan-amis': TAIWAN_AMIS_ITEMS,
  'uk-defra': UK_DEFRA_ITEMS,
  'dacon-sun': DACON_SUN_ITEMS,
  demo: DEMO_ITEMS,
};

describe('the crosswalk', () => {
  it('ties only codes that their system has, and each of them once', () => {
    const tied = PRODUCE.flatMap(({ codes }) =>
      Object.entries(codes).flatMap(([system, list]) =>
        list.map((code) => [system as CodeSystem, code] as const),
      ),
    );
    for (const [system, code] of tied)
      expect([system, code, SYSTEMS[system].some((item) => item.code === code)]).toEqual([
        system,
        code,
        true,
      ]);
    expect(new Set(tied.map(([system, code]) => `${system} ${code}`)).size).toBe(tied.length);
  });

  it('names each item once in each language', () => {
    for (const language of ['ko', 'en', 'ja', 'zh'] as const) {
      const names = PRODUCE.map((produce) => produce[language]);
      expect(names.filter((name, index) => name.trim() === '' || names.indexOf(name) !== index)).toEqual([]);
    }
    for (const { ja, zh } of PRODUCE) {
      expect(ja).toMatch(/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u);
      expect(zh).toMatch(/\p{Script=Han}/u);
    }
  });

  // Korea counts strawberries among the vegetables, Britain among the fruit.
  it('ties no code to another kind of produce', () => {
    const kindsOf = ({ codes }: (typeof PRODUCE)[number]) =>
      Object.entries(codes).flatMap(([system, list]) =>
        list.map((code) =>
          SYSTEMS[system as CodeSystem]
            .find((item) => item.code === code)
            ?.category.replace('fruit-vegetable', 'fruit'),
        ),
      );
    expect(
      PRODUCE.filter((one) => new Set(kindsOf(one)).size !== 1).map((one) => [one.en, ...kindsOf(one)]),
    ).toEqual([]);
  });

  it('knows every feed that shares a code system', () => {
    expect(produceOf('at-origin', '10-01')).toBe(produceOf('at-survey', '211'));
    expect(produceOf('kamis', '245')).toBe(produceOf('japan-maff', '36610'));
    for (const feed of Object.keys(SYSTEM_OF_FEED)) expect(produceOf(feed, 'no such code')).toBeUndefined();
    expect(produceOf('toString', '1')).toBeUndefined();
    expect(produceOf('japan-maff', '211')).toBeUndefined();
  });

  // domain.md §4: each pair shares letters and no produce.
  it.each([
    ['배추 in 양배추', 'at-survey', '211', '212'],
    ['배추 in 얼갈이배추', 'at-survey', '211', '215'],
    ['무 in 열무', 'at-survey', '231', '233'],
    ['무 in 열무 of the lots', 'at-sale', '11-01', '10-06'],
    ['피마늘 beside 깐마늘', 'kamis', '244', '258'],
    ['배 in 배추', 'at-sale', '06-02', '10-01'],
  ])('is not led by names: %s', (_, feed, one, other) => {
    expect(produceOf(feed, one)).toBeDefined();
    expect(produceOf(feed, one)).not.toBe(produceOf(feed, other));
  });

  it('never takes the plum 후무사 or a code that holds several items for one of them', () => {
    expect(produceOf('at-sale', '06-08')?.en).toBe('Plum');
    expect(produceOf('at-sale', '12-09')).toBeUndefined();
    expect(produceOf('dacon-sun', '무')).toBeUndefined();
    expect(produceOf('dacon-sun', '배추')).toBeUndefined();
    expect(produceOf('kamis', '246')).not.toBe(produceOf('at-sale', '12-02'));
  });

  it("gives a feed's item its Japanese and Chinese names, and keeps its own", () => {
    expect(itemName('at-sale', '10-01')).toMatchObject({ ko: '배추', ja: 'はくさい', zh: '大白菜' });
    expect(itemName('japan-maff', '33200')).toMatchObject({ ja: 'カリフラワー', zh: '花椰菜' });
    expect(itemName('taiwan-amis', 'LL1')).toMatchObject({ zh: '茼蒿', ja: 'しゅんぎく' });
  });
});
