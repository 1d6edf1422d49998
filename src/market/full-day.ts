import { addDays, type FeedProfile, localDate } from '../domain/index.ts';
import type { ServingReader } from '../lake/index.ts';
import { asOfTables } from './derived-tables.ts';
import { sqlInstant } from './known-basis.ts';
import { judgedByDays } from './past-rules.ts';
import { rowsOf, textOrNull } from './result-rows.ts';

/** How many of the last market days say what a full day is. */
const MARKET_DAYS = 20;

/** A day is thin below this part of the median number of series priced on those days. */
const THIN_BELOW = 3;

/** Calendar days that hold the last 20 market days of any feed that is alive. */
const SPAN_DAYS: Readonly<Record<FeedProfile['granularity'], number>> = { day: 60, week: 280, dekad: 420 };

/**
 * The last day that is worth a board of its own: the latest of the last 20 market days, `last` among them, on which
 * at least a third of the median number of series had a price. Mostly `last` itself; the day before when only
 * a few prices of the newest have come yet, or only a few markets trade on it.
 */
export async function lastFullDay(reader: ServingReader, asOf: string | null, last: string): Promise<string> {
  const { profile } = reader;
  const from = addDays(localDate(last), -SPAN_DAYS[profile.granularity]);
  const judgedFrom = addDays(from, -judgedByDays(profile));
  const tables =
    asOf === null
      ? 'with'
      : `${asOfTables(profile, ['market_days', 'left_out', 'priced', 'day_counts'], {
          markets: `d.day between date '${judgedFrom}' and cast($last as date)`,
        })},`;
  const found = await reader.query(
    `${tables} counted as (
       select day, series from day_counts where day between date '${from}' and cast($last as date) and series > 0
       order by day desc limit ${MARKET_DAYS})
     select max(day) as day from counted where series * ${THIN_BELOW} >= (select median(series) from counted)`,
    { last, ...(asOf === null ? {} : { asOf: sqlInstant(asOf) }) },
  );
  return textOrNull(rowsOf(found)[0]!, 'day') ?? last;
}
