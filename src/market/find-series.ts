import { EXIT, parseSeriesKey, SihwangError } from '../domain/index.ts';
import type { ServingReader } from '../lake/index.ts';
import type { SeriesInfo } from './answers.ts';
import { asOfTables } from './derived-tables.ts';
import { heldRows } from './held-rows.ts';
import { sqlInstant } from './known-basis.ts';
import { rowsOf } from './result-rows.ts';
import { SERIES_INFO_COLUMNS, seriesInfo } from './series-info.ts';

export interface FoundSeries {
  readonly seriesId: number;
  readonly info: SeriesInfo;
  /** The other series of the item that the vintage knows, headline first, then by their text form. */
  readonly siblings: SeriesInfo[];
}

/**
 * Finds a series by its text form, with the others of its item.
 * @throws SihwangError `SERIES_UNKNOWN`: the feed has never traded it, or not yet at the moment asked about
 */
export async function findSeries(
  reader: ServingReader,
  series: string,
  asOf: string | null,
): Promise<FoundSeries> {
  const item = parseSeriesKey(series)?.item ?? '';
  const all =
    asOf === null
      ? await reader.once(`series of ${item}`, () => seriesOfItem(reader, item, null))
      : await seriesOfItem(reader, item, asOf);
  const wanted = all.find(({ info }) => info.series === series);
  if (!wanted)
    throw new SihwangError('SERIES_UNKNOWN', `the feed ${reader.profile.id} has no series ${series}`, {
      exit: EXIT.usage,
      hint: 'Take the series from the board or from an item search; each row there carries its own.',
    });
  return { ...wanted, siblings: all.filter((one) => one !== wanted).map(({ info }) => info) };
}

async function seriesOfItem(
  reader: ServingReader,
  item: string,
  asOf: string | null,
): Promise<Pick<FoundSeries, 'seriesId' | 'info'>[]> {
  const known =
    asOf === null
      ? 'true'
      : `exists (from ${heldRows('as-of', 's.item_code = $item')} h where h.series_id = s.series_id)`;
  const found = await reader.query(
    `${asOf === null ? '' : asOfTables(reader.profile, ['representative'], { representatives: 's.item_code = $item' })}
     select s.series_id, ${SERIES_INFO_COLUMNS}, coalesce(r.headline, false) as headline
     from series s left join representative r on r.series_id = s.series_id
     where s.item_code = $item and ${known} order by headline desc, s.series`,
    { item, ...(asOf === null ? {} : { asOf: sqlInstant(asOf) }) },
  );
  return rowsOf(found).map((row) => ({
    seriesId: Number(row.series_id),
    info: seriesInfo(reader.profile.id, row),
  }));
}
