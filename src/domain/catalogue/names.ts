import type { Bilingual } from '../words.ts';

/** A code of a feed with its names; `ja` and `zh` where the feed's own language is Japanese or Chinese. */
export interface CatalogueName extends Bilingual {
  readonly code: string;
  readonly ja?: string;
  readonly zh?: string;
}

/** What kind of produce an item is, for grouping on the board; our own grouping, not a feed's. */
export const CATEGORIES = {
  leaf: { ko: '엽채류', en: 'Leaf vegetables' },
  root: { ko: '근채류', en: 'Root vegetables' },
  'fruit-vegetable': { ko: '과채류', en: 'Fruit vegetables' },
  seasoning: { ko: '조미채소', en: 'Seasoning vegetables' },
  fruit: { ko: '과일', en: 'Fruit' },
  mushroom: { ko: '버섯', en: 'Mushrooms' },
  plantation: { ko: '특용작물', en: 'Plantation crops' },
  flower: { ko: '화훼', en: 'Flowers and plants' },
  total: { ko: '합계', en: 'Totals' },
} as const satisfies Record<string, Bilingual>;

export type CategoryId = keyof typeof CATEGORIES;

export interface CatalogueItem extends CatalogueName {
  readonly category: CategoryId;
}
