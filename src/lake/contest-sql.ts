import type { HandOver } from '../domain/index.ts';
import { literal } from './database.ts';
import { kindOf } from './record-kind.ts';
import type { Texts } from './take-in-sql.ts';

/**
 * The SQL that judges the rows whose key is contested: twice in the file, or in the lake already. A key's rows, the
 * lake's and the file's, are put in the order in which they were recorded (or, that unsaid, became known), and then
 * - of a publisher's own sources the best speaks, the others give way;
 * - a row that repeats the one before it says nothing new;
 * - of two versions of the file that are known at the same moment the later holds;
 * - a version that was recorded before one which is known sooner never holds;
 * - other content for a row of the lake is a revision, known when it was recorded or, that unsaid, when it was received,
 *   in any case after what it revises.
 */

/** Tables and views over the staged file and the lines that could not be read (`unreadable`), in the order they are made; they end in `aside` and `revised`. */
export function contestSql(
  handOver: HandOver,
  stagedFile: string,
  knownRows: string | null,
  texts: Texts,
  commitNumber: number,
): string[] {
  const { key, content, rank } = kindOf(handOver.profile.recordKind);
  const keys = key.join(', ');
  const keyHash = `hash(${keys})`;
  const contender = `place, commit_number, ${keys}, known_at, received_at, observed, recorded_at, ${rank} as rank, hash(${['outcome', ...content].join(', ')}) as content, raw_id`;
  const one = texts.raws.length === 1;
  const ids = texts.raws.map((raw) => literal(raw.rawId)).join(', ');
  const along = `partition by ${keys} order by coalesce(recorded_at, known_at), commit_number, place`;
  const itself = '{place: place, raw_id: raw_id, in_lake: in_lake, known_at: known_at}';
  return [
    `create temp view staged as
       select * exclude (file_row_number), file_row_number as place${one ? ', 1 as receipt' : ''}
       from read_parquet(${literal(stagedFile)}, file_row_number = true)`,
    `create temp table receipt as
       select receipt, raw_id, coalesce(first_place, 0) as first_place
       from (select unnest([${ids}]) as raw_id, generate_subscripts([${ids}], 1) as receipt)
       left join (${one ? 'select 1 as receipt, 0 as first_place' : 'select receipt, min(place) as first_place from staged group by all'}) using (receipt)`,
    // Lines that could not be split into the right columns take part in the numbering of the raw file's rows.
    `create temp table malformed as
       select *, row_number() over (partition by receipt order by raw_row) as nth from unreadable`,
    `create temp table shift as select receipt, raw_row - nth as from_place, max(nth) as shift from malformed group by all`,
    `create temp table repeated as
       select ${keyHash} as key_hash from staged where outcome in ('accepted', 'flagged') group by all having count(*) > 1`,
    knownRows === null
      ? `create temp table known as select ${contender} from staged where false`
      : `create temp table known as select ${contender} from (${knownRows})
         where ${keyHash} in (select ${keyHash} from staged where outcome in ('accepted', 'flagged'))`,
    // A hash that two keys share only brings in a row that then proves to be alone.
    `create temp table contested as
       select outcome, reason, receipt, known_at as known_at_first, ${contender}
       from staged where outcome in ('accepted', 'flagged')
         and (${keyHash} in (from repeated) or ${keyHash} in (select ${keyHash} from known))`,
    `create temp table version as
       with one as (
         select false as in_lake, * exclude (outcome, reason, receipt, known_at_first) from contested
         union all by name select true as in_lake, * from known),
       beside as (
         select *, max(known_at) filter (in_lake) over (partition by ${keys}) as last_known,
                min(rank) over (partition by ${keys}) as best_rank from one),
       dated as (
         select * replace (not in_lake and recorded_at is null and last_known is not null or observed as observed,
                  case when not in_lake and recorded_at is null and last_known is not null
                       then greatest(received_at, last_known + interval 1 microsecond) else known_at end as known_at)
         from beside)
       select * replace (case when in_lake then known_at else greatest(known_at, max(known_at) filter (in_lake) over before + interval 1 microsecond) end as known_at),
              first_value(${itself}) over (partition by ${keys} order by rank, commit_number, place) as best
       from dated window before as (${along} rows between unbounded preceding and 1 preceding)`,
    `create temp table within_file as
       with chained as (
         select *, in_lake or lag(content) over (${along}) is distinct from content as is_new
         from version where in_lake or rank = best_rank),
       told as (
         select place, in_lake, is_new, last_value(case when is_new then ${itself} end ignore nulls) over (${along} rows unbounded preceding) as earlier
         from chained),
       -- A repetition replaces nothing: only rows that say something new are versions.
       followed as (select place, in_lake, known_at, lead(${itself}) over (${along}) as later from chained where is_new)
       select place, 'other-source' as reason, best as instead from version where not in_lake and rank > best_rank
       union all select place, case when earlier.in_lake then 'already-known' else 'repeated-row' end, earlier from told where not is_new
       union all select place, 'replaced-in-file', later from followed where not in_lake and not later.in_lake and later.known_at <= known_at`,
    `create temp table set_aside as
       with left_over as (select * from version where in_lake or place not in (select place from within_file)),
       chained as (
         select *, lag(${itself}) over (${along}) as earlier, lag(content) over (${along}) = content as is_same, lead(${itself}) over (${along}) as later
         from left_over)
       from within_file
       union all select place, case when earlier.in_lake then 'already-known' else 'repeated-row' end, earlier from chained where not in_lake and is_same
       union all select place, 'superseded', later from chained
       where not in_lake and is_same is distinct from true and later.in_lake and later.known_at <= known_at`,
    `create temp table aside as
       select ${commitNumber} as commit_number, raw_id, raw_row, place, outcome, reason, text, first_raw_id, p.first_place from (
         select p.* replace (p.place - r.first_place + 1 + coalesce(s.shift, 0) as raw_row)
         from (
           select receipt, 0::bigint as raw_row, place, outcome, reason, text, null::varchar as first_raw_id, null::bigint as first_place
           from staged where outcome in ('rejected', 'aggregate')
           union all select c.receipt, 0, place, 'duplicate', a.reason, null, instead.raw_id, instead.place
           from set_aside a join contested c using (place)) p
         join receipt r using (receipt)
         asof left join shift s on s.receipt = p.receipt and s.from_place <= p.place - r.first_place
         union all select receipt, raw_row, null, 'rejected', 'malformed-row', text, null, null from malformed) p
       join receipt using (receipt)
       order by receipt, raw_row`,
    `create temp table revised as
       select v.place, v.known_at, v.observed from version v join contested c using (place)
       where not v.in_lake and v.known_at <> c.known_at_first and v.place not in (select place from set_aside)`,
  ];
}
