import type { FeedProfile, PastRule, PastSeverity } from '../domain/index.ts';
import { STANDARD_PAST_RULES } from '../domain/index.ts';
import { LOOK_BACK_DAYS } from './open-days.ts';

/**
 * A feed's past rules as SQL over the rows that hold at the moment of the question. Every window ends before the day it
 * judges, so a later market day never changes an earlier judgement; what a row known later changes is the answer as of
 * now, never one as of before.
 */

/** Market days over which a series is asked whether it is noise: a year. */
const MARKET_YEAR = 250;

/** Prices whose median a step is measured from. */
const STEP_PRICES = 5;

/** Steps, spreads and shares are compared with those of so many calendar days before, when there are so many. */
const USUAL_DAYS = 60;
const FEWEST_DAYS = 10;

/** A series is called noise on no fewer pairs of market days than this. */
const FEWEST_PAIRS = 100;

/** Standard deviation of ln price below which a series stands still, and a correlation would be one of rounding. */
const LEAST_MOVEMENT = 0.001;

/** Weeks whose same weekday says what is usual, and the fewest of them. */
const WEEKS = 8;
const FEWEST_WEEKS = 4;

/** One series alone may have the same day twice by chance. */
const FEWEST_REPEATED = 2;

/** Less than this part of a market's kg beside a series is rounding, not other goods. */
const LEAST_REST = 1e-9;

const BEFORE = 'partition by series_id order by day';

function daysBefore(days: number): string {
  return `(partition by series_id order by day - date '1970-01-01' range between ${days} preceding and 1 preceding)`;
}

function rowsBefore(rows: number): string {
  return `(${BEFORE} rows between ${rows} preceding and 1 preceding)`;
}

/** Columns over the open rows, columns over those, and the condition on both that the rule meets. */
interface Asked {
  readonly near: readonly string[];
  readonly far: readonly string[];
  readonly meets: string;
}

function logRatio(times: number): string {
  return `ln(${times}::double)`;
}

/** `at` keeps the columns of one rule apart from another's. */
function asked(rule: PastRule, at: number): Asked | undefined {
  const [measure, usual, seen] = [`measure_${at}`, `usual_${at}`, `seen_${at}`];
  switch (rule.kind) {
    case 'trickle':
    case 'few-series':
    case 'repeated-day':
      return undefined;
    case 'price-jump': {
      const earlier = daysBefore(rule.lookBackDays);
      return {
        near: [`median(price) over ${earlier} as ${usual}`, `count(*) over ${earlier} as ${seen}`],
        far: [],
        meets: `${seen} >= ${rule.fewestPrices} and (price >= ${rule.times} * ${usual} or price * ${rule.times} <= ${usual})`,
      };
    }
    case 'price-step': {
      const earlier = daysBefore(USUAL_DAYS);
      return {
        near: [
          `case when day - lag(day, ${STEP_PRICES}) over (${BEFORE}) <= ${rule.withinDays}
             then abs(ln(price / median(price) over ${rowsBefore(STEP_PRICES)})) end as ${measure}`,
          `abs(ln(price / median(price) over ${earlier})) as level_${at}`,
        ],
        far: [`avg(${measure}) over ${earlier} as ${usual}`, `count(${measure}) over ${earlier} as ${seen}`],
        meets: `${seen} >= ${FEWEST_DAYS} and least(${measure}, level_${at}) >= ${logRatio(rule.leastRatio)} and ${measure} >= ${rule.timesUsual} * ${usual}`,
      };
    }
    case 'price-spread': {
      const earlier = daysBefore(USUAL_DAYS);
      return {
        near: [`case when low > 0 and high >= low then ln(high / low) end as ${measure}`],
        far: [`avg(${measure}) over ${earlier} as ${usual}`, `count(${measure}) over ${earlier} as ${seen}`],
        meets: `${seen} >= ${FEWEST_DAYS} and ${measure} >= ${logRatio(rule.leastRatio)} and ${measure} >= ${rule.timesUsual} * ${usual}`,
      };
    }
    case 'volume-share': {
      const earlier = daysBefore(USUAL_DAYS);
      return {
        near: [
          // the odds against all other kg: a share near the whole leaves room above it
          `case when volume_kg > 0 and total_kg - volume_kg > ${LEAST_REST} * total_kg then ln(volume_kg / (total_kg - volume_kg)) end as ${measure}`,
        ],
        far: [`avg(${measure}) over ${earlier} as ${usual}`, `count(${measure}) over ${earlier} as ${seen}`],
        meets: `${seen} >= ${FEWEST_DAYS} and ${measure} - ${usual} >= ${logRatio(rule.timesUsual)}`,
      };
    }
    case 'stuck': {
      const alike = [
        `price = lag(price) over (${BEFORE})`,
        ...(rule.of === 'price' ? [] : [`volume_kg = lag(volume_kg) over (${BEFORE})`]),
      ];
      const repeats = rule.marketDays - 1;
      return {
        near: [`${alike.join(' and ')} as ${measure}`],
        far: [
          `count(*) filter (${measure}) over (${BEFORE} rows between ${repeats - 1} preceding and current row) as ${seen}`,
          `day - lag(day, ${repeats}) over (${BEFORE}) <= ${rule.withinDays} as ${usual}`,
        ],
        meets: `${usual} and ${seen} >= ${repeats}`,
      };
    }
    case 'noise': {
      // told once, on the day it begins: the year up to the day before said otherwise, or too little
      const lastYear = `(${BEFORE} rows between ${MARKET_YEAR + 1} preceding and 2 preceding)`;
      const isNoise = (year: string) =>
        `case when count(before_${at}) over ${year} > ${FEWEST_PAIRS} and least(stddev_pop(${measure}) over ${year}, stddev_pop(before_${at}) over ${year}) > ${LEAST_MOVEMENT} then corr(${measure}, before_${at}) over ${year} < ${rule.leastCorrelation} else false end`;
      return {
        near: [
          `case when lag(price) over (${BEFORE}) is not null then ln(price) end as ${measure}`,
          `ln(lag(price) over (${BEFORE})) as before_${at}`,
        ],
        far: [`${isNoise(rowsBefore(MARKET_YEAR))} as ${seen}`, `${isNoise(lastYear)} as ${usual}`],
        meets: `${seen} and not ${usual}`,
      };
    }
  }
}

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

/** The rows that a rule of the list meets, with the first that does as `reason`; a SELECT after a WITH of its own. */
function metSql(rules: readonly PastRule[], rows: string): string {
  const compiled = rules.flatMap((rule, at) => {
    const sql = asked(rule, at);
    return sql === undefined ? [] : [{ reason: rule.kind, ...sql }];
  });
  const list = (columns: readonly string[]) => columns.map((column) => `, ${column}`).join('');
  const reason =
    compiled.length === 0
      ? 'null::varchar'
      : `case ${compiled.map((one) => `when ${one.meets} then '${one.reason}'`).join(' ')} end`;
  const columns = 'series_id, price_kind, market_code, day, reason, price, volume_kg';
  return `
    with judged as (
      select held.*, m.is_open, m.total_kg from ${rows} as held join market_days m using (price_kind, market_code, day)
      where held.price > 0),
    near as (select *${list(compiled.flatMap((one) => one.near))} from judged where is_open),
    far as (select *${list(compiled.flatMap((one) => one.far))} from near),
    met as (
      select ${columns} from (select *, ${reason} as reason from far) where reason is not null
      ${rules.some((rule) => rule.kind === 'trickle') ? `union all select ${columns} from (select *, 'trickle' as reason from judged where not is_open)` : ''}
      ${rules.map(ofMarketSql).join(' ')})`;
}

/** What is said of a market's whole day stands without a series and a price. */
function ofMarketSql(rule: PastRule): string {
  const said = `null::integer as series_id, price_kind, market_code, day, '${rule.kind}' as reason, null::double as price,
    null::double as volume_kg`;
  switch (rule.kind) {
    case 'few-series':
      return `union all select ${said} from (
        select *, median(series) over earlier as usual, count(*) over earlier as weeks
        from (select price_kind, market_code, day, count(*) as series from judged where is_open group by all)
        window earlier as (partition by price_kind, market_code, dayofweek(day) order by day rows between ${WEEKS} preceding and 1 preceding))
        where weeks >= ${FEWEST_WEEKS} and series < ${rule.share} * usual`;
    case 'repeated-day':
      return `union all select ${said} from (
        select price_kind, market_code, day, price = lag(price) over along and volume_kg = lag(volume_kg) over along as same
        from judged where is_open window along as (${BEFORE}))
        group by price_kind, market_code, day
        having count(*) filter (same) >= ${FEWEST_REPEATED} and count(*) filter (same) >= ${rule.share} * count(*)`;
    default:
      return '';
  }
}

/**
 * Prices that stand in no comparison, one row a series and day with the first rule that met as `reason`: `series_id,
 * day, reason, price, volume_kg`. `rows` are rows of the daily mart that hold. Reads the table `market_days`.
 */
export function leftOutSql(profile: FeedProfile, rows: string): string {
  return `${metSql(rulesOf(profile, 'flag'), rows)}
    select series_id, day, reason, price, volume_kg from met order by series_id, day`;
}

/**
 * What is said beside prices without taking them out: `series_id, price_kind, market_code, day, reason, price, volume_kg`;
 * series and price are NULL where a whole market's day is meant. Reads `market_days` and `left_out`.
 */
export function warnedSql(profile: FeedProfile, rows: string): string {
  return `${metSql(rulesOf(profile, 'warn'), rows)}
    select met.* from met anti join left_out l on l.series_id = met.series_id and l.day = met.day
    order by series_id, day, reason`;
}
