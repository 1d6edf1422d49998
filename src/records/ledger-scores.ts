import type { Pool, PoolClient } from 'pg';
import { dekadOf, dekadRange, localDate } from '../domain/index.ts';
import { copyRows } from './copy-rows.ts';
import { inTransaction } from './db.ts';
import { holdLedger } from './ledger.ts';

/** A price that came true. Single days stand for the horizons by day, ten-day periods for those by 순. */
export interface Truth {
  readonly series: string;
  /**
   * `day`: the price of that day; `week`: of the week whose Monday it is; `dekad`: of the 순 that begins on it;
   * `dekad-1` … `dekad-7`: of the weeks whose given weekday (Monday = 1) lies in that 순, for feeds by week.
   */
  readonly span: string;
  readonly day: string;
  readonly price: number;
  /** When this price became known. */
  readonly knownFrom: string;
}

export interface TruthsOf {
  readonly task: string;
  readonly feed: string;
  readonly granularity: 'day' | 'week' | 'dekad';
  /** Targets up to this day are complete: the last market day of the feed. */
  readonly through: string;
  /** What was told before may be told again; days to come and a 순 that is not over are not looked at. */
  readonly truths: readonly Truth[];
}

export interface ScoredCounts {
  /** Forecasts scored for the first time. */
  readonly scored: number;
  /** Scores that a corrected truth replaced. */
  readonly revised: number;
}

const DEKAD = (day: string) =>
  `date_trunc('month', ${day})::date + case when extract(day from ${day}) > 20 then 20 when extract(day from ${day}) > 10 then 10 else 0 end`;
const BY_DEKAD = `l.horizon like 'S_'`;

/** Where the truth of a ledger row stands, by the feed's granularity. */
const SPAN = {
  day: {
    span: `case when ${BY_DEKAD} then 'dekad' else 'day' end`,
    day: `case when ${BY_DEKAD} then ${DEKAD('l.target_day')} else l.target_day end`,
  },
  week: {
    span: `case when ${BY_DEKAD} then 'dekad-' || extract(isodow from l.origin_day) else 'week' end`,
    day: `case when ${BY_DEKAD} then ${DEKAD('l.target_day')} else date_trunc('week', l.target_day)::date end`,
  },
  dekad: { span: `'dekad'`, day: DEKAD('l.target_day') },
} as const;

/** No forecast reaches further ahead, in days; bounds the months that are looked through. */
const FURTHEST_DAYS = 62;
/** Days from the day that names a span to its last one: a 순 of eleven. */
const WIDEST_DAYS = 10;

const DEKADS = { spans: `span like 'dekad%'`, horizons: BY_DEKAD, widest: WIDEST_DAYS };

/** Which truths belong to which horizons, by the feed's granularity, and how wide such a span is. */
const PARTS = {
  day: [{ spans: `span = 'day'`, horizons: `l.horizon not like 'S_'`, widest: 0 }, DEKADS],
  week: [{ spans: `span = 'week'`, horizons: `l.horizon not like 'S_'`, widest: 6 }, DEKADS],
  dekad: [{ ...DEKADS, horizons: 'true' }],
} as const;

/** Summed over the seven quantiles that are kept, the mean as the middle one. */
const PINBALL = [
  ['l.mean', 0.5],
  ['l.lo50', 0.25],
  ['l.hi50', 0.75],
  ['l.lo80', 0.1],
  ['l.hi80', 0.9],
  ['l.lo95', 0.025],
  ['l.hi95', 0.975],
]
  .map(
    ([quantile, share]) =>
      `greatest(${share} * (t.price - ${quantile}), (${share} - 1) * (t.price - ${quantile}))`,
  )
  .join(' + ');

/**
 * Scores every forecast whose target is complete and whose truth is among those given, and again where the truth differs from
 * what it was scored with: the earlier score then ends when the corrected price became known. Once more with the same
 * truths changes nothing. Withheld forecasts have no score; a target that did not trade has none either.
 */
export async function scoreForecasts(
  pool: Pool,
  { task, feed, granularity, through, truths }: TruthsOf,
): Promise<ScoredCounts> {
  await summariseRecorded(pool);
  return inTransaction(pool, async (client) => {
    await holdLedger(client, { task, feed });
    await tell(
      client,
      task,
      feed,
      truths.filter((truth) => isComplete(truth, granularity, through)),
    );
    await findCandidates(client, { task, feed, granularity, through });
    await client.query(
      `create temp table due on commit drop as
       select l.series_id, l.horizon, l.origin_day, l.issue_id, l.vintage, l.target_day, t.price as actual, s.known_from as scored_from,
              greatest(t.known_from, s.known_from + interval '1 microsecond') as known_from,
              abs(t.price - l.mean) as error, abs(t.price - l.naive) as naive_error, (${PINBALL}) / 7 as pinball,
              t.price between l.lo80 and l.hi80 as inside80
       from candidate t
       join sihwang.forecast_ledger l on l.series_id = t.series_id and l.horizon = t.horizon and l.origin_day = t.origin_day and l.issue_id = t.issue_id
       left join sihwang.forecast_scores s on s.series_id = t.series_id and s.horizon = t.horizon and s.origin_day = t.origin_day
         and s.issue_id = t.issue_id and s.known_to = 'infinity'
       where s.actual is distinct from t.price`,
    );
    const { rowCount: revised } = await client.query(
      `update sihwang.forecast_scores s set known_to = d.known_from from due d
       where d.scored_from is not null and s.series_id = d.series_id and s.horizon = d.horizon and s.origin_day = d.origin_day
         and s.issue_id = d.issue_id and s.known_from = d.scored_from`,
    );
    const scoreColumns =
      'series_id, horizon, origin_day, issue_id, known_from, vintage, target_day, actual, error, naive_error, pinball, inside80';
    const { rowCount: all } = await client.query(
      `insert into sihwang.forecast_scores (${scoreColumns}) select ${scoreColumns} from due`,
    );
    await client.query(
      `insert into sihwang.ledger_scorings values ($1, $2, clock_timestamp(), $3)
       on conflict (task, feed) do update set scored_at = excluded.scored_at, through = greatest(ledger_scorings.through, excluded.through)`,
      [task, feed, through],
    );
    return { scored: (all ?? 0) - (revised ?? 0), revised: revised ?? 0 };
  });
}

/**
 * Lets the index over when forecasts were recorded know of the newest ones, which otherwise a vacuum does some day: until
 * then all of them are read. Parts in one order, so that two who do it never wait for each other.
 */
async function summariseRecorded(pool: Pool): Promise<void> {
  await pool.query(
    `select brin_summarize_new_values(part) from (
       select inhrelid::regclass as part from pg_inherits
       where inhparent = 'sihwang.forecast_ledger_recorded'::regclass order by inhrelid) parts`,
  );
}

/** A 순 of days or weeks has its price only when it is over; told earlier it would be a part of it. */
function isComplete({ span, day }: Truth, granularity: TruthsOf['granularity'], through: string): boolean {
  const whole = granularity !== 'dekad' && span.startsWith('dekad');
  return (whole ? dekadRange(dekadOf(localDate(day))).last : day) <= through;
}

/** Leaves in `truth` what is new or another than told before. */
async function tell(client: PoolClient, task: string, feed: string, truths: readonly Truth[]): Promise<void> {
  await client.query(
    `create temp table told (series text, span text, day date, price float8, known_from timestamptz) on commit drop;
     create temp table truth (series_id integer, span text, day date, price float8, known_from timestamptz) on commit drop`,
  );
  if (truths.length === 0) return;
  await copyRows(
    client,
    'told',
    truths.map((truth) => [truth.series, truth.span, truth.day, truth.price, truth.knownFrom]),
  );
  await client.query('analyze told');
  const { rows } = await client.query<{ first: string }>('select min(day)::text as first from told');
  await client.query(
    `with changed as (
       insert into sihwang.ledger_truths as before (task, series_id, span, day, price, known_from)
       select $1, s.id, t.span, t.day, t.price, t.known_from
       from told t join sihwang.ledger_series s on s.feed = $2 and s.series = t.series
       left join sihwang.ledger_truths b on b.task = $1 and b.series_id = s.id and b.span = t.span and b.day = t.day and b.day >= $3::date
       where b.price is distinct from t.price
       on conflict (task, series_id, span, day) do update set price = excluded.price, known_from = excluded.known_from
       returning series_id, span, day, price, known_from)
     insert into truth select * from changed`,
    [task, feed, rows[0]!.first],
  );
  await client.query('analyze truth');
}

/** Leaves in `candidate` the forecasts whose truth has changed, and those recorded since the last scoring whose truth is known. */
async function findCandidates(client: PoolClient, of: Omit<TruthsOf, 'truths'>): Promise<void> {
  const { task, feed, through } = of;
  const { span, day } = SPAN[of.granularity];
  await client.query(
    `create temp table candidate (series_id integer, horizon text, origin_day date, issue_id integer, price float8, known_from timestamptz,
       primary key (series_id, horizon, origin_day, issue_id)) on commit drop`,
  );
  const due = `l.mean is not null and l.lo95 is not null and l.target_day <= $3::date`;
  const issued = `sihwang.forecast_ledger l join sihwang.forecast_issues i on i.id = l.issue_id and i.task = $1 and i.feed = $2`;
  // each kind of span by itself: a day's new prices touch the forecasts of that day, not those of the ten days around it
  for (const { spans, horizons, widest } of PARTS[of.granularity]) {
    const { rows } = await client.query<{ first: string | null; last: string | null }>(
      `select min(day)::text as first, (max(day) + ${widest})::text as last from truth where ${spans}`,
    );
    const { first, last } = rows[0]!;
    if (first === null) continue;
    await client.query(
      `insert into candidate select l.series_id, l.horizon, l.origin_day, l.issue_id, t.price, t.known_from from ${issued}
       join truth t on t.series_id = l.series_id and t.span = ${span} and t.day = ${day}
       where ${due} and ${horizons} and l.target_day >= $4::date and l.target_day <= $5::date
         and l.origin_day >= $4::date - ${FURTHEST_DAYS} and l.origin_day < $5::date`,
      [task, feed, through, first, last],
    );
  }
  const { rows } = await client.query<{ scored: string | null }>(
    'select scored_at::text as scored from sihwang.ledger_scorings where task = $1 and feed = $2',
    [task, feed],
  );
  const scored = rows[0]?.scored ?? null;
  if (scored !== null)
    // what was recorded since is looked up first, by nothing but its time: the ledger grows for ever, and its days to come are
    // left out afterwards; mostly nothing remains, and of all truths none need be read
    await client.query(
      `with recorded as materialized (
         select l.series_id, l.horizon, l.origin_day, l.issue_id, l.target_day, l.mean, l.lo95
         from sihwang.forecast_ledger l where l.recorded_at > $4),
       fresh as materialized (
         select l.* from recorded l join sihwang.forecast_issues i on i.id = l.issue_id and i.task = $1 and i.feed = $2 where ${due})
       insert into candidate select l.series_id, l.horizon, l.origin_day, l.issue_id, t.price, t.known_from
       from fresh l join sihwang.ledger_truths t on t.task = $1 and t.series_id = l.series_id and t.span = ${span} and t.day = ${day}
       where t.day >= (select min(origin_day) - ${WIDEST_DAYS} from fresh) on conflict do nothing`,
      [task, feed, through, scored],
    );
  await client.query('analyze candidate');
}
