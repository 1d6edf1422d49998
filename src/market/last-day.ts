import { addDays, localDate } from '../domain/index.ts';
import type { ServingReader } from '../lake/index.ts';
import { asOfTables } from './derived-tables.ts';
import { heldRows } from './held-rows.ts';
import { sameMarket, sqlInstant } from './known-basis.ts';
import { judgedByDays } from './past-rules.ts';

/** As-of questions judge this many days at a time until one of them has a price. */
const STRIDE_DAYS = 14;

/** The last day with a price in the feed, or in one series of it; null before the first. */
export async function lastPricedDay(
  reader: ServingReader,
  asOf: string | null,
  seriesId?: number,
): Promise<string | null> {
  if (asOf === null) {
    const priced =
      seriesId === undefined ? 'day_counts where series > 0' : `priced where series_id = ${seriesId}`;
    return dayOf(await reader.query(`select max(day) as day from ${priced}`));
  }
  const params = { asOf: sqlInstant(asOf) };
  const one = seriesId === undefined ? 'true' : `d.series_id = ${seriesId}`;
  const market = seriesId === undefined ? 'true' : sameMarket(seriesId);
  let before = '9999-12-31';
  for (;;) {
    const held = await reader.query(
      `select max(day) as day from ${heldRows('as-of', `d.price > 0 and d.day < date '${before}' and ${one}`)}`,
      params,
    );
    const candidate = dayOf(held);
    if (candidate === null) return null;
    const from = addDays(localDate(candidate), -STRIDE_DAYS - judgedByDays(reader.profile));
    const range = `d.day >= date '${from}' and d.day <= date '${candidate}'`;
    const judgedFrom = addDays(localDate(candidate), -STRIDE_DAYS);
    const found = dayOf(
      await reader.query(
        `${asOfTables(reader.profile, ['market_days', 'left_out', 'priced'], {
          markets: `${range} and ${market}`,
          series: `${range} and ${one}`,
        })} select max(day) as day from priced where day >= date '${judgedFrom}'`,
        params,
      ),
    );
    if (found !== null) return found;
    before = judgedFrom;
  }
}

function dayOf({
  columns,
}: {
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
}): string | null {
  const day = columns.day?.[0];
  return day === null || day === undefined ? null : String(day);
}
