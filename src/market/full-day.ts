import { addDays, type FeedProfile, localDate } from '../domain/index.ts';
import type { ServingReader, SqlValue } from '../lake/index.ts';
import { asOfTables } from './derived-tables.ts';
import { sqlInstant } from './known-basis.ts';
import { heldTotals } from './market-totals.ts';
import { LOOK_BACK_DAYS } from './open-days.ts';
import { rowsOf, textOf, textOrNull } from './result-rows.ts';

/** How many of the last market days say what a full day is. */
const MARKET_DAYS = 20;

/** A day is thin below this part of the median number of series priced on those days. */
const THIN_BELOW = 3;

/** Calendar days that hold the last 20 market days of any feed that is alive. */
const SPAN_DAYS: Readonly<Record<FeedProfile['granularity'], number>> = { day: 60, week: 280, dekad: 420 };

/** The newest days of a feed, as the vintage knows them. */
export interface LastDays {
  /** The last day on which an open market had a price. */
  readonly last: string;
  /**
   * The last day that is worth a board of its own: the latest of the last 20 market days, `last` among them, on which at
   * least a third of the median number of series had a price. Mostly `last` itself; the day before when only a few
   * prices of the newest have come yet, or only a few markets trade on it.
   */
  readonly full: string;
  /** The days before `full` that had prices, newest first, at most twenty. */
  readonly before: readonly string[];
}

/** null before the feed's first price. */
export function lastDays(reader: ServingReader, asOf: string | null): Promise<LastDays | null> {
  return asOf === null
    ? reader.once('last-days', () => findLastDays(reader, null))
    : findLastDays(reader, asOf);
}

async function findLastDays(reader: ServingReader, asOf: string | null): Promise<LastDays | null> {
  const { profile } = reader;
  const params: Record<string, SqlValue> = asOf === null ? {} : { asOf: sqlInstant(asOf) };
  let before = '9999-12-31';
  for (;;) {
    const quoted = await reader.query(
      asOf === null
        ? 'select max(day) as day from day_counts where series > 0'
        : `select max(day) as day from ${heldTotals('as-of', `d.prices > 0 and d.day < date '${before}'`)}`,
      params,
    );
    const candidate = textOrNull(rowsOf(quoted)[0]!, 'day');
    if (candidate === null) return null;
    const from = addDays(localDate(candidate), -SPAN_DAYS[profile.granularity]);
    const learnedFrom = addDays(from, -LOOK_BACK_DAYS);
    const tables =
      asOf === null
        ? ''
        : asOfTables(profile, ['market_days', 'day_counts'], {
            days: `d.day between date '${learnedFrom}' and date '${candidate}'`,
          });
    const counted = rowsOf(
      await reader.query(
        `${tables} select cast(day as varchar) as day, series from day_counts
         where day between date '${from}' and date '${candidate}' and series > 0 order by day desc limit ${MARKET_DAYS}`,
        params,
      ),
    );
    const last = counted[0];
    if (last !== undefined) {
      const usual = median(counted.map((row) => Number(row.series)));
      const full = counted.find((row) => Number(row.series) * THIN_BELOW >= usual) ?? last;
      const days = counted.map((row) => textOf(row, 'day'));
      return {
        last: textOf(last, 'day'),
        full: textOf(full, 'day'),
        before: days.filter((day) => day < textOf(full, 'day')),
      };
    }
    before = from;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
