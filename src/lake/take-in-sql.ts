import {
  type CompiledRule,
  type HandOver,
  OUTCOMES,
  QUOTE_COLUMNS,
  QUOTE_KEY,
  TRADE_COLUMNS,
  TRADE_KEY,
} from '../domain/index.ts';
import { literal, timestamp } from './database.ts';
import type { RawRecord } from './raw-files.ts';
import { futureDayRule, SYSTEM_RULES } from './reasons.ts';

/**
 * The SQL that judges a file. One pass over the text writes every readable row in columns, with the first rule it met
 * and the moment it could be known (`stagedSql`). What needs other rows to decide, whether a key was there before, is
 * asked afterwards of the few rows whose key is contested (`contestSql`).
 */

/** Names are for people and times of recording are not content: a row that differs in them alone is the same row. */
const NOT_CONTENT = new Set(['item_name', 'market_name', 'recorded_at', 'sub_source', 'source_rank']);

interface Kind {
  readonly types: Readonly<Record<string, string>>;
  readonly key: readonly string[];
  readonly content: readonly string[];
  readonly rank: string;
}

function kindOf(handOver: HandOver): Kind {
  const trade = handOver.profile.recordKind === 'trade';
  const types: Readonly<Record<string, string>> = trade ? TRADE_COLUMNS : QUOTE_COLUMNS;
  const key: readonly string[] = trade ? TRADE_KEY : QUOTE_KEY;
  const content = Object.keys(types).filter((name) => !key.includes(name) && !NOT_CONTENT.has(name));
  return { types, key, content, rank: trade ? '0' : 'coalesce(source_rank, 0)' };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

const CONSTANT_TEXT = /^'[^']*'$/;

/** Text of a few known values: Parquet then keeps their numbers at once instead of looking up the text of every row. */
function oneOf(values: readonly string[]): string {
  return `enum(${[...new Set(values)].map(literal).join(', ')})`;
}

/** A row is refused for what any row must have before it can be kept with a flag. */
function inOrder(rules: readonly CompiledRule[], futureDay: CompiledRule): readonly CompiledRule[] {
  const flags = rules.filter((rule) => rule.outcome === 'flagged');
  return [...rules.filter((rule) => rule.outcome !== 'flagged'), ...SYSTEM_RULES, futureDay, ...flags];
}

/** Every readable row of the file: our columns, when it could be known, its outcome so far, its text when it is not accepted. */
export function stagedSql(handOver: HandOver, path: string, raw: RawRecord, commitNumber: number): string {
  const { shape, profile } = handOver;
  const { types } = kindOf(handOver);
  const mark = literal(shape.quote ?? '"');
  const file = `read_csv(${literal(path)}, columns = {${shape.header.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ')}},
    header = true, delim = ${literal(shape.delimiter)}, quote = ${mark}, escape = ${mark}, auto_detect = false,
    store_rejects = true, rejects_table = 'rejects', rejects_scan = 'reject_scans', rejects_limit = 0)`;
  const project = Object.entries(types).map(([name, type]) => {
    const expression = shape.project[name];
    if (expression === undefined)
      throw new Error(`${profile.id}/${shape.id} does not say how to make ${name}`);
    return `cast(${expression} as ${CONSTANT_TEXT.test(expression) ? `enum(${expression})` : type}) as ${name}`;
  });
  const evidence = Object.entries(shape.evidence ?? {}).map(
    ([name, expression]) => `${expression} as ${quoted(name)}`,
  );
  const texts = shape.header.map((name, index) => `${quoted(name)} as __text${index}`);
  const line = `concat_ws(${literal(shape.delimiter)}, ${shape.header.map((_, index) => `coalesce(__text${index}, '')`).join(', ')})`;
  const rules = inOrder(handOver.rules, futureDayRule(raw.receivedAt, profile.utcOffsetMinutes));
  const reasons = oneOf(rules.map((rule) => rule.id));
  const reason = `case ${rules.map((rule) => `when (${rule.sql}) then ${literal(rule.id)}::${reasons}`).join(' ')} end`;
  const outcomes = oneOf(OUTCOMES);
  const idsOf = (outcome: string) =>
    rules.filter((rule) => rule.outcome === outcome).map((rule) => literal(rule.id));
  const outcome = ['flagged', 'aggregate']
    .filter((name) => idsOf(name).length > 0)
    .map((name) => `when reason in (${idsOf(name).join(', ')}) then ${literal(name)}::${outcomes}`)
    .join(' ');
  const received = timestamp(raw.receivedAt);
  return `
    select ${Object.keys(types).join(', ')}, ${received} as received_at,
           case when observed then ${received} else published_at end as known_at, observed,
           case when reason is null then 'accepted'::${outcomes} ${outcome} else 'rejected'::${outcomes} end as outcome, reason,
           ${literal(raw.rawId)}::${oneOf([raw.rawId])} as raw_id, ${commitNumber} as commit_number,
           case when reason is not null then ${line} end as text
    from (select *, ${received} <= published_at + interval (${profile.liveWindowHours}) hour as observed
      from (select *, ${reason} as reason, coalesce(recorded_at, cast(market_day as timestamp)
              - interval (${profile.utcOffsetMinutes}) minute + interval (${profile.publicationLagHours}) hour) as published_at
        from (select ${[...project, ...evidence, ...texts].join(', ')} from ${file})))`;
}

/** Tables and views over the staged file, in the order they are made; they end in `aside` and `revised`. */
export function contestSql(
  handOver: HandOver,
  stagedFile: string,
  knownRows: string | null,
  raw: RawRecord,
  commitNumber: number,
): string[] {
  const { key, content, rank } = kindOf(handOver);
  const keys = key.join(', ');
  const keyHash = `hash(${keys})`;
  const contentHash = `hash(${['outcome', ...content].join(', ')})`;
  const same = (a: string, b: string) =>
    key.map((name) => `${a}.${name} is not distinct from ${b}.${name}`).join(' and ');
  const rawId = literal(raw.rawId);
  const known = `${keys}, ${contentHash} as content, known_at, raw_id, place`;
  return [
    `create temp view staged as
       select * exclude (file_row_number), file_row_number as place from read_parquet(${literal(stagedFile)}, file_row_number = true)`,
    // Lines that could not be split into the right columns take part in the numbering of the raw file's rows.
    `create temp table malformed as
       select cast(line as bigint) - 1 as raw_row, any_value(csv_line) as text, row_number() over (order by raw_row) as nth
       from rejects where line > 1 group by line`,
    `create temp table shift as select raw_row - nth as from_place, max(nth) as shift from malformed group by all`,
    `create temp macro raw_row_of(p) as p + 1 + coalesce((select max(shift) from shift where from_place <= p), 0)`,
    `create temp table repeated as
       select ${keyHash} as key_hash from staged where outcome in ('accepted', 'flagged') group by all having count(*) > 1`,
    knownRows === null
      ? `create temp table known as select ${known} from staged where false`
      : `create temp table known as select ${known} from (${knownRows})
         where ${keyHash} in (select ${keyHash} from staged where outcome in ('accepted', 'flagged'))`,
    // A hash that two keys share only brings in a row that then proves to be alone.
    `create temp table contested as
       select place, outcome, reason, ${keys}, known_at, recorded_at, ${rank} as rank, ${contentHash} as content
       from staged where outcome in ('accepted', 'flagged')
         and (${keyHash} in (from repeated) or ${keyHash} in (select ${keyHash} from known))`,
    // The same content again says nothing new; a lesser sub-source gives way; of two versions known at the same moment the later row holds.
    `create temp table within_file as
       with ranked as (
         select *, min(rank) over (partition by ${keys}) as best_rank,
                first_value(place) over (partition by ${keys} order by rank, place) as first_place
         from contested),
       chained as (
         select *, lag(content) over (partition by ${keys} order by known_at, place) as previous
         from ranked where rank = best_rank),
       told as (
         select *, last_value(case when previous is distinct from content then place end ignore nulls)
                     over (partition by ${keys} order by known_at, place rows unbounded preceding) as told_place
         from chained),
       -- A repetition replaces nothing: only rows that say something new are versions.
       versions as (
         select place, lead(known_at) over (partition by ${keys} order by known_at, place) as next_known_at,
                lead(place) over (partition by ${keys} order by known_at, place) as next_place
         from chained where previous is distinct from content),
       judged as (
         select r.place, r.first_place, t.told_place, v.next_place,
                case when r.rank > r.best_rank then 'other-source'
                     when t.previous = r.content then 'repeated-row'
                     when v.next_known_at <= r.known_at then 'replaced-in-file' end as reason
         from ranked r left join told t using (place) left join versions v using (place))
       select place, reason, case reason when 'other-source' then first_place when 'repeated-row' then told_place else next_place end as first_place
       from judged where reason is not null`,
    `create temp table against_lake as
       select f.place, f.recorded_at, f.content = k.content as same_content, k.known_at as known_before, k.raw_id, k.place as known_place
       from contested f join known k on ${same('k', 'f')} and (f.recorded_at is null or k.known_at <= f.known_at)
       where f.place not in (select place from within_file)
       qualify row_number() over (partition by f.place order by k.known_at desc) = 1`,
    `create temp table aside as
       select ${commitNumber} as commit_number, raw_row, place, outcome, reason, text, first_raw_id, first_place from (
         select raw_row_of(place) as raw_row, place, outcome, reason, text, null::varchar as first_raw_id, null::bigint as first_place
         from staged where outcome in ('rejected', 'aggregate')
         union all select raw_row, null, 'rejected', 'malformed-row', text, null, null from malformed
         union all select raw_row_of(place), place, 'duplicate', reason, null, ${rawId}, first_place from within_file
         union all select raw_row_of(place), place, 'duplicate', 'already-known', null, raw_id, known_place from against_lake where same_content)
       order by raw_row`,
    // Other content for a known key is a revision: known when it was recorded or, that unsaid, when it was received.
    `create temp table revised as
       select * from (
         select l.place, greatest(coalesce(l.recorded_at, ${timestamp(raw.receivedAt)}), known_before + interval 1 microsecond) as known_at,
                l.recorded_at is null as observed, c.known_at as known_at_first
         from against_lake l join contested c using (place) where not same_content)
       where known_at <> known_at_first`,
  ];
}
