/** How an item behaves in the simulated market: invented figures of a plausible size, taken from no record. */
export interface ItemTraits {
  readonly code: string;
  /** Level of the reference specification at the start of 2018. */
  readonly priceKrwPerKg: number;
  /** Share of the market's lots, relative to the other items. */
  readonly weight: number;
  /** Day of the year (1–366) on which the seasonal price peaks. */
  readonly peakDay: number;
  /** Seasonal swing of the log price, centre to peak. */
  readonly swing: number;
  /** First and last day of the year on which it is traded, over the turn of the year when first > last; absent = always. */
  readonly season?: readonly [number, number];
  /** Demand before Seollal and Chuseok, 0–1. */
  readonly ritual?: number;
  /** Demand in the kimchi-making weeks (김장), 0–1. */
  readonly kimjang?: number;
  readonly variety: string;
  readonly package: string;
  readonly packageKg: number;
  /** From this day the reference package weighs something else. */
  readonly repackaged?: { readonly from: string; readonly packageKg: number };
  /** The third specification beside the reference and the top grade in the same package. */
  readonly other: OtherSpecification;
  /** Sold by the truckload of 5 tonnes now and then. */
  readonly truck?: true;
  /** Growing districts, the first with most of the lots. */
  readonly origins: readonly [string, string, string];
}

interface OtherSpecification {
  readonly variety?: string;
  readonly grade?: '특' | '상' | '보통';
  readonly package?: string;
  /** Units in the package. */
  readonly value: number;
  readonly unit?: '포기' | '단' | '개';
  /** Kilograms that one unit stands for when the lot is sold by count. */
  readonly unitKg?: number;
  /** Log price per kg against the reference. */
  readonly premium: number;
}

/** How strongly a kind of produce moves. `sensitivity` is its answer to bad weather, `deviation` the size of its daily shocks (log). */
export const CATEGORY_TRAITS: Readonly<
  Record<string, { readonly deviation: number; readonly sensitivity: number }>
> = {
  leaf: { deviation: 0.21, sensitivity: 1 },
  root: { deviation: 0.14, sensitivity: 0.45 },
  'fruit-vegetable': { deviation: 0.165, sensitivity: 0.6 },
  seasoning: { deviation: 0.115, sensitivity: 0.3 },
  fruit: { deviation: 0.1, sensitivity: 0.2 },
  mushroom: { deviation: 0.07, sensitivity: 0.08 },
};
