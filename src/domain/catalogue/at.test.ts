import { expect, it } from 'vitest';
import { AT_MARKETS } from './at-markets.ts';
import { AT_SURVEY_ITEMS, AT_SURVEY_VARIETIES } from './at-survey.ts';
import { AT_TRADE_ITEMS, AT_TRADE_VARIETIES } from './at-trades.ts';
import { itemName, marketName, varietyName } from './lookup.ts';

const LISTS = { AT_MARKETS, AT_SURVEY_ITEMS, AT_SURVEY_VARIETIES, AT_TRADE_ITEMS, AT_TRADE_VARIETIES };

it.each(Object.entries(LISTS))('%s names each code once', (_, list) => {
  expect(new Set(list.map(({ code }) => code)).size).toBe(list.length);
  for (const { ko, en } of list) expect([ko, en]).not.toContain('');
});

it('names varieties of listed items only', () => {
  const items = new Set([...AT_TRADE_ITEMS, ...AT_SURVEY_ITEMS].map(({ code }) => code));
  for (const { code } of [...AT_TRADE_VARIETIES, ...AT_SURVEY_VARIETIES])
    expect(items).toContain(code.slice(0, code.lastIndexOf('-')));
});

it('knows a lot by its codes, and what it does not know by the name in its row', () => {
  expect(itemName('at-sale', '10-01')).toMatchObject({ ko: '배추', en: 'Napa cabbage' });
  expect(varietyName('at-origin', '10-01-05').en).toBe('Highland');
  expect(marketName('at-realtime', '110001').en).toBe('Seoul Garak');
  expect(varietyName('at-survey', '211-02').ko).toBe('여름(고랭지)');
  expect(itemName('at-sale', '10-69', '루콜라').en).toBe('루콜라');
});

it('keeps garlic in skin and peeled garlic apart', () => {
  expect(itemName('at-survey', '244').en).not.toBe(itemName('at-survey', '258').en);
});
