import type { Granularity } from '../../domain/index.ts';

/** The prices of one series on the days on which it traded. */
export interface PriceSeries {
  /** The series key's text form. */
  readonly series: string;
  /** Days since 1970-01-01, rising, none after the origin; of a 순 one of its days. */
  readonly days: Int32Array;
  /** Per one unit, in the feed's currency; > 0. */
  readonly prices: Float64Array;
  /** What was sold on each of these days, in the price's unit (kg); NaN or absent = not known. */
  readonly units?: Float64Array;
  /** What models over many series say of this one: further candidates. */
  readonly given?: readonly GivenPaths[];
}

/** A model's forecasts of one series that were made together with those of others. */
export interface GivenPaths {
  readonly name: string;
  /** The origins, rising; at others it has nothing to say. */
  readonly originDays: Int32Array;
  /** Steps a row: market days, weeks or 순 ahead. */
  readonly steps: number;
  /** Row by row; NaN = no forecast. */
  readonly mean: Float64Array;
  /** Standard errors of the log ratio. */
  readonly sigma: Float64Array;
}

/** What is known of one market at one moment: plain data and typed arrays, so it travels to any process. */
export interface PriceSnapshot {
  readonly granularity: Granularity;
  /** The days after the origin on which its calendar opens the market (`openDaysAhead`); null = foretold from `marketDays`. */
  readonly daysAhead: Int32Array | null;
  /** The days on which this market is known to have traded, rising, none after the origin. */
  readonly marketDays: Int32Array;
  /** The last day whose data was available: forecasts are made at its end. */
  readonly originDay: number;
  readonly series: readonly PriceSeries[];
}
