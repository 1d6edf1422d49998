/** Whether a question asks about what is known now, or about what was known at the moment `$asOf`. */
export type Vintage = 'newest' | 'as-of';

export const HOLDS: Readonly<Record<Vintage, string>> = {
  newest: `d.known_to = timestamp 'infinity'`,
  'as-of': `d.known_from <= cast($asOf as timestamp) and cast($asOf as timestamp) < d.known_to`,
};

/**
 * The rows of the daily mart that hold, as a parenthesised SELECT; `where` narrows it in terms of `d` (daily) and
 * `s` (series). The one place that reads versions: every other piece of SQL works on what this gives.
 */
export function heldRows(vintage: Vintage, where = 'true'): string {
  return `(select d.series_id, d.day, d.observed, d.price, d.low, d.high, d.volume_kg, d.amount, d.units, d.lots,
      s.price_kind, s.market_code
    from daily d join series s using (series_id) where ${HOLDS[vintage]} and (${where}))`;
}
