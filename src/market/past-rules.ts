import type { FeedProfile, PastRule, PastSeverity } from '../domain/index.ts';
import { STANDARD_PAST_RULES } from '../domain/index.ts';
import { LOOK_BACK_DAYS } from './open-days.ts';
import {
  type Asked,
  alongOfMany,
  asked,
  type Columns,
  LEVEL_DAYS,
  type LookBack,
  spanOf,
  USUAL_DAYS,
} from './past-measures.ts';

/**
 * A feed's past rules as SQL over the rows that hold at the moment of the question. Every look back ends before the day it
 * judges, so a later market day never changes an earlier judgement; what a row known later changes is the answer as of
 * now, never one as of before.
 */

/** Weeks whose same weekday says what is usual, and the fewest of them. */
const WEEKS = 8;
const FEWEST_WEEKS = 4;

/** One series alone may have the same day twice by chance. */
const FEWEST_REPEATED = 2;

function rulesOf(profile: FeedProfile, severity: PastSeverity): readonly PastRule[] {
  return (profile.pastRules ?? STANDARD_PAST_RULES).filter((rule) => rule.severity === severity);
}

/**
 * How many calendar days before a day decide whether its price is left out, its market's openness on those days
 * included: a question narrowed to some days must read the rows of so many more before the first.
 */
export function judgedByDays(profile: FeedProfile): number {
  const reach = rulesOf(profile, 'flag').map((rule) => {
    switch (rule.kind) {
      case 'price-jump':
        return rule.lookBackDays;
      case 'item-level':
        return LEVEL_DAYS;
      case 'price-step':
        return USUAL_DAYS + rule.withinDays;
      case 'stuck':
        return rule.withinDays;
      default:
        return rule.kind === 'trickle' ? 0 : USUAL_DAYS;
    }
  });
  return LOOK_BACK_DAYS + Math.max(0, ...reach);
}

/** A rule over single prices, with what it asks. */
interface Asking extends Asked {
  readonly rule: PastRule;
}

/**
 * What the rules of these severities say, one row a series and day (flags before warnings, of each the first rule that
 * met), and one row a market's day (series and price NULL) where a rule means the whole of it:
 * `series_id, price_kind, market_code, day, severity, reason, price, volume_kg`. `rows` are rows of the daily mart that
 * hold, `everyRow` those of all series where `rows` are of some. Reads `market_days`.
 */
export function rulesMetSql(
  profile: FeedProfile,
  severities: readonly PastSeverity[],
  rows: string,
  everyRow = rows,
): string {
  const rules = severities.flatMap((severity) => rulesOf(profile, severity));
  const asking = rules.flatMap((rule): Asking[] => {
    const one = asked(rule, everyRow);
    return one === undefined ? [] : [{ rule, ...one }];
  });
  const steps = [...nearSql(asking, rules, rows), ...suspectSql(asking)];
  const said = [
    ...(asking.length > 0 ? [ofAPriceSql(asking, severities)] : []),
    ...rules.flatMap((rule) => ofManySql(rule, rows)),
  ];
  return `with ${steps.join(', ')} ${said.length > 0 ? said.join(' union all ') : `${ofSeries('null::varchar as severity, null::varchar as reason')} (${OPEN.not(rows)}) where false`}`;
}

/** Rows with a price on the days on which their market was open, or not. */
const OPEN = {
  yes: (rows: string) => `${pricedRows(rows)} and m.is_open`,
  not: (rows: string) => `${pricedRows(rows)} and not m.is_open`,
};

function pricedRows(rows: string): string {
  return `select held.*, m.total_kg from ${rows} as held join market_days m using (price_kind, market_code, day) where held.price > 0`;
}

/**
 * The open rows of each series, with what stands before them and what is measured of them: no column more than is
 * asked, because a board as of a moment lays millions of them out.
 */
function nearSql(asking: readonly Asking[], rules: readonly PastRule[], rows: string): readonly string[] {
  const along = merged([...asking.map((one) => one.along), ...rules.map(alongOfMany)]);
  const spans = Object.fromEntries(
    daysOf(asking.flatMap((one) => [one.bounds, one.back, one.closer])).map((days) => [
      `span_${days}`,
      spanOf(days),
    ]),
  );
  const reads = [
    'series_id',
    'day',
    'price',
    'volume_kg',
    ...new Set(asking.flatMap((one) => one.reads ?? [])),
  ];
  return [
    `along as (select ${reads.join(', ')}${list(along)} from (${OPEN.yes(rows)}))`,
    `near as (select *${list({ ...merged(asking.map((one) => one.measures)), ...spans })} from along)`,
  ];
}

/** The few rows that the cheap looks do not clear, each beside its own look back; `asked_N` says for which rule. */
function suspectSql(asking: readonly Asking[]): readonly string[] {
  if (asking.length === 0) return [];
  const bounded = daysOf(asking.map(({ bounds }) => bounds));
  const columnsOf = (looks: readonly (LookBack | undefined)[], days: number) =>
    list(merged(looks.flatMap((look) => (look?.days === days ? [look.columns] : []))));
  const joins = bounded.flatMap((days) => [
    `join bound_${days} here_${days} on here_${days}.of_series = series_id and here_${days}.span = span_${days}`,
    `left join bound_${days} before_${days} on before_${days}.of_series = series_id and before_${days}.span = span_${days} - 1`,
  ]);
  const lookBack = (
    name: string,
    from: string,
    looks: readonly (LookBack | undefined)[],
    when: (at: number) => string,
  ) =>
    daysOf(looks).map((days) => {
      const suspects = looks.flatMap((look, at) => (look?.days === days ? [when(at)] : []));
      return `${name}_${days} as (
        select s.series_id as of_series, s.day as on_day${columnsOf(looks, days)}
        from (select *, unnest([span_${days}, span_${days} - 1]) as span from ${from} where ${suspects.join(' or ')}) s
        join near w on w.series_id = s.series_id and w.span_${days} = s.span and w.day < s.day and w.day >= s.day - ${days}
        group by s.series_id, s.day)`;
    });
  const beside = (name: string, from: string, looks: readonly (LookBack | undefined)[]) =>
    `select ${from}.*${daysOf(looks)
      .map((days) => `, ${name}_${days}.* exclude (of_series, on_day)`)
      .join('')} from ${from} ${daysOf(looks)
      .map(
        (days) =>
          `left join ${name}_${days} on ${name}_${days}.of_series = series_id and ${name}_${days}.on_day = day`,
      )
      .join(' ')}`;
  const [backs, closer] = [asking.map(({ back }) => back), asking.map((one) => one.closer)];
  return [
    ...asking.flatMap(({ tables }) =>
      Object.entries(tables ?? {}).map(([name, sql]) => `${name} as (${sql})`),
    ),
    ...bounded.map(
      (days) => `bound_${days} as (
        select series_id as of_series, span_${days} as span${columnsOf(
          asking.map(({ bounds }) => bounds),
          days,
        )} from near group by all)`,
    ),
    `suspect as (
      select * from (
        select near.*${asking.map(({ suspect }, at) => `, (${suspect}) as asked_${at}`).join('')} from near ${joins.join(' ')})
      where ${asking.map((_, at) => `asked_${at}`).join(' or ')})`,
    ...lookBack('back', 'suspect', backs, (at) => `asked_${at}`),
    `looked as (${beside('back', 'suspect', backs)})`,
    ...lookBack('closer', 'looked', closer, (at) => `asked_${at} and ${closer[at]!.when}`),
    `measured as (${beside('closer', 'looked', closer)})`,
  ];
}

/** Calendar days of look backs, each once. */
function daysOf(looks: readonly (LookBack | undefined)[]): readonly number[] {
  return [...new Set(looks.flatMap((look) => (look === undefined ? [] : [look.days])))];
}

function merged(columns: readonly Columns[]): Columns {
  return Object.assign({}, ...columns);
}

function list(columns: Columns): string {
  return Object.entries(columns)
    .map(([name, sql]) => `, ${sql} as ${name}`)
    .join('');
}

function ofSeries(said: string): string {
  return `select series_id, price_kind, market_code, day, ${said}, price, volume_kg from`;
}

/** What stands in `near`, with its series' market again. */
function ofMarkets(from: string): string {
  return `${from} join (select series_id, price_kind, market_code from series) using (series_id)`;
}

function ofAPriceSql(asking: readonly Asking[], severities: readonly PastSeverity[]): string {
  const of = severities.flatMap((severity) => asking.filter(({ rule }) => rule.severity === severity));
  const cases = of.map(({ rule, meets }) => `when ${meets} then '${rule.severity} ${rule.kind}'`);
  return `${ofSeries("split_part(met, ' ', 1) as severity, split_part(met, ' ', 2) as reason")}
    ${ofMarkets(`(select *, case ${cases.join(' ')} end as met from measured)`)} where met is not null`;
}

/** What is said of all prices of a market's day; where it is no matter of one price, without a series and a price. */
function ofManySql(rule: PastRule, rows: string): readonly string[] {
  const said = `'${rule.severity}' as severity, '${rule.kind}' as reason`;
  const ofMarket = `select null::integer as series_id, price_kind, market_code, day, ${said}, null::double as price,
    null::double as volume_kg from`;
  switch (rule.kind) {
    case 'trickle':
      return [`${ofSeries(said)} (${OPEN.not(rows)})`];
    case 'few-series':
      return [fewSeriesSql(rule.share, ofMarket)];
    case 'repeated-day':
      return [
        `${ofMarket} (
        select price_kind, market_code, day, count(*) as series, count(*) filter (price = price_back_1 and volume_kg = volume_kg_back_1) as same
        from ${ofMarkets('near')} group by all)
        where same >= ${FEWEST_REPEATED} and same >= ${rule.share} * series`,
      ];
    default:
      return [];
  }
}

/** The median of the weeks before is asked only where even the most of them would tell. */
function fewSeriesSql(share: number, ofMarket: string): string {
  const weeks = Array.from({ length: WEEKS }, (_, at) => `week_${at + 1}`);
  return `${ofMarket} (
    select *, [${weeks.join(', ')}] as weeks
    from (
      select price_kind, market_code, day, prices as series, ${weeks.map((week, at) => `lag(prices, ${at + 1}) over earlier as ${week}`).join(', ')}
      from market_days where is_open and prices > 0
      window earlier as (partition by price_kind, market_code, dayofweek(day) order by day))
    where series < ${share} * greatest(${weeks.join(', ')}))
    where week_${FEWEST_WEEKS} is not null and series < ${share} * list_aggregate(weeks, 'median')`;
}

/** Prices that stand in no comparison: `series_id, day, reason, price, volume_kg`. Reads `rules_met`. */
export const LEFT_OUT_SQL = `select series_id, day, reason, price, volume_kg from rules_met where severity = 'flag'
    order by series_id, day`;

/**
 * What is said beside prices without taking them out: `series_id, price_kind, market_code, day, reason, price, volume_kg`;
 * series and price are NULL where a whole market's day is meant. Reads `rules_met`.
 */
export const WARNED_SQL = `select * exclude (severity) from rules_met where severity = 'warn' order by series_id, day, reason`;
