import { type HandOver, QUOTE_COLUMNS, QUOTE_KEY, TRADE_COLUMNS, TRADE_KEY } from '../domain/index.ts';
import { literal, timestamp } from './database.ts';
import type { RawRecord } from './raw-files.ts';
import { futureDayRule, SYSTEM_RULES } from './reasons.ts';

/**
 * The SQL that judges a file, in the order it runs:
 * `staged` (one row per readable line, our columns, first rule met) → `aside` (everything that is not kept)
 * → `judged` (what remains, with the moment it could be known).
 */

/** Names are for people and times of recording are not content: a row that differs in them alone is the same row. */
const NOT_CONTENT = new Set(['item_name', 'market_name', 'recorded_at', 'sub_source', 'source_rank']);

interface Kind {
  readonly columns: readonly string[];
  readonly key: readonly string[];
  readonly content: readonly string[];
  readonly rank: string;
}

function kindOf(handOver: HandOver): Kind {
  const trade = handOver.profile.recordKind === 'trade';
  const columns = Object.keys(trade ? TRADE_COLUMNS : QUOTE_COLUMNS);
  const key: readonly string[] = trade ? TRADE_KEY : QUOTE_KEY;
  const content = columns.filter((name) => !key.includes(name) && !NOT_CONTENT.has(name));
  return { columns, key, content, rank: trade ? '0' : 'coalesce(source_rank, 0)' };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Reads the file as text columns and makes ours of them; lines with the wrong shape land in `rejects`. */
export function stageSql(handOver: HandOver, path: string, raw: RawRecord): string {
  const { shape, profile } = handOver;
  const { columns } = kindOf(handOver);
  const types = profile.recordKind === 'trade' ? TRADE_COLUMNS : QUOTE_COLUMNS;
  const file = `read_csv(${literal(path)}, columns = {${shape.header.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ')}},
    header = true, delim = ${literal(shape.delimiter)}, quote = '"', escape = '"', auto_detect = false,
    store_rejects = true, rejects_table = 'rejects', rejects_scan = 'reject_scans', rejects_limit = 0)`;
  const project = columns.map((name) => {
    const expression = shape.project[name];
    if (expression === undefined)
      throw new Error(`${profile.id}/${shape.id} does not say how to make ${name}`);
    return `cast(${expression} as ${types[name as keyof typeof types]}) as ${name}`;
  });
  const evidence = Object.entries(shape.evidence ?? {}).map(
    ([name, expression]) => `${expression} as ${quoted(name)}`,
  );
  const texts = shape.header.map((name, index) => `${quoted(name)} as __text${index}`);
  const line = `concat_ws(${literal(shape.delimiter)}, ${shape.header.map((_, index) => `coalesce(__text${index}, '')`).join(', ')})`;
  const rules = [...handOver.rules, ...SYSTEM_RULES, futureDayRule(raw.receivedAt, profile.utcOffsetMinutes)];
  const reason = `case ${rules.map((rule) => `when (${rule.sql}) then ${literal(rule.id)}`).join(' ')} end`;
  const byOutcome = (outcome: string) =>
    rules.filter((rule) => rule.outcome === outcome).map((rule) => literal(rule.id));
  const outcome = `case when reason is null then 'accepted' ${(['flagged', 'aggregate'] as const)
    .filter((name) => byOutcome(name).length > 0)
    .map((name) => `when reason in (${byOutcome(name).join(', ')}) then ${literal(name)}`)
    .join(' ')} else 'rejected' end`;
  return `create temp table staged as
    select ${columns.join(', ')}, reason, ${outcome} as outcome, case when reason is not null then ${line} end as text
    from (select *, ${reason} as reason from (select ${[...project, ...evidence, ...texts].join(', ')} from ${file}))`;
}

/**
 * Numbers the rows as the file does (1 = first line after the header, lines of the wrong shape included), says when
 * each could be known, and starts `aside` with what the rules and the reader refused.
 */
export function judgeSql(handOver: HandOver, raw: RawRecord): string {
  const { profile } = handOver;
  const received = timestamp(raw.receivedAt);
  const offset = `interval (${profile.utcOffsetMinutes}) minute`;
  return `
    create temp table malformed as
      select line, row_number() over (order by line) as nth from (select distinct cast(line as bigint) - 1 as line from rejects where line > 1);
    create temp table shifts as
      select line - nth + 1 as from_row, max(nth) as shift from malformed group by all;
    create temp view numbered as
      select s.*, s.rowid as row_id, s.rowid + 1 + coalesce(shift, 0) as raw_row
      from staged s asof left join shifts h on s.rowid + 1 >= h.from_row;
    create temp view timed as
      select *, coalesce(recorded_at, cast(market_day as timestamp) - ${offset} + interval (${profile.publicationLagHours}) hour) as published_at,
             ${received} <= published_at + interval (${profile.liveWindowHours}) hour as observed,
             case when observed then ${received} else published_at end as known_at
      from numbered
      where outcome in ('accepted', 'flagged');
    create temp table aside as
      select ${literal(raw.rawId)} as raw_id, raw_row, outcome, reason, text, cast(null as varchar) as first_raw_id, cast(null as bigint) as first_raw_row
      from numbered where outcome in ('rejected', 'aggregate')
      union all
      select ${literal(raw.rawId)}, m.line, 'rejected', 'malformed-row', any_value(r.csv_line), null, null
      from malformed m join rejects r on cast(r.line as bigint) - 1 = m.line group by m.line;`;
}

/** What the lake knows already of the keys in this file. */
export function knownSql(handOver: HandOver, cleanFiles: readonly string[]): string {
  const { key, content } = kindOf(handOver);
  const columns = `${key.join(', ')}, hash(${['outcome', ...content].join(', ')}) as content, known_at, raw_id, raw_row`;
  if (cleanFiles.length === 0)
    return `create temp table known as select ${columns} from timed where false`.replace(
      'raw_id,',
      `'' as raw_id,`,
    );
  return `create temp table known as
    select ${columns} from read_parquet([${cleanFiles.map(literal).join(', ')}]) k
    where market_day between (select min(market_day) from timed) and (select max(market_day) from timed)
      and exists (from staged t where ${key.map((name) => `t.${name} is not distinct from k.${name}`).join(' and ')})`;
}

/**
 * Finds rows that say nothing new and rows that revise what was said:
 * the same content again is a duplicate pointing at the first; a row of a lesser sub-source is a duplicate of the
 * better one; other content for a known key is a new version, known when it was recorded or, unstated, received.
 */
export function duplicatesSql(handOver: HandOver, raw: RawRecord): string[] {
  const { key, content, rank } = kindOf(handOver);
  const keys = key.join(', ');
  const same = (a: string, b: string) =>
    key.map((name) => `${a}.${name} is not distinct from ${b}.${name}`).join(' and ');
  const rawId = literal(raw.rawId);
  return [
    `create temp table repeated as
       select ${keys}, count(*) as n from timed group by all having n > 1`,
    `create temp table contested as
       select t.row_id, t.raw_row, ${key.map((name) => `t.${name}`).join(', ')}, t.known_at, t.recorded_at, ${rank} as rank,
              hash(t.outcome, ${content.map((name) => `t.${name}`).join(', ')}) as content
       from timed t
       where exists (from repeated r where ${same('r', 't')}) or exists (from known k where ${same('k', 't')})`,
    `create temp table within_file as
       with ranked as (
         select *, min(rank) over (partition by ${keys}) as best_rank,
                first_value(raw_row) over (partition by ${keys} order by rank, raw_row) as first_row
         from contested),
       chained as (
         select *, lag(content) over (partition by ${keys} order by known_at, raw_row) as previous
         from ranked where rank = best_rank),
       -- a repetition replaces nothing: only rows that say something new stand in the chain of versions
       versions as (
         select row_id, lead(known_at) over (partition by ${keys} order by known_at, raw_row) as next_known_at
         from chained where previous is distinct from content)
       select r.row_id, r.raw_row, r.first_row,
              case when r.rank > r.best_rank then 'other-source'
                   when c.previous = r.content then 'repeated-row'
                   when v.next_known_at <= r.known_at then 'replaced-in-file' end as reason
       from ranked r left join chained c using (row_id) left join versions v using (row_id)`,
    `insert into aside
       select ${rawId}, raw_row, 'duplicate', reason, null, ${rawId}, first_row from within_file where reason is not null`,
    `create temp table against_lake as
       with fresh as (from contested where row_id not in (select row_id from within_file where reason is not null)),
       met as (
         select f.row_id, f.raw_row, f.content, f.recorded_at, k.content as known_content, k.known_at as known_before, k.raw_id, k.raw_row as known_row,
                row_number() over (partition by f.row_id order by k.known_at desc) as nth
         from fresh f join known k on ${same('k', 'f')} and (f.recorded_at is null or k.known_at <= f.known_at))
       select * from met where nth = 1`,
    `insert into aside
       select ${rawId}, raw_row, 'duplicate', 'already-known', null, raw_id, known_row from against_lake where content = known_content`,
    `create temp table revised as
       select row_id, greatest(coalesce(recorded_at, ${timestamp(raw.receivedAt)}), known_before + interval 1 microsecond) as known_at,
              recorded_at is null as observed
       from against_lake where content <> known_content`,
    `create temp view judged as
       select t.* exclude (known_at, observed), coalesce(r.known_at, t.known_at) as known_at, coalesce(r.observed, t.observed) as observed
       from timed t left join revised r using (row_id)
       where t.row_id not in (select row_id from within_file where reason is not null)
         and t.row_id not in (select row_id from against_lake where content = known_content)`,
  ];
}
