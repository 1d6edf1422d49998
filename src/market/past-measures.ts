import type { PastRule } from '../domain/index.ts';

/**
 * What each past rule looks at, as SQL. Most prices are told sound by a cheap look: the few before them in their series,
 * and the least and the most of two spans of days that hold the look back. Only what that look cannot clear is measured
 * against its own look back, which costs a hundred times as much a price.
 */

/** Market days over which a series is asked whether it is noise: a year. */
const MARKET_YEAR = 250;

/** Prices whose median a step is measured from. */
const STEP_PRICES = 5;

/** Steps, spreads and shares are compared with those of so many calendar days before, when there are so many. */
export const USUAL_DAYS = 60;
const FEWEST_DAYS = 10;

/** A series is called noise on no fewer pairs of market days than this. */
const FEWEST_PAIRS = 100;

/** Standard deviation of ln price below which a series stands still, and a correlation would be one of rounding. */
const LEAST_MOVEMENT = 0.001;

/** Less than this part of a market's kg beside a series is rounding, not other goods. */
const LEAST_REST = 1e-9;

/** A mean may be less than the least of what it is of by rounding alone. */
const ROUNDING = 1e-9;

/** A run of so many equal market days is told by looking at each; of a longer one first at its ends, and at so much of it. */
const SHORT_RUN = 6;
const GLANCES = [0.25, 0.5, 0.75];

/** Calendar months that say what an item's level is, and the fewest prices of a market in them. */
const LEVEL_MONTHS = 2;
const FEWEST_OF_MARKET = 3;

/** Calendar days before a day that its item's level may rest on: two months and all of its own before it. */
export const LEVEL_DAYS = 31 * (LEVEL_MONTHS + 1);

const ALONG = 'partition by series_id order by day';

const POSITION = `row_number() over (${ALONG})`;

/** What one rule asks. Columns are named by what they hold, so that two rules which ask the same share one. */
export interface Asked {
  /** Columns of a row beside its price and kg that the rule looks at. */
  readonly reads?: readonly ('low' | 'high' | 'total_kg')[];
  /** Looks along the open rows of a series, by name. */
  readonly along: Columns;
  /** Measures over those, by name. */
  readonly measures: Columns;
  /** What bounds its look back of so many days: aggregates over a span of as many, by name. */
  readonly bounds?: { readonly days: number; readonly columns: Columns };
  /** Aggregates over the rows `w` of so many calendar days before the day of a suspect `s`, by name. */
  readonly back?: LookBack;
  /** The same where they cost most, of those suspects alone that meet `when` too; it may read the columns of `back`. */
  readonly closer?: LookBack & { readonly when: string };
  /** What every row that meets the rule meets; reads `along`, `measures` and the bounds `here` and `before`. */
  readonly suspect: string;
  readonly meets: string;
  /** Tables of its own that its conditions read, by name; they read `near`. */
  readonly tables?: Columns;
}

export type Columns = Readonly<Record<string, string>>;

export interface LookBack {
  readonly days: number;
  readonly columns: Columns;
}

/** Spans of as many days as a look back: that of a day and the one before hold the whole of it. */
export function spanOf(days: number): string {
  return `(day - date '1970-01-01') // ${days}`;
}

function logRatio(times: number): string {
  return `ln(${times}::double)`;
}

function back(column: string, rows: number): string {
  return `lag(${column}, ${rows}) over (${ALONG})`;
}

function backs(column: string, name: string, rows: number): Columns {
  return Object.fromEntries(
    Array.from({ length: rows }, (_, at) => [`${name}_back_${at + 1}`, back(column, at + 1)]),
  );
}

/** The median of the five prices before, by comparing them in pairs. */
function medianOfFive(): string {
  const [a, b, c, d, e] = [1, 2, 3, 4, 5].map((at) => `price_back_${at}`);
  const low = `greatest(least(${a}, ${b}), least(${c}, ${d}))`;
  const high = `least(greatest(${a}, ${b}), greatest(${c}, ${d}))`;
  return `greatest(least(${e}, ${low}), least(greatest(${e}, ${low}), ${high}))`;
}

/** A measure, its mean over the usual days, and how many they are. */
function againstUsual(measure: string): LookBack {
  return {
    days: USUAL_DAYS,
    columns: { [`usual_${measure}`]: `avg(w.${measure})`, [`seen_${measure}`]: `count(w.${measure})` },
  };
}

/**
 * What a rule over single prices asks; undefined for the others. `everyRow` are the held rows of all series, also where
 * the question is about a few.
 */
export function asked(rule: PastRule, everyRow: string): Asked | undefined {
  switch (rule.kind) {
    case 'trickle':
    case 'few-series':
    case 'repeated-day':
      return undefined;
    case 'noise': {
      const name = `noise_from_${rule.leastCorrelation.toString().replace(/\W/g, '_')}`;
      const meets = `(series_id, day) in (select (of_series, on_day) from ${name})`;
      return {
        along: { price_back_1: back('price', 1), position: POSITION },
        measures: {},
        tables: { [name]: noiseSql(rule.leastCorrelation) },
        suspect: meets,
        meets,
      };
    }
    case 'price-jump': {
      const { times, lookBackDays: days } = rule;
      return {
        along: {},
        measures: {},
        bounds: { days, columns: { least_price: 'min(price)', most_price: 'max(price)' } },
        closer: {
          days,
          columns: { [`median_${days}`]: 'median(w.price)', [`prices_${days}`]: 'count(*)' },
          when: 'true',
        },
        suspect: `(price >= ${times} * least(here_${days}.least_price, before_${days}.least_price)
          or price * ${times} <= greatest(here_${days}.most_price, before_${days}.most_price))`,
        meets: `prices_${days} >= ${rule.fewestPrices} and (price >= ${times} * median_${days} or price * ${times} <= median_${days})`,
      };
    }
    case 'item-level': {
      const name = `off_level_${rule.times.toString().replace(/\W/g, '_')}_${rule.fewestMarkets}`;
      const meets = `(series_id, day) in (select (of_series, on_day) from ${name})`;
      return {
        along: {},
        measures: {},
        tables: { [name]: offLevelSql(rule, everyRow) },
        suspect: meets,
        meets,
      };
    }
    case 'price-step': {
      const step = `step_${rule.withinDays}`;
      const least = logRatio(rule.leastRatio);
      const unusual = `seen_${step} >= ${FEWEST_DAYS} and ${step} >= ${rule.timesUsual} * usual_${step}`;
      return {
        along: {
          ...backs('price', 'price', STEP_PRICES),
          [`day_back_${STEP_PRICES}`]: back('day', STEP_PRICES),
        },
        measures: {
          // the median outside of the case, where what stands in it twice is worked out once
          [step]: `abs(ln(price / ${medianOfFive()})) * case when day - day_back_${STEP_PRICES} <= ${rule.withinDays} then 1 end`,
        },
        back: againstUsual(step),
        closer: { days: USUAL_DAYS, columns: { [`median_${USUAL_DAYS}`]: 'median(w.price)' }, when: unusual },
        suspect: `${step} >= ${least}`,
        meets: `${unusual} and least(${step}, abs(ln(price / median_${USUAL_DAYS}))) >= ${least}`,
      };
    }
    case 'price-spread':
      return {
        reads: ['low', 'high'],
        along: {},
        measures: { spread: 'case when low > 0 and high >= low then ln(high / low) end' },
        back: againstUsual('spread'),
        suspect: `spread >= ${logRatio(rule.leastRatio)}`,
        meets: `seen_spread >= ${FEWEST_DAYS} and spread >= ${logRatio(rule.leastRatio)} and spread >= ${rule.timesUsual} * usual_spread`,
      };
    case 'volume-share': {
      const least = logRatio(rule.timesUsual);
      return {
        reads: ['total_kg'],
        along: {},
        measures: {
          // the odds against all other kg: a share near the whole leaves room above it
          odds: `case when volume_kg > 0 and total_kg - volume_kg > ${LEAST_REST} * total_kg then ln(volume_kg / (total_kg - volume_kg)) end`,
        },
        bounds: { days: USUAL_DAYS, columns: { least_odds: 'min(odds)' } },
        back: againstUsual('odds'),
        suspect: `odds - least(here_${USUAL_DAYS}.least_odds, before_${USUAL_DAYS}.least_odds) >= ${least} - ${ROUNDING}`,
        meets: `seen_odds >= ${FEWEST_DAYS} and odds - usual_odds >= ${least}`,
      };
    }
    case 'stuck': {
      const columns = rule.of === 'price' ? ['price'] : ['price', 'volume_kg'];
      const repeats = rule.marketDays - 1;
      const since = `day - day_back_${repeats} <= ${rule.withinDays}`;
      const along = { [`day_back_${repeats}`]: back('day', repeats) };
      if (rule.marketDays <= SHORT_RUN) {
        const alike = columns.flatMap((column) =>
          Array.from({ length: repeats }, (_, at) => `${column} = ${column}_back_${at + 1}`),
        );
        const meets = [since, ...alike].join(' and ');
        const backOf = columns.map((column) => backs(column, column, repeats));
        return { along: Object.assign(along, ...backOf), measures: {}, suspect: meets, meets };
      }
      const others = `others_${rule.marketDays}_${columns.length}`;
      const same = columns.map((column) => `w.${column} = s.${column}`).join(' and ');
      const glances = [1, ...GLANCES.map((part) => Math.round(part * repeats)), repeats];
      return {
        along: {
          ...along,
          position: POSITION,
          ...Object.fromEntries(glances.map((rows) => [`price_back_${rows}`, back('price', rows)])),
        },
        measures: {},
        back: {
          days: rule.withinDays,
          columns: {
            [others]: `count(*) filter (w.position >= s.position - ${repeats} and not coalesce(${same}, false))`,
          },
        },
        suspect: [since, ...glances.map((rows) => `price = price_back_${rows}`)].join(' and '),
        meets: `${since} and price = price_back_${repeats} and ${others} = 0`,
      };
    }
  }
}

/** The days on which a series is off the level of its item, as `of_series, on_day`. Reads `near`. */
function offLevelSql(
  { times, fewestMarkets }: Extract<PastRule, { kind: 'item-level' }>,
  everyRow: string,
): string {
  const month = (day: string) => `year(${day}) * 12 + month(${day})`;
  const ahead = Array.from({ length: LEVEL_MONTHS }, (_, at) => at + 1).join(', ');
  const item = 'price_kind, item_code, unit';
  return `
    with place as (
      select series_id, dense_rank() over (order by ${item}) as item, dense_rank() over (order by ${item}, market_code) as market from series),
    of_market as (
      select item, market, month, median(price) as level
      from (select item, market, price, ${month('day')} + unnest([${ahead}]) as month
            from ${everyRow} as held join place using (series_id) where price > 0)
      group by all having count(*) >= ${FEWEST_OF_MARKET}),
    of_item as (
      select item, month, median(level) as level from of_market group by all having count(*) >= ${fewestMarkets})
    select series_id as of_series, day as on_day
    from near n join place using (series_id) join of_item o on o.item = place.item and o.month = ${month('n.day')}
    where price >= ${times} * level or price * ${times} <= level`;
}

/** What a rule over many prices asks along a series. */
export function alongOfMany(rule: PastRule): Columns {
  return rule.kind === 'repeated-day'
    ? { price_back_1: back('price', 1), volume_kg_back_1: back('volume_kg', 1) }
    : {};
}

/** Market days of a part of a series, of which sums tell where no noise can be. */
const PART = 25;

/**
 * The days on which a series begins to be noise, as `of_series, on_day`: the year up to the day before said otherwise, or
 * too little. Reads `near`.
 *
 * With x a price (as ln), y the one before and d = x − y, Σd² of a year is more than (1 − c) · (Sxx + Syy) wherever the
 * correlation is below c ≥ 0, S being the sums of squares about their means. Parts of 25 market days, one after the other,
 * bound all three: the moves of the eleven that a year touches, and the spread of those that lie in it whole (nine for x,
 * eight for y). Most parts are told calm by that, and only the others are looked at day by day.
 */
function noiseSql(leastCorrelation: number): string {
  const share = 1 - Math.max(0, leastCorrelation) - ROUNDING;
  const parts = MARKET_YEAR / PART;
  const year = `(${ALONG} rows between ${MARKET_YEAR} preceding and 1 preceding)`;
  const over = (last: number) =>
    `(partition by series_id order by part rows between ${parts - 1} preceding and ${last} preceding)`;
  const spread = (last: number) =>
    `coalesce(sum(xx) over ${over(last)} - pow(sum(x) over ${over(last)}, 2) / sum(n) over ${over(last)}, 0)`;
  return `
    with part as (
      select series_id, position // ${PART} as part, count(*) as n, sum(x) as x, sum(x * x) as xx, sum(d * d) as dd
      from (select series_id, position, ln(price) as x, ln(price / price_back_1) as d from near where price_back_1 is not null)
      group by all),
    restless as (
      select series_id, part from (
        select series_id, part, sum(dd) over (partition by series_id order by part rows between ${parts} preceding and current row) as moves,
               ${spread(1)} + ${spread(2)} as spread
        from part)
      where (part + 1) * ${PART} > ${FEWEST_PAIRS} and moves >= ${share} * spread),
    around as (select distinct series_id, unnest(range(part - ${parts}, part + 1)) as part from restless),
    year as (
      select series_id, day, position, ln(price_back_1) as before, case when price_back_1 is not null then ln(price) end as after
      from near semi join around on around.series_id = near.series_id and around.part = near.position // ${PART}),
    judged as (
      select series_id, day, position,
             position > ${FEWEST_PAIRS + 2} and least(stddev_pop(after) over ${year}, stddev_pop(before) over ${year}) > ${LEAST_MOVEMENT}
               and corr(after, before) over ${year} < ${leastCorrelation} as is_noise
      from year),
    noisy as (
      select series_id, day, position from judged
      semi join restless on restless.series_id = judged.series_id and restless.part = judged.position // ${PART} where is_noise)
    select n.series_id as of_series, n.day as on_day
    from noisy n anti join noisy b on b.series_id = n.series_id and b.position = n.position - 1`;
}
