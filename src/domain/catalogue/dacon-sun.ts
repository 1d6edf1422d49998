import type { CatalogueItem, CatalogueName } from './names.ts';

/** The file has no codes: its own item names are its code system. Some hold several items (무 with 열무). */
export const DACON_SUN_ITEMS: readonly CatalogueItem[] = [
  { code: '건고추', category: 'seasoning', ko: '건고추', en: 'Dried chilli' },
  { code: '감자', category: 'root', ko: '감자', en: 'Potato' },
  { code: '깐마늘(국산)', category: 'seasoning', ko: '깐마늘(국산)', en: 'Peeled garlic (Korean)' },
  { code: '대파', category: 'seasoning', ko: '대파', en: 'Green onions' },
  { code: '무', category: 'root', ko: '무', en: 'Radishes' },
  { code: '배', category: 'fruit', ko: '배', en: 'Korean pear' },
  { code: '배추', category: 'leaf', ko: '배추', en: 'Napa cabbages' },
  { code: '사과', category: 'fruit', ko: '사과', en: 'Apple' },
  { code: '상추', category: 'leaf', ko: '상추', en: 'Lettuce' },
  { code: '양파', category: 'seasoning', ko: '양파', en: 'Onion' },
];

export const DACON_SUN_MARKETS: readonly CatalogueName[] = [{ code: 'korea', ko: '전국', en: 'Korea' }];
