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
  readonly source: string;
  readonly confidence: 'low' | 'medium' | 'high';
  /** First and last day on which the row holds; absent = without end. */
  readonly since?: string;
  readonly until?: string;
}

/** 접 of garlic is a hundred heads: counted, not weighed. No row of a weight is stated anywhere that we may rest on. */
export const COUNT_WEIGHTS: readonly CountWeight[] = [
  {
    itemCode: '244',
    unit: 'hundred heads',
    holds: 100,
    of: 'head',
    source: 'the unit 접 of garlic by common usage',
    confidence: 'high',
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
