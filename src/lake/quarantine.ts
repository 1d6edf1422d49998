import { rmSync } from 'node:fs';
import { type HandOver, OUTCOMES, type OutcomeCounts } from '../domain/index.ts';
import { temporaryName } from '../store/index.ts';
import { cleanRowsSql, holdsRows } from './clean-rows.ts';
import { type Commit, type ReasonCount, readCommits, readLog, writeCommit } from './commit-log.ts';
import { asLakeError, literal, openDatabase, queryColumns } from './database.ts';
import type { Home } from './home.ts';
import { cleanName, judgeStaged } from './judge-texts.ts';
import { textsOf } from './raw-texts.ts';
import { readTexts } from './read-texts.ts';
import { kindOf } from './record-kind.ts';

/** A row that a rule refused: kept beside the lake with its reason and the place it came from. */
export interface RejectedRow {
  readonly commit: number;
  readonly rawId: string;
  /** The name of the file or answer. */
  readonly name: string;
  /** Row of the raw file or answer, from 1, headers not counted. */
  readonly rawRow: number;
  readonly reason: string;
  readonly text: string;
}

export interface QuarantineWanted {
  /** All reasons when not given. */
  readonly reason?: string | undefined;
  readonly limit: number;
}

/** The rejected rows of a feed that no replay has brought back, oldest commit first. */
export async function rejectedRows(
  home: Home,
  feed: string,
  { reason, limit }: QuarantineWanted,
): Promise<RejectedRow[]> {
  const commits = readCommits(home, feed);
  const names = new Map(commits.flatMap(({ raws }) => raws.map(({ rawId, name }) => [rawId, name])));
  const instance = await openDatabase({ threads: 1, memoryLimit: '400MB', tempDirectory: home.at('temp') });
  try {
    const connection = await instance.connect();
    const rows: RejectedRow[] = [];
    for (const commit of commits) {
      if (commit.aside === null || rows.length >= limit) continue;
      const { rowCount, columns } = await queryColumns(
        connection,
        `select raw_id, raw_row, reason, coalesce(text, '') as text from read_parquet(${literal(home.at('aside', feed, commit.aside))})
         where outcome = 'rejected' ${reason === undefined ? '' : `and reason = ${literal(reason)}`}
           and (place is null or place not in ${placeList(replayedPlaces(commits, commit.number))})
         order by raw_id, raw_row limit ${limit - rows.length}`,
      );
      for (let row = 0; row < rowCount; row++) {
        const rawId = String(columns.raw_id![row]);
        rows.push({
          commit: commit.number,
          rawId,
          name: names.get(rawId) ?? '',
          rawRow: Number(columns.raw_row![row]),
          reason: String(columns.reason![row]),
          text: String(columns.text![row]),
        });
      }
    }
    return rows;
  } catch (error) {
    throw asLakeError(error);
  } finally {
    instance.closeSync();
  }
}

function replayedPlaces(commits: readonly Commit[], number: number): number[] {
  return commits.flatMap((commit) => (commit.replays === number ? (commit.replayedPlaces ?? []) : []));
}

function placeList(places: readonly number[]): string {
  return `(select unnest([${places.join(', ')}]::bigint[]))`;
}

/**
 * Judges the rejected rows of one commit by the present rules and takes in those that are refused no longer, as a commit
 * of their own with the times of their receipt; the files of every other commit stay as they are. A row whose key the
 * lake knows from a receipt as late or later stays where it is: it would turn back what was corrected since. Null when
 * nothing comes back. The caller holds the home's lock.
 */
export async function replayRejected(
  home: Home,
  handOver: HandOver,
  source: Commit,
  reason?: string,
): Promise<Commit | null> {
  if (source.aside === null) return null;
  const feed = handOver.profile.id;
  const { commits, nextNumber: number } = readLog(home, feed);
  const texts = await textsOf(home, handOver.shape, source.raws);
  const whole = temporaryName(home.at('clean', feed, cleanName(number)));
  const staged = `${whole}-returned`;
  const instance = await openDatabase({ tempDirectory: home.at('temp') });
  try {
    const reading = await instance.connect();
    await readTexts(instance, handOver, texts, number, whole);
    const keys = kindOf(handOver.profile.recordKind).key;
    const known = holdsRows(commits) ? cleanRowsSql(home, feed, commits) : null;
    await reading.run(
      `create temp table returned as
         select s.* exclude (file_row_number), a.place as returned_place, a.reason as old_reason
         from read_parquet(${literal(whole)}, file_row_number = true) s
         join read_parquet(${literal(home.at('aside', feed, source.aside))}) a on a.place = s.file_row_number
         where a.outcome = 'rejected' and s.outcome in ('accepted', 'flagged') ${reason === undefined ? '' : `and a.reason = ${literal(reason)}`}
           and a.place not in ${placeList(replayedPlaces(commits, source.number))}
           ${known === null ? '' : `and not exists (from (${known}) k where ${keys.map((name) => `k.${name} is not distinct from s.${name}`).join(' and ')} and k.received_at >= s.received_at)`}`,
    );
    const places = await queryColumns(reading, 'select returned_place from returned order by returned_place');
    if (places.rowCount === 0) return null;
    const old = await queryColumns(
      reading,
      'select old_reason, count(*) as n from returned group by all order by n desc, old_reason',
    );
    await reading.run(
      `copy (select * exclude (returned_place, old_reason) from returned order by returned_place)
       to ${literal(staged)} (format parquet, compression zstd, write_bloom_filter false)`,
    );
    // lines that could not be read at all were set aside by the commit that these rows come from
    const judging = await instance.connect();
    await judging.run('delete from unreadable');
    const judged = await judgeStaged(home, judging, handOver, staged, texts, { commits, number });
    const commit: Commit = {
      ...judged,
      rows: 0,
      outcomes: asMoves(judged.outcomes),
      reasons: [
        ...judged.reasons,
        ...Array.from(
          { length: old.rowCount },
          (_, row): ReasonCount => ({
            outcome: 'rejected',
            reason: String(old.columns.old_reason![row]),
            rows: -Number(old.columns.n![row]),
          }),
        ),
      ],
      replays: source.number,
      replayedPlaces: places.columns.returned_place as number[],
    };
    writeCommit(home, commit);
    return commit;
  } catch (error) {
    throw asLakeError(error);
  } finally {
    instance.closeSync();
    for (const path of [whole, staged]) rmSync(path, { force: true });
    texts.discard();
  }
}

/** What came back is no longer rejected, so that the outcomes of a feed still add up to the rows it was given. */
function asMoves(outcomes: OutcomeCounts): OutcomeCounts {
  const back = OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0);
  return { ...outcomes, rejected: outcomes.rejected - back };
}
