import { addDays, localDate, type Outcome, type RecordKind, SERIES_COLUMNS } from '../domain/index.ts';
import { type Commit, readCommits } from './commit-log.ts';
import { literal, openDatabase, queryColumns } from './database.ts';
import type { Home } from './home.ts';
import type { RawRecord } from './raw-files.ts';
import { kindOf } from './record-kind.ts';
import type { SqlValue } from './result-columns.ts';

/** Refused rows do not widen the days that a commit states; they are looked for so many days around those. */
const REFUSED_WITHIN_DAYS = 7;

/** The series and day whose rows are wanted; text parts not stated are ''. */
export interface RowsWanted {
  readonly recordKind: RecordKind;
  readonly feed: string;
  readonly series: Readonly<Record<(typeof SERIES_COLUMNS)[number], string | number>>;
  /** YYYY-MM-DD. */
  readonly day: string;
}

/** One row of the lake, whatever became of it, with the place in its raw file. */
export interface LakeRow {
  readonly commit: number;
  readonly place: number;
  readonly rawId: string;
  /** Row of the raw file or answer, from 1, headers not counted. */
  readonly rawRow: number;
  /** False for a row that shares only the lot's key: a revision that moved the lot into another series, or out of it. */
  readonly inSeries: boolean;
  /** ISO instants, UTC. */
  readonly receivedAt: string;
  readonly knownAt: string;
  /** The lake orders by microseconds. */
  readonly knownAtMicros: number;
  readonly observed: boolean;
  readonly outcome: Outcome;
  readonly reason: string | null;
  /** For a duplicate, the row that stands in its place. */
  readonly instead: { readonly rawId: string; readonly place: number } | null;
  /** The row as it came, for one that was not accepted. */
  readonly text: string | null;
  /** Our columns; DATE as YYYY-MM-DD. */
  readonly cells: Readonly<Record<string, SqlValue>>;
}

export interface RowsFound {
  readonly rows: readonly LakeRow[];
  /** Receipts of the files and answers that the rows came in. */
  readonly raws: readonly RawRecord[];
}

/**
 * Every row that the lake has of one series and day: kept, set aside, and those of other series that share a key with
 * one of them. Refused rows count when what could be read of them fits. Reads the files without the home's lock; when a
 * writer takes one away meanwhile, the commits are read once more.
 */
export async function rowsBehind(home: Home, wanted: RowsWanted): Promise<RowsFound> {
  try {
    return await find(home, wanted);
  } catch (error) {
    if (!/no files found|cannot open file|no such file/i.test((error as Error).message)) throw error;
    return find(home, wanted);
  }
}

async function find(home: Home, wanted: RowsWanted): Promise<RowsFound> {
  const all = readCommits(home, wanted.feed);
  const commits = all.filter((commit) => mayHold(commit, wanted.day));
  if (commits.length === 0) return { rows: [], raws: [] };
  const instance = await openDatabase({ threads: 2, memoryLimit: '400MB', tempDirectory: home.at('temp') });
  try {
    const connection = await instance.connect();
    const ask = (sql: string, params?: Readonly<Record<string, SqlValue>>) =>
      queryColumns(connection, sql, params);
    const found = await ask(rowsSql(home, commits, wanted), {
      day: wanted.day,
      ...Object.fromEntries(SERIES_COLUMNS.map((name) => [name, wanted.series[name]])),
    });
    const at = (name: string, row: number) => found.columns[name]![row]!;
    const numbering = new Map<number, Numbering>();
    for (const commit of commits) {
      const places = found.columns.place!.filter((_, row) => at('commit_number', row) === commit.number);
      if (places.length > 0) numbering.set(commit.number, await numberingOf(home, commit, all, places, ask));
    }
    const names = Object.keys(kindOf(wanted.recordKind).types);
    const everyRow = Array.from({ length: found.rowCount }, (_, row): LakeRow => {
      const commit = Number(at('commit_number', row));
      const place = Number(at('place', row));
      const rawId = String(at('raw_id', row));
      const { duplicates, rawRowOf } = numbering.get(commit)!;
      const duplicate = duplicates.get(place);
      return {
        commit,
        place,
        rawId,
        rawRow: rawRowOf(rawId, place),
        inSeries: at('in_series', row) === true,
        receivedAt: String(at('received_at', row)),
        knownAt: String(at('known_at', row)),
        knownAtMicros: Number(at('known_at_micros', row)),
        observed: at('observed', row) === true,
        outcome: duplicate ? 'duplicate' : (String(at('outcome', row)) as Outcome),
        reason: duplicate?.reason ?? (at('reason', row) === null ? null : String(at('reason', row))),
        instead: duplicate ? { rawId: duplicate.rawId, place: duplicate.place } : null,
        text: at('text', row) === null ? null : String(at('text', row)),
        cells: Object.fromEntries(names.map((name) => [name, at(name, row)])),
      };
    });
    const rows = everyRow.filter(({ commit, place }) => !isReplayed(all, commit, place));
    const named = new Set(rows.map((row) => row.rawId));
    const raws = new Map(
      commits.flatMap((commit) =>
        commit.raws.filter((raw) => named.has(raw.rawId)).map((raw) => [raw.rawId, raw] as const),
      ),
    );
    return { rows, raws: [...raws.values()] };
  } finally {
    instance.closeSync();
  }
}

/** A file without a readable day says nothing of where its refused rows belong. */
function mayHold({ firstDay, lastDay, outcomes }: Commit, day: string): boolean {
  if (firstDay === null || lastDay === null) return outcomes.rejected + outcomes.aggregate > 0;
  const around = outcomes.rejected + outcomes.aggregate > 0 ? REFUSED_WITHIN_DAYS : 0;
  return addDays(localDate(firstDay), -around) <= day && day <= addDays(localDate(lastDay), around);
}

/** A refused row that a mended rule brought back is told where it came back. */
function isReplayed(commits: readonly Commit[], number: number, place: number): boolean {
  return commits.some((commit) => commit.replays === number && commit.replayedPlaces?.includes(place));
}

function rowsSql(home: Home, commits: readonly Commit[], wanted: RowsWanted): string {
  const { types, key } = kindOf(wanted.recordKind);
  const files = commits.map((commit) => literal(home.at('clean', wanted.feed, commit.clean)));
  const fits = SERIES_COLUMNS.map((name) =>
    name === 'unit_value' ? `${name} = $${name}` : `coalesce(${name}, '') = $${name}`,
  ).join(' and ');
  // what a refused row does not say cannot speak against it
  const mayFit = SERIES_COLUMNS.map(
    (name) => `coalesce(${name} = $${name}${name === 'unit_value' ? '' : ` or ${name} = ''`}, true)`,
  ).join(' and ');
  const sameKey = key.map((name) => `d.${name} is not distinct from k.${name}`).join(' and ');
  return `
    with of_day as materialized (
      select ${Object.keys(types).join(', ')}, received_at, known_at, observed, outcome, reason, raw_id, commit_number, text,
             file_row_number as place, epoch_us(known_at) as known_at_micros,
             case when outcome in ('accepted', 'flagged') then ${fits} else ${mayFit} and item_code is not null and market_code is not null end as in_series
      from read_parquet([${files.join(', ')}], file_row_number = true)
      where market_day = cast($day as date) and coalesce(market_code, '') in ($market_code, '')),
    own as (select distinct ${key.join(', ')} from of_day where in_series and outcome in ('accepted', 'flagged'))
    select d.* from of_day d where in_series or outcome in ('accepted', 'flagged') and exists (from own k where ${sameKey})
    order by commit_number, place`;
}

/** How the rows of a commit are numbered in its raw files, and which of them are duplicates. */
interface Numbering {
  readonly duplicates: ReadonlyMap<
    number,
    { readonly reason: string; readonly rawId: string; readonly place: number }
  >;
  readonly rawRowOf: (rawId: string, place: number) => number;
}

type Ask = (sql: string) => ReturnType<typeof queryColumns>;

/** Lines that could not be split are no rows of ours, but rows of the raw file: they move those after them. */
async function numberingOf(
  home: Home,
  commit: Commit,
  all: readonly Commit[],
  places: readonly SqlValue[],
  ask: Ask,
): Promise<Numbering> {
  const duplicates = new Map<number, { reason: string; rawId: string; place: number }>();
  if (commit.aside !== null && commit.outcomes.duplicate > 0) {
    const { rowCount, columns } = await ask(
      `select place, reason, first_raw_id, first_place from read_parquet(${literal(home.at('aside', commit.feed, commit.aside))})
       where outcome = 'duplicate' and place in (${places.map(Number).join(', ')})`,
    );
    for (let row = 0; row < rowCount; row++)
      duplicates.set(Number(columns.place![row]), {
        reason: String(columns.reason![row]),
        rawId: String(columns.first_raw_id![row]),
        place: Number(columns.first_place![row]),
      });
  }
  // rows that a mended rule brought back stand in the raw files of the commit that refused them
  const source = all.find(({ number }) => number === commit.replays) ?? commit;
  const malformed = await malformedRows(home, source, ask);
  const begins = new Map(source.raws.map((raw, at) => [raw.rawId, source.firstPlaces[at] ?? 0]));
  return {
    duplicates,
    rawRowOf: (rawId, place) => {
      const inSource = commit === source ? place : (commit.replayedPlaces?.[place] ?? place);
      let row = inSource - (begins.get(rawId) ?? 0) + 1;
      for (const broken of malformed.get(rawId) ?? []) if (broken <= row) row++;
      return row;
    },
  };
}

async function malformedRows(home: Home, commit: Commit, ask: Ask): Promise<Map<string, number[]>> {
  const rows = new Map<string, number[]>();
  if (commit.aside === null || !commit.reasons.some(({ reason }) => reason === 'malformed-row')) return rows;
  // asides of home format 1 are of one raw file and do not name it
  const rawId = commit.raws.length === 1 ? literal(commit.raws[0]!.rawId) : 'raw_id';
  const { columns } = await ask(
    `select ${rawId} as raw_id, raw_row from read_parquet(${literal(home.at('aside', commit.feed, commit.aside))})
     where place is null order by raw_row`,
  );
  for (const [at, id] of columns.raw_id!.entries())
    rows.set(String(id), [...(rows.get(String(id)) ?? []), Number(columns.raw_row![at])]);
  return rows;
}
