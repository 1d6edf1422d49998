import type { CatalogueItem } from './names.ts';

/** Markets and varieties keep the romanised names of the feed. */
export const INDIA_AGMARKNET_ITEMS: readonly CatalogueItem[] = [
  { code: 'arecanut', category: 'plantation', ko: '빈랑', en: 'Arecanut' },
  { code: 'black-pepper', category: 'plantation', ko: '후추', en: 'Black pepper' },
  { code: 'coconut', category: 'plantation', ko: '코코넛', en: 'Coconut' },
  { code: 'copra', category: 'plantation', ko: '코프라', en: 'Copra' },
];
