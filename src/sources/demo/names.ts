import type { CatalogueItem, CatalogueName, CategoryId } from '../../domain/index.ts';
import { DEMO_ITEMS, DEMO_MARKETS } from '../../domain/index.ts';

const GENERATED_ITEM_BASE = 70_000;
const GENERATED_MARKET_BASE = 90_000;
const GENERATED_CODE = /^[79]\d{4}$/;
const CATEGORY_OF_GENERATED: readonly CategoryId[] = [
  'leaf',
  'root',
  'fruit-vegetable',
  'seasoning',
  'fruit',
  'mushroom',
];

/** How many items and markets the codes leave room for. */
export const MOST_ITEMS = 9_999;
export const MOST_MARKETS = 999;

/** The simulator's item at a place (0 = the first): the catalogue's forty, then generated ones that say so. */
export function demoItem(index: number): CatalogueItem {
  const named = DEMO_ITEMS[index];
  if (named) return named;
  const category = CATEGORY_OF_GENERATED[index % CATEGORY_OF_GENERATED.length]!;
  return {
    code: String(GENERATED_ITEM_BASE + index + 1),
    category,
    ko: `생성 품목 ${index + 1}`,
    en: `Generated item ${index + 1}`,
  };
}

/** The simulator's market at a place (0 = the largest): the catalogue's eight, then generated ones that say so. */
export function demoMarket(index: number): CatalogueName {
  return (
    DEMO_MARKETS[index] ?? {
      code: String(GENERATED_MARKET_BASE + index + 1),
      ko: `생성 시장 ${index + 1}`,
      en: `Generated market ${index + 1}`,
    }
  );
}

/** Names of a generated item or market by its code; undefined for every other code, the catalogue's own included. */
export function generatedName(code: string): CatalogueName | undefined {
  if (!GENERATED_CODE.test(code)) return undefined;
  const number = Number(code);
  const item = number - GENERATED_ITEM_BASE - 1;
  if (item >= DEMO_ITEMS.length && item < MOST_ITEMS) return demoItem(item);
  const market = number - GENERATED_MARKET_BASE - 1;
  return market >= DEMO_MARKETS.length && market < MOST_MARKETS ? demoMarket(market) : undefined;
}
