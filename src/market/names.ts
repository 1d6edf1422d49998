import {
  CATEGORIES,
  type CatalogueName,
  gradeName,
  itemCategory,
  itemName,
  marketName,
  packageName,
  tradeMethodName,
  varietyName,
} from '../domain/index.ts';
import type { Named, SpecNames } from './answers.ts';

const OTHER: Named = { code: 'other', name: { ko: '기타', en: 'Other' } };
const ALL_MARKETS: Named = { code: '', name: { ko: '전체 시장', en: 'All markets' } };

export function itemNamed(feed: string, code: string, feedName: string): Named {
  return { code, name: bilingual(itemName(feed, code, feedName)) };
}

/** '' is a price that its publisher pooled over markets. */
export function marketNamed(feed: string, code: string, feedName: string): Named {
  return code === '' ? ALL_MARKETS : { code, name: bilingual(marketName(feed, code, feedName)) };
}

/** What a series' key says in the feed's own words, in both languages. */
export function specNames(feed: string, words: { readonly [name in keyof SpecNames]: string }): SpecNames {
  return {
    variety: bilingual(varietyName(feed, words.variety)),
    grade: gradeName(words.grade),
    package: packageName(words.package),
    method: tradeMethodName(words.method),
  };
}

/** The group an item stands in on the board. */
export function categoryOf(feed: string, itemCode: string): Named {
  const category = itemCategory(feed, itemCode);
  return category === undefined ? OTHER : { code: category, name: CATEGORIES[category] };
}

function bilingual({ ko, en }: CatalogueName): Named['name'] {
  return { ko, en };
}
