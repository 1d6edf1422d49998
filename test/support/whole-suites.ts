/** Set by `npm run test:long`: suites of which CI takes a part are to be gone through whole. */
export const WHOLE_SUITES = process.env.SIHWANG_WHOLE_SUITES !== undefined;

/**
 * How many cases a property draws whose cases cost much: CI draws the same few each time, and would learn nothing from more
 * of them; `npm run test:long properties` draws all, others in each of its rounds.
 */
export function propertyRuns(inCi: number, whole: number): number {
  return WHOLE_SUITES ? whole : inCi;
}
