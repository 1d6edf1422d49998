import { type CompiledRule, type HandOver, OUTCOMES } from '../domain/index.ts';
import { literal, timestamp } from './database.ts';
import type { RawRecord } from './raw-files.ts';
import { systemRules } from './reasons.ts';
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
function inOrder({ rules, profile }: HandOver): readonly CompiledRule[] {
  const flags = rules.filter((rule) => rule.outcome === 'flagged');
  return [...rules.filter((rule) => rule.outcome !== 'flagged'), ...systemRules(profile), ...flags];
}

/** Texts of one table and their receipts, in order. */
export interface Texts {
  /**
   * Where each text is; of several, the last six digits before `.csv` are its place in the list. More paths than receipts
   * are the parts of one text, in order, its header in the first.
   */
  readonly paths: readonly string[];
  readonly raws: readonly RawRecord[];
  /** How their cells are told apart. */
  readonly delimiter: string;
  readonly quote: '"' | '';
}

/** SQL of the number, from 1, of the receipt whose text a file is. */
export function receiptOfFile(path: string): string {
  return `cast(left(right(${path}, 10), 6) as integer) + 1`;
}

/** SQL of the receipt's moment and id for each row: constants for one text, looked up by file for several. */
function receiptSql(raws: readonly RawRecord[]): { readonly receivedAt: string; readonly rawId: string } {
  const [only] = raws;
  if (raws.length === 1)
    return {
      receivedAt: timestamp(only!.receivedAt),
      rawId: `${literal(only!.rawId)}::${oneOf([only!.rawId])}`,
    };
  const of = (values: readonly string[]) => `[${values.join(', ')}][__receipt]`;
  return {
    receivedAt: of(raws.map((raw) => timestamp(raw.receivedAt))),
    rawId: of(raws.map((raw) => literal(raw.rawId))),
  };
}

/** The text that a statement reads: all of them, or one part of one. */
interface Read {
  readonly paths: readonly string[];
  readonly header: boolean;
}

/** Every readable row of the texts, of several with the number of its receipt: our columns, when it could be known, its outcome so far, its text when it is not accepted. */
export function stagedSql(
  handOver: HandOver,
  texts: Texts,
  commitNumber: number,
  { paths, header }: Read = { paths: texts.paths, header: true },
): string {
  const { shape, profile } = handOver;
  const { types } = kindOf(profile.recordKind);
  const mark = literal(texts.quote);
  const several = texts.raws.length > 1;
  const file = `read_csv([${paths.map(literal).join(', ')}], columns = {${shape.header.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ')}},
    header = ${header}, delim = ${literal(texts.delimiter)}, quote = ${mark}, escape = ${mark}, auto_detect = false,
    store_rejects = true, rejects_table = 'rejects', rejects_scan = 'reject_scans', rejects_limit = 0${several ? ", filename = '__file'" : ''})`;
  const project = Object.entries(types).map(([name, type]) => {
    const expression = shape.project[name];
    if (expression === undefined)
      throw new Error(`${profile.id}/${shape.id} does not say how to make ${name}`);
    return `cast(${expression} as ${CONSTANT_TEXT.test(expression) ? `enum(${expression})` : type}) as ${name}`;
  });
  const evidence = Object.entries(shape.evidence ?? {}).map(
    ([name, expression]) => `${expression} as ${quoted(name)}`,
  );
  const kept = shape.header.map((name, index) => `${quoted(name)} as __text${index}`);
  const receipt = several ? [`${receiptOfFile('__file')} as __receipt`] : [];
  const line = `concat_ws(${literal(shape.delimiter)}, ${shape.header.map((_, index) => `coalesce(__text${index}, '')`).join(', ')})`;
  const rules = inOrder(handOver);
  const reasons = oneOf(rules.map((rule) => rule.id));
  const reason = `case ${rules.map((rule) => `when (${rule.sql}) then ${literal(rule.id)}::${reasons}`).join(' ')} end`;
  const outcomes = oneOf(OUTCOMES);
  const idsOf = (outcome: string) =>
    rules.filter((rule) => rule.outcome === outcome).map((rule) => literal(rule.id));
  const outcome = ['flagged', 'aggregate']
    .filter((name) => idsOf(name).length > 0)
    .map((name) => `when reason in (${idsOf(name).join(', ')}) then ${literal(name)}::${outcomes}`)
    .join(' ');
  const { receivedAt, rawId } = receiptSql(texts.raws);
  return `
    select ${Object.keys(types).join(', ')}, received_at,
           case when observed then received_at else published_at end as known_at, observed,
           case when reason is null then 'accepted'::${outcomes} ${outcome} else 'rejected'::${outcomes} end as outcome, reason,
           ${rawId} as raw_id, ${commitNumber} as commit_number,${several ? ' __receipt as receipt,' : ''}
           case when reason is not null then ${line} end as text
    from (select *, received_at <= published_at + interval (${profile.liveWindowHours}) hour as observed
      from (select *, ${reason} as reason, coalesce(recorded_at, cast(market_day as timestamp)
              - interval (${profile.utcOffsetMinutes}) minute + interval (${profile.publicationLagHours}) hour) as published_at
        from (select *, ${receivedAt} as received_at
          from (select ${[...project, ...evidence, ...kept, ...receipt].join(', ')} from ${file}))))`;
}
