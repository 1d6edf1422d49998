import { type CompiledRule, type HandOver, OUTCOMES } from '../domain/index.ts';
import { literal, timestamp } from './database.ts';
import type { RawRecord } from './raw-files.ts';
import { futureDayRule, SYSTEM_RULES } from './reasons.ts';
import { kindOf } from './record-kind.ts';

/**
 * The SQL that judges the rows of a file. One pass over the text writes every readable row in columns, with the first rule it met
 * and the moment it could be known (`stagedSql`). What needs other rows to decide, whether a key was there before, is
 * asked afterwards of the few rows whose key is contested (contest-sql.ts).
 */

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
