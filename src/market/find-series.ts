import { EXIT, parseSeriesKey, SihwangError } from '../domain/index.ts';
import { literal, type ServingReader } from '../lake/index.ts';
import type { SeriesInfo } from './answers.ts';
import { newestRepresentatives } from './board-rows.ts';
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
      ? await reader.once(`series of ${item}`, () => seriesOfItem(reader, item))
      : await seriesOfItemAsOf(reader, item, asOf);
  const wanted = all.find(({ info }) => info.series === series);
  if (!wanted)
    throw new SihwangError(
      'SERIES_UNKNOWN',
      {
        ko: `${reader.profile.id}에 없는 계열: ${series}`,
        en: `the feed ${reader.profile.id} has no series ${series}`,
      },
      {
        exit: EXIT.usage,
        hint: {
          ko: '시황판이나 품목 찾기의 행에 있는 계열을 그대로 쓰세요.',
          en: 'Take the series from the board or from an item search; each row there carries its own.',
        },
      },
    );
  return { ...wanted, siblings: all.filter((one) => one !== wanted).map(({ info }) => info) };
}

/** Where a series' rows stand, before its item's others are known; undefined for what the feed has never traded. */
export async function seriesIdNow(reader: ServingReader, series: string): Promise<number | undefined> {
  const ids = await reader.once('series ids', async () => {
    const { columns } = await reader.query('select series_id, series from series');
    return new Map(columns.series!.map((text, row) => [String(text), Number(columns.series_id![row])]));
  });
  return ids.get(series);
}

type ItemSeries = Pick<FoundSeries, 'seriesId' | 'info'>;

/** Two plain statements instead of one that joins and has a parameter, and so would be planned twice: half the time. */
async function seriesOfItem(reader: ServingReader, item: string): Promise<ItemSeries[]> {
  const [codes, headlines] = await Promise.all([itemCodes(reader), newestRepresentatives(reader)]);
  if (!codes.has(item)) return [];
  const found = await reader.query(
    `select s.series_id, ${SERIES_INFO_COLUMNS} from series s where s.item_code = ${literal(item)}`,
  );
  return rowsOf(found)
    .map((row) => {
      const seriesId = Number(row.series_id);
      const headline = headlines.get(seriesId) === true;
      return { seriesId, info: Object.assign(seriesInfo(reader.profile.id, row), { headline }) };
    })
    .sort(
      (a, b) => Number(b.info.headline) - Number(a.info.headline) || (a.info.series < b.info.series ? -1 : 1),
    );
}

/** The codes of a version's items: what stands in a statement is a published code, never the text of a question. */
function itemCodes(reader: ServingReader): Promise<ReadonlySet<string>> {
  return reader.once('item codes', async () => {
    const { columns } = await reader.query('select distinct item_code from series');
    return new Set(columns.item_code!.map(String));
  });
}

async function seriesOfItemAsOf(reader: ServingReader, item: string, asOf: string): Promise<ItemSeries[]> {
  const known = `exists (from ${heldRows('as-of', 's.item_code = $item')} h where h.series_id = s.series_id)`;
  const found = await reader.query(
    `${asOfTables(reader.profile, ['representative'], { representatives: 's.item_code = $item' })}
     select s.series_id, ${SERIES_INFO_COLUMNS}, coalesce(r.headline, false) as headline
     from series s left join representative r on r.series_id = s.series_id
     where s.item_code = $item and ${known} order by headline desc, s.series`,
    { item, asOf: sqlInstant(asOf) },
  );
  return rowsOf(found).map((row) => ({
    seriesId: Number(row.series_id),
    info: seriesInfo(reader.profile.id, row),
  }));
}
