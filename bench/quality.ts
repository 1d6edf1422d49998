/**
 * What the quality rules catch, on real files with faults put in by a fixed seed, and what they cost a publication.
 * Thresholds were chosen on data before 2023; faults are injected into days from 2023 on, one kind at a time.
 * Run: node scripts/run-ts.mjs bench/quality.ts [faults|rejected|accepted|cost|eye [reason]] — prints JSON; data from SIHWANG_TEST_DATA.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishConditions, withWriterLock } from '../src/lake/index.ts';
import { conditionTables } from '../src/market/index.ts';
import { demoFeed, demoOptions, type Feed, feedById, simulate } from '../src/sources/index.ts';
import {
  FAULTS,
  type FaultScore,
  faultScorer,
  japanMarket,
  type Table,
  taiwanMarkets,
} from '../test/support/rule-quality/injected-faults.ts';
import { ask, publish, REAL_DATA } from '../test/support/rule-quality/judged-table.ts';
import {
  acceptedText,
  caughtOfRejected,
  indianFeed,
  takenOutOfAccepted,
} from '../test/support/rule-quality/rejected-by-others.ts';

const folder = mkdtempSync(join(tmpdir(), 'sihwang-quality-'));

/** Fifty prices that were left out, for one reason or any, with what stands around them, to be judged by a person. */
async function forTheEye(reason: string | undefined) {
  const { serving } = await publish(folder, indianFeed(), `${acceptedText()}\n`);
  const rows = await ask(
    `with ranked as (
       select series_id, day, price, low, high, list(price) over (partition by series_id order by day rows between 5 preceding and 1 preceding) as before,
              list(price) over (partition by series_id order by day rows between 1 following and 4 following) as after from s.daily where price > 0)
     select x.item_code, x.market_code, x.variety, cast(day as varchar) as day, l.reason, round(r.price) as price, round(r.low) as low, round(r.high) as high,
            list_transform(r.before, lambda v: round(v))::varchar as before, list_transform(r.after, lambda v: round(v))::varchar as after
     from s.left_out l join ranked r using (series_id, day) join s.series x using (series_id)
     where ${reason === undefined ? 'true' : `l.reason = '${reason}'`} order by hash(x.series, day) limit 50`,
    serving,
  );
  const [total] = await ask(
    'select (select count(*) from s.left_out)::integer as left_out, (select count(*) from s.daily where price > 0)::integer as prices',
    serving,
  );
  return { ...total, rows };
}

/** CPU seconds of a publication with the standard rules and with the feed's own, the best of five, taken in turns. */
async function cost() {
  const result: Record<string, unknown>[] = [];
  const chunks: Buffer[] = [];
  let named = '';
  for (const { fileName, chunk } of simulate(demoOptions({ lotsPerDay: 420 }))) {
    chunks.push(Buffer.from(chunk.subarray(named !== '' && named !== fileName ? chunk.indexOf(10) + 1 : 0)));
    named = fileName;
  }
  const files: readonly (readonly [Feed, string])[] = [
    [feedById('japan-maff')!, readFileSync(join(REAL_DATA, 'japan-maff/dev_2016_2024.csv'), 'utf8')],
    [
      feedById('taiwan-amis')!,
      readFileSync(join(REAL_DATA, 'taiwan-amis/taiwan_amis_daily_2015_2025.csv'), 'utf8'),
    ],
    [
      feedById('india-agmarknet')!,
      readFileSync(join(REAL_DATA, 'india-malabar/malabar_mandi_prices.csv'), 'utf8'),
    ],
    [demoFeed, Buffer.concat(chunks).toString('utf8')],
  ];
  for (const [feed, text] of files) {
    const { home } = await publish(folder, feed, text);
    const { pastRules: _, ...standard } = feed.profile;
    const best = { standard: Number.POSITIVE_INFINITY, own: Number.POSITIVE_INFINITY };
    for (let round = 0; round < 5; round++)
      for (const [name, profile] of [
        ['standard', standard],
        ['own', feed.profile],
      ] as const) {
        const before = process.cpuUsage();
        await withWriterLock(home, { command: 'bench' }, () =>
          publishConditions(home, profile, conditionTables(profile)),
        );
        const { user, system } = process.cpuUsage(before);
        best[name] = Math.min(best[name], (user + system) / 1e6);
      }
    result.push({
      feed: feed.profile.id,
      standardCpuSeconds: Number(best.standard.toFixed(2)),
      ownCpuSeconds: Number(best.own.toFixed(2)),
      ratio: Number((best.own / best.standard).toFixed(2)),
    });
  }
  return result;
}

async function faults(of: Table): Promise<FaultScore[]> {
  const score = await faultScorer(folder, of);
  const scores: FaultScore[] = [];
  for (const fault of FAULTS) scores.push(await score(fault));
  return scores.filter(({ rows }) => rows > 0);
}

const PARTS: Readonly<Record<string, () => Promise<unknown>>> = {
  faults: async () => ({
    'japan-maff': await faults(japanMarket()),
    'taiwan-amis': await faults(taiwanMarkets()),
  }),
  rejected: () => caughtOfRejected(folder),
  accepted: () => takenOutOfAccepted(folder),
  cost,
  eye: () => forTheEye(process.argv[3]),
};

try {
  const wanted = process.argv.slice(2);
  for (const [name, part] of Object.entries(PARTS))
    if (wanted.length === 0 ? name !== 'eye' : wanted.includes(name))
      console.log(JSON.stringify({ [name]: await part() }, null, 1));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
