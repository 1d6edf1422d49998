/*
 * How much error a year of weekly looks may make. A challenger is first looked at when it has a year of origins, which
 * decides with the level alpha; then every week with a quarter of it. The k-th challenger that is put up against a
 * champion within a year gets half the alpha of the one before it. So many looks at many challengers together promote an
 * equal one in at most a tenth of the years: about 5% for the first challenger, 2.5% for the next, ... (union bound; the
 * figures are simulated by `bench/promotion-rules.ts`). The shape is that of alpha spending with most of it at the first
 * look: K. K. G. Lan, D. L. DeMets, "Discrete sequential boundaries for clinical trials", Biometrika 70, 1983.
 */

/** One-sided level of the first look at the first challenger of a year. */
export const FIRST_LOOK_ALPHA = 0.025;
const LATER_LOOK_SHARE = 0.25;
const NEXT_CHALLENGER_SHARE = 0.5;

/** Origins, a week apart, before a challenger is looked at. */
export const FEWEST_ORIGINS = 52;

/** The one-sided level for one look: at the `nth` challenger (from 1) of the year behind it, for the `look`th time (from 1). */
export function alphaOfLook(nth: number, look: number): number {
  const first = FIRST_LOOK_ALPHA * NEXT_CHALLENGER_SHARE ** (nth - 1);
  return look === 1 ? first : first * LATER_LOOK_SHARE;
}
