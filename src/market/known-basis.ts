import type { ServingReader } from '../lake/index.ts';
import { heldRows } from './held-rows.ts';
import { heldTotals } from './market-totals.ts';

/** Comparisons reach five years back, and a little to the side. */
export const REACH_YEARS = 6;

/** True when an answer about `day` may rest on rows whose publication time is assumed (bulk history). */
export function restsOnAssumedTimes(
  reader: ServingReader,
  day: string,
  asOf: string | null,
  seriesId?: number,
): Promise<boolean> {
  const ask = () => hasAssumedTimes(reader, day, asOf, seriesId);
  return asOf === null && seriesId === undefined ? reader.once(`assumed by ${day}`, ask) : ask();
}

async function hasAssumedTimes(
  reader: ServingReader,
  day: string,
  asOf: string | null,
  seriesId: number | undefined,
): Promise<boolean> {
  const within = `d.day <= cast($day as date) and d.day > cast($day as date) - interval ${REACH_YEARS} year`;
  const rows =
    asOf === null && seriesId === undefined
      ? `day_counts d where ${within} and d.assumed`
      : seriesId === undefined
        ? heldTotals('as-of', `${within} and d.assumed > 0`)
        : heldRows(
            asOf === null ? 'newest' : 'as-of',
            `${within} and not d.observed and d.series_id = ${seriesId}`,
          );
  const { columns } = await reader.query(`select exists (select 1 from ${rows} limit 1) as assumed`, {
    day,
    ...(asOf === null ? {} : { asOf: sqlInstant(asOf) }),
  });
  return columns.assumed![0] === true;
}

/** The lake's timestamps are UTC without a zone. */
export function sqlInstant(iso: string): string {
  return iso.replace('Z', '');
}
