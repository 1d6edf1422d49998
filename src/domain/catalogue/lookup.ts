import type { Bilingual } from '../words.ts';
import { AT_MARKETS } from './at-markets.ts';
import { AT_SURVEY_ITEMS, AT_SURVEY_VARIETIES } from './at-survey.ts';
import { AT_TRADE_ITEMS, AT_TRADE_VARIETIES } from './at-trades.ts';
import { produceOf } from './crosswalk.ts';
import { DACON_SUN_ITEMS, DACON_SUN_MARKETS } from './dacon-sun.ts';
import { DEMO_ITEMS, DEMO_MARKETS, DEMO_VARIETIES } from './demo.ts';
import { INDIA_AGMARKNET_ITEMS } from './india-agmarknet.ts';
import {
  JAPAN_MAFF_ITEMS,
  JAPAN_MAFF_MARKETS,
  JAPAN_MAFF_RETAIL_ITEMS,
  JAPAN_MAFF_RETAIL_MARKETS,
} from './japan-maff.ts';
import { KAMIS_ITEMS, KAMIS_MARKETS, KAMIS_VARIETIES } from './kamis.ts';
import type { CatalogueItem, CatalogueName, CategoryId } from './names.ts';
import { TAIWAN_AMIS_ITEMS, TAIWAN_AMIS_MARKETS } from './taiwan-amis.ts';
import { UK_DEFRA_ITEMS, UK_DEFRA_MARKETS, UK_DEFRA_VARIETIES } from './uk-defra.ts';

interface FeedCatalogue {
  readonly items: ReadonlyMap<string, CatalogueItem>;
  readonly markets: ReadonlyMap<string, CatalogueName>;
  readonly varieties: ReadonlyMap<string, CatalogueName>;
}

function catalogue(
  items: readonly CatalogueItem[],
  markets: readonly CatalogueName[],
  varieties: readonly CatalogueName[] = [],
): FeedCatalogue {
  const byCode = <Name extends CatalogueName>(names: readonly Name[]): ReadonlyMap<string, Name> =>
    new Map(names.map((name) => [name.code, name]));
  return { items: byCode(items), markets: byCode(markets), varieties: byCode(varieties) };
}

const AT_TRADES = catalogue(AT_TRADE_ITEMS, AT_MARKETS, AT_TRADE_VARIETIES);

const CATALOGUES: ReadonlyMap<string, FeedCatalogue> = new Map([
  ['demo', catalogue(DEMO_ITEMS, DEMO_MARKETS, DEMO_VARIETIES)],
  ['japan-maff', catalogue(JAPAN_MAFF_ITEMS, JAPAN_MAFF_MARKETS)],
  ['japan-maff-retail', catalogue(JAPAN_MAFF_RETAIL_ITEMS, JAPAN_MAFF_RETAIL_MARKETS)],
  ['taiwan-amis', catalogue(TAIWAN_AMIS_ITEMS, TAIWAN_AMIS_MARKETS)],
  ['uk-defra', catalogue(UK_DEFRA_ITEMS, UK_DEFRA_MARKETS, UK_DEFRA_VARIETIES)],
  ['india-agmarknet', catalogue(INDIA_AGMARKNET_ITEMS, [])],
  ['kamis', catalogue(KAMIS_ITEMS, KAMIS_MARKETS, KAMIS_VARIETIES)],
  ['dacon-sun', catalogue(DACON_SUN_ITEMS, DACON_SUN_MARKETS)],
  ['at-origin', AT_TRADES],
  ['at-realtime', AT_TRADES],
  ['at-sale', AT_TRADES],
  ['at-survey', catalogue(AT_SURVEY_ITEMS, [], AT_SURVEY_VARIETIES)],
]);

/**
 * An item's name in both languages, in Japanese and Chinese too where the crosswalk ties its code; where the catalogue has
 * none, the feed's own name, else the code.
 */
export function itemName(feed: string, code: string, feedName?: string): CatalogueName {
  const tied = produceOf(feed, code);
  const own = named(CATALOGUES.get(feed)?.items, code, feedName);
  return tied === undefined ? own : { ja: tied.ja, zh: tied.zh, ...own };
}

/** A market's name in both languages; where the catalogue has none, the feed's own name, else the code. */
export function marketName(feed: string, code: string, feedName?: string): CatalogueName {
  return named(CATALOGUES.get(feed)?.markets, code, feedName);
}

/** A variety's name in both languages; where the catalogue has none, its text without underscores. Empty stays empty. */
export function varietyName(feed: string, variety: string): CatalogueName {
  return named(CATALOGUES.get(feed)?.varieties, variety, variety.replaceAll('_', ' '));
}

/** What kind of produce an item is; undefined when the catalogue does not know it. */
export function itemCategory(feed: string, code: string): CategoryId | undefined {
  return CATALOGUES.get(feed)?.items.get(code)?.category;
}

function named(
  names: ReadonlyMap<string, CatalogueName> | undefined,
  code: string,
  feedName: string | undefined,
): CatalogueName {
  const known = names?.get(code);
  if (known) return known;
  const shown: Bilingual = feedName ? { ko: feedName, en: feedName } : { ko: code, en: code };
  return { code, ...shown };
}
