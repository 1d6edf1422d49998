// The forecast ledger at the size of a country: 8,000 series × 7 horizons issued every market day, scored when their day has come.
//   node scripts/run-ts.mjs bench/ledger.ts [--series 8000] [--days 60]
// Prints seconds of a day's insert and scoring at the beginning and the end, of issuing the same again, of the reads, and the size.
import { parseArgs } from 'node:util';
import { addDays, localDate } from '../src/domain/index.ts';
import {
  type ForecastIssue,
  type IssuedRow,
  liveCells,
  liveWeeks,
  recordForecasts,
  saidAndCame,
  scoreForecasts,
  type Truth,
} from '../src/records/index.ts';
import { withRecords } from '../test/support/records-database.ts';

const { values: flags } = parseArgs({
  options: { series: { type: 'string', default: '8000' }, days: { type: 'string', default: '60' } },
});
const seriesCount = Number(flags.series);
const days = Number(flags.days);
const AHEAD = { MD1: 1, W1: 7, W2: 14, W4: 28, S1: 10, S2: 20, S3: 30 } as const;
const TASK = { task: 'price-forecast', feed: 'bench', modelVersion: 'v1' };
/** Corrections reach back so far: each scoring looks at them all again. */
const LOOK_BACK_DAYS = 21;

const names = Array.from(
  { length: seriesCount },
  (_, k) => `bench~item-${k % 300}~variety~grade~box~10~kg~market-${k}~auction`,
);
const first = localDate('2025-01-01');
const db = await withRecords();
const { pool } = db.records;
const issueOf = (day: string): ForecastIssue => ({
  ...TASK,
  snapshotSha256: '',
  conditionsVersion: day,
  run: `daily-${day}`,
});

function rowsOf(day: string): IssuedRow[] {
  return names.flatMap((series, k) =>
    Object.entries(AHEAD).map(([horizon, ahead]) => {
      const mean = 1000 + (k % 97);
      return {
        series,
        horizon,
        originDay: day,
        targetDay: addDays(localDate(day), ahead),
        issuedAt: `${day}T21:00:00.000Z`,
        status: 'model',
        reason: null,
        model: 'ensemble',
        mean,
        quantiles: [0.97 * mean, 1.03 * mean, 0.93 * mean, 1.07 * mean, 0.88 * mean, 1.13 * mean],
        naive: 1.01 * mean,
      };
    }),
  );
}

function truthsUpTo(day: string): Truth[] {
  return Array.from({ length: LOOK_BACK_DAYS }, (_, back) => addDays(localDate(day), -back)).flatMap((at) =>
    names.map((series, k) => ({
      series,
      span: 'day',
      day: at,
      price: 990 + (k % 113),
      knownFrom: `${at}T12:00:00.000Z`,
    })),
  );
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [number, T]> {
  const began = performance.now();
  const result = await work();
  return [(performance.now() - began) / 1000, result];
}

const inserts: number[] = [];
const scorings: number[] = [];
for (let k = 0; k < days; k++) {
  const day = addDays(first, k);
  const rows = rowsOf(day);
  inserts.push((await timed(() => recordForecasts(pool, issueOf(day), rows)))[0]);
  const truths = truthsUpTo(day);
  const [seconds, counts] = await timed(() =>
    scoreForecasts(pool, { task: TASK.task, feed: TASK.feed, granularity: 'day', through: day, truths }),
  );
  scorings.push(seconds);
  if (k % 10 === 9)
    console.log(
      `day ${k + 1}: insert ${inserts.at(-1)!.toFixed(1)} s, scoring ${seconds.toFixed(1)} s (${counts.scored} scored)`,
    );
}
const last = addDays(first, days - 1);
const [again, none] = await timed(() => recordForecasts(pool, issueOf(last), rowsOf(last)));
console.log(`the same day again: ${again.toFixed(1)} s, ${none.recorded} new`);
const middle = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!.toFixed(1);
console.log(
  `${seriesCount} series × 7 a day: insert median ${middle(inserts)} s, scoring median of the last ten days ${middle(scorings.slice(-10))} s`,
);
const [page] = await timed(async () => {
  await saidAndCame(pool, TASK.feed, names[7]!);
  await liveCells(pool, { ...TASK, series: [names[7]!] });
});
console.log(`one series, said and came and live figures: ${(1000 * page).toFixed(0)} ms`);
const [weeks] = await timed(() => liveWeeks(pool, { ...TASK, since: first, through: last }));
console.log(`live weeks of the whole feed over ${days} days: ${weeks.toFixed(1)} s`);
const { rows: size } = await pool.query<{ ledger: number; scores: number; megabytes: number }>(
  `select (select count(*)::int from sihwang.forecast_ledger) as ledger, (select count(*)::int from sihwang.forecast_scores) as scores,
          pg_database_size(current_database()) / 1e6 as megabytes`,
);
console.log(
  `${size[0]!.ledger} forecasts, ${size[0]!.scores} scores, ${Number(size[0]!.megabytes).toFixed(0)} MB`,
);
await db.drop();
