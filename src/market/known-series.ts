import type { ServingReader } from '../lake/index.ts';
import type { SeriesInfo } from './answers.ts';
import { rowsOf } from './result-rows.ts';
import { SERIES_INFO_COLUMNS, seriesInfo } from './series-info.ts';

/** A list of so many series takes longer to plan than all of them to read. */
const LISTED_AT_MOST = 500;

/**
 * What is known of series, by id; `headline` is as everything is known now. Read once a version, the headline series of
 * all items with the first question: texts are most of what a board would read, and they change with a version alone.
 */
export async function knownSeries(
  reader: ServingReader,
  wanted: () => Promise<readonly number[]>,
): Promise<ReadonlyMap<number, SeriesInfo>> {
  const [known, ids] = await Promise.all([
    reader.once('known series', () => readSeries(reader, 'r.headline')),
    wanted(),
  ]);
  const missing = ids.filter((id) => !known.has(id));
  if (missing.length === 0) return known;
  const found = await readSeries(
    reader,
    missing.length > LISTED_AT_MOST ? 'true' : `s.series_id in (${missing.join(', ')})`,
  );
  for (const [id, info] of found) known.set(id, info);
  return known;
}

async function readSeries(reader: ServingReader, where: string): Promise<Map<number, SeriesInfo>> {
  const found = await reader.query(
    `select s.series_id, ${SERIES_INFO_COLUMNS}, coalesce(r.headline, false) as headline
     from series s left join representative r using (series_id) where ${where}`,
  );
  return new Map(rowsOf(found).map((row) => [Number(row.series_id), seriesInfo(reader.profile.id, row)]));
}
