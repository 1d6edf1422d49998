import type { ServingReader } from '../lake/index.ts';
import { heldRows } from './held-rows.ts';

/** Comparisons reach five years back, and a little to the side. */
const REACH_YEARS = 6;

/** True when an answer about `day` may rest on rows whose publication time is assumed (bulk history). */
export async function restsOnAssumedTimes(
  reader: ServingReader,
  day: string,
  asOf: string | null,
  seriesId?: number,
): Promise<boolean> {
  const within = `d.day <= cast($day as date) and d.day > cast($day as date) - interval ${REACH_YEARS} year`;
  const one = seriesId === undefined ? '' : ` and d.series_id = ${seriesId}`;
  const rows =
    asOf === null && seriesId === undefined
      ? `day_counts d where ${within} and d.assumed`
      : heldRows(asOf === null ? 'newest' : 'as-of', `${within} and not d.observed${one}`);
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

/** Rows of the market that a series belongs to: what openness is learned on. */
export function sameMarket(seriesId: number): string {
  return `(s.price_kind, s.market_code) = (select (price_kind, market_code) from series where series_id = ${seriesId})`;
}
