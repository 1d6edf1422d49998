import { type CodeSystem, produceOf, SYSTEM_OF_FEED } from './catalogue/crosswalk.ts';
import type { Bilingual } from './words.ts';

/**
 * What a count unit holds, as a stated table. No authoritative table of weights is known (domain.md §4),
 * so a count unit is a series of its own unless a row here says otherwise, and what a row gives is shown with its mark.
 */
export interface CountWeight {
  /** Of the crosswalk's codes: the Korean survey's item code. */
  readonly itemCode: string;
  /** The count unit, as a series key has it. */
  readonly unit: string;
  /** One unit is so many of `of`: `kg`, or a smaller count unit. */
  readonly holds: number;
  readonly of: string;
  /** What `of` is called of this item. */
  readonly ofName: Bilingual;
  readonly source: Bilingual;
  readonly confidence: 'low' | 'medium' | 'high';
  /** First and last day on which the row holds; absent = without end. */
  readonly since?: string;
  readonly until?: string;
}

const KG: Bilingual = { ko: 'kg', en: 'kg' };

/**
 * 접 of garlic is a hundred heads: counted, not weighed. A head of napa cabbage has the weight that the survey's own
 * wholesale unit gives it; what a shop sells is trimmed and of any size, so the row is no more than a guide.
 */
export const COUNT_WEIGHTS: readonly CountWeight[] = [
  {
    itemCode: '244',
    unit: 'hundred heads',
    holds: 100,
    of: 'head',
    ofName: { ko: '통', en: 'head' },
    source: { ko: '마늘 한 접을 세는 관행', en: 'the unit 접 of garlic by common usage' },
    confidence: 'high',
  },
  {
    itemCode: '211',
    unit: 'head',
    holds: 10 / 3,
    of: 'kg',
    ofName: KG,
    source: {
      ko: '같은 조사의 도매 단위(10 kg 그물망 3포기)',
      en: 'the same survey’s wholesale unit, a 10 kg net of three heads',
    },
    confidence: 'low',
  },
];
/** The row for an item's count unit on an ISO day; undefined where none is stated, and then nothing is converted. */
export function countWeight(
  itemCode: string,
  unit: string,
  day: string,
  rows: readonly CountWeight[] = COUNT_WEIGHTS,
): CountWeight | undefined {
  return rows.find(
    (row) =>
      row.itemCode === itemCode &&
      row.unit === unit &&
      (row.since === undefined || row.since <= day) &&
      (row.until === undefined || day <= row.until),
  );
}

/** Code systems of the Korean market, whose count units the table speaks of: a head sold elsewhere is another head. */
const KOREAN: readonly (CodeSystem | undefined)[] = ['kr-survey', 'at-trades'];

/** The same for a series of a feed, its item's code carried over by the crosswalk; undefined outside of Korea. */
export function countWeightIn(
  feed: string,
  itemCode: string,
  unit: string,
  day: string,
): CountWeight | undefined {
  if (!Object.hasOwn(SYSTEM_OF_FEED, feed) || !KOREAN.includes(SYSTEM_OF_FEED[feed])) return undefined;
  for (const code of produceOf(feed, itemCode)?.codes['kr-survey'] ?? []) {
    const row = countWeight(code, unit, day);
    if (row !== undefined) return row;
  }
  return undefined;
}
