/** The prices of one series on the days on which it traded. */
export interface PriceSeries {
  /** The series key's text form. */
  readonly series: string;
  /** Days since 1970-01-01, rising, none after the origin. */
  readonly days: Int32Array;
  /** Per one unit, in the feed's currency; > 0. */
  readonly prices: Float64Array;
}

/** What is known of one market at one moment: plain data and typed arrays, so it travels to any process. */
export interface PriceSnapshot {
  readonly granularity: 'day' | 'week';
  /** The days after the origin on which its calendar opens the market (`openDaysAhead`); null = foretold from `marketDays`. */
  readonly daysAhead: Int32Array | null;
  /** The days on which this market is known to have traded, rising, none after the origin. */
  readonly marketDays: Int32Array;
  /** The last day whose data was available: forecasts are made at its end. */
  readonly originDay: number;
  readonly series: readonly PriceSeries[];
}
