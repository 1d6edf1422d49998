/**
 * 장날 market day. A schedule says at which moments a plan runs: by the clock of a zone, on the days of a market.
 * `Garak` and `KAMIS` are short names of our own calendars.
 */
export interface Schedule {
  readonly clock: ScheduleClock;
  /** An IANA name. */
  readonly zone: string;
  readonly days: ScheduleDays;
}

export type ScheduleClock =
  /** Minutes after midnight, ascending, each once. */
  | { readonly kind: 'times'; readonly minutes: readonly number[] }
  /** Five fields: minute, hour, day of the month, month, weekday. */
  | { readonly kind: 'cron'; readonly pattern: string };

export type ScheduleDays =
  | { readonly kind: 'every' }
  /** 0 = Sunday … 6 = Saturday; in the order of a week that begins on Monday, each once. */
  | { readonly kind: 'weekdays'; readonly weekdays: readonly number[] }
  | { readonly kind: 'market'; readonly calendar: string }
  /** The day after a market day, open or not: when the market's figures of the day before are out. */
  | { readonly kind: 'after-market'; readonly calendar: string }
  /** Weeks begin on Monday. */
  | {
      readonly kind: 'edge';
      readonly edge: 'first' | 'last';
      readonly of: 'week' | 'month';
      readonly calendar: string;
    };
