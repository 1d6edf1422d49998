import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localDate } from '../../src/domain/index.ts';
import { type Home, openHome, withWriterLock } from '../../src/lake/index.ts';
import { buildDemo } from '../../src/pipeline/build-demo.ts';
import { findResults } from '../../src/pipeline/forecasting/reissue.ts';
import type { ForecastOutput } from '../../src/pipeline/steps/forecast.ts';
import { jobRows, readRun, readSteps } from '../../src/records/index.ts';
import { homeStoreUri, openStore } from '../../src/store/index.ts';
import { type AwsDouble, startAwsDouble } from '../aws-double/aws-double.ts';
import { askPublished } from '../support/ask-published.ts';
import { atWorkFor } from '../support/at-work.ts';
import { runCli } from '../support/cli.ts';
import { type Death, type DyingCalls, dyingCalls } from '../support/dying-calls.ts';
import { forecastFaults, issueAgain } from '../support/kill-run-forecasts.ts';
import { killHard, MARK, markedProcesses } from '../support/marked-processes.ts';
import { seeded } from '../support/random.ts';
import { type RecordsDatabase, recordsPrograms, withRecords } from '../support/records-database.ts';
import { WHOLE_SUITES } from '../support/whole-suites.ts';
import { ACCOUNT_SETTINGS } from './account-settings.ts';
import { AWS_KINDS } from './open-aws-runner.ts';

/**
 * A morning of the demo market, carried out as a user has it carried out: `sihwang run`, the orchestrator and its children,
 * PostgreSQL, workers as processes of the account. One word sends its forecasts elsewhere, and what is issued, published
 * and kept is the same to the byte, also where the machine of the controller dies on the way. Every runner with all models
 * in npm run test:long, here one with a few.
 */
const KINDS = WHOLE_SUITES ? AWS_KINDS : AWS_KINDS.slice(0, 1);
const SEED = Number(process.env.SIHWANG_SEED ?? Math.floor(Math.random() * 2 ** 31));
const DEMO = {
  years: 1,
  items: WHOLE_SUITES ? 3 : 1,
  markets: WHOLE_SUITES ? 2 : 1,
  lotsPerDay: 12,
  seed: 7,
} as const;
const MORNING = '2026-03-04T00:00:00Z';
const RUN = `morning-${MORNING}`;

/** `daily` as it is; the word says where its forecasts are made. */
const planText = (word: string) => `
import { daily } from '${pathToFileURL(resolve('dist/pipeline/plans/daily.js')).href}';
const params = { ${WHOLE_SUITES ? '' : "recipe: { models: ['ets'] }, "}runner: '${word}' };
const sent = (step) => (step.kind === 'forecast' ? { ...step, params: { ...step.params, ...params } } : step);
export default { ...daily, name: 'morning', steps: (context) => daily.steps(context).map(sent) };
`;

describe.skipIf(recordsPrograms() === null)('a morning on AWS (skipped without PostgreSQL)', () => {
  let folder: string;
  let double: AwsDouble;
  let calls: DyingCalls;
  const databases: RecordsDatabase[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sihwang-daily-aws-'));
    const options = { waitMs: 0, command: 'test' };
    await buildDemo(openHome(join(folder, 'before')), { ...DEMO, through: localDate('2026-03-02') }, options);
    double = await startAwsDouble({
      timeScale: 0.02,
      queues: { spot: 2, 'on-demand': 2 },
      images: { 'worker@sha256:1': [process.execPath, resolve('dist/cli/sihwang-worker.js')] },
    });
    calls = await dyingCalls(double.endpoint);
  }, 240_000);
  afterAll(async () => {
    await calls?.close();
    // throws where a program is still at work
    await double?.close();
    for (const database of databases) await database.drop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  }, 240_000);

  interface Morning {
    readonly home: Home;
    readonly database: RecordsDatabase;
    readonly forecast: ForecastOutput;
    /** What stands published and what the ledger keeps, without whatever tells when and by which run. */
    readonly said: unknown;
    readonly results: Awaited<ReturnType<typeof findResults>>;
    readonly cli: (...args: string[]) => ReturnType<typeof runCli>;
  }

  /** The same market in a home of its own, and its next morning; where `death` says so it takes two attempts. */
  async function morningOn(word: string, death?: Omit<Death, 'kill'>): Promise<Morning> {
    const path = mkdtempSync(join(folder, `${word}-`));
    cpSync(join(folder, 'before'), path, { recursive: true });
    rmSync(join(path, 'home.json'));
    const home = openHome(path);
    mkdirSync(join(path, 'plans'));
    writeFileSync(join(path, 'plans', 'morning.mjs'), planText(word));
    writeFileSync(join(path, 'aws.json'), JSON.stringify(ACCOUNT_SETTINGS));
    const database = await withRecords(home.id);
    databases.push(database);
    const env = {
      ...double.environment,
      ...{ AWS_ENDPOINT_URL: calls.endpoint, DATABASE_URL: database.url, [MARK]: path },
    };
    const cli = (...args: string[]) => runCli([...args, '--home', path], { env });
    const morning = () => cli('run', 'morning', '--scheduled-for', MORNING);
    calls.plan(
      death ? { ...death, kill: () => markedProcesses(path).forEach(({ pid }) => void killHard(pid)) } : null,
    );
    if (death) {
      expect((await morning()).signal, 'it has made so many calls').toBe('SIGKILL');
      calls.plan(null);
    }
    const { code, stderr } = await morning();
    expect(code, stderr).toBe(0);
    const { pool } = database.records;
    expect((await readRun(pool, RUN))?.state).toBe('succeeded');
    const step = (await readSteps(pool, RUN)).find(({ kind }) => kind === 'forecast');
    const results = await findResults(await openStore(homeStoreUri(path)), { run: RUN });
    // each job has one result, readers see what these have made, and the ledger keeps it once
    expect(await forecastFaults(home, pool, RUN)).toEqual([]);
    const { rows: ledger } = await pool.query(
      `select (to_jsonb(l) - array['issue_id', 'recorded_at', 'series_id', 'issued_at']) || jsonb_build_object('snapshot', snapshot_sha256) as row
       from sihwang.forecast_ledger l join sihwang.forecast_issues i on i.id = issue_id order by series_id, horizon, origin_day`,
    );
    const cells = await askPublished(home, 'demo', (reader) =>
      reader.query(
        'select * exclude (conditions_version, issued_at) from forecast_cell order by series, horizon',
      ),
    );
    return {
      ...{ home, database, results, cli },
      forecast: step!.output as unknown as ForecastOutput,
      said: JSON.parse(JSON.stringify({ ledger, cells: cells.columns })),
    };
  }

  let local: Promise<Morning> | undefined;
  /** How many calls an undisturbed morning on each runner makes. */
  const callsOf = new Map<string, number>();
  const whole = (home: Home) => {
    const bucket = double.s3.buckets.get('bucket')!;
    const prefix = `sihwang/homes/${home.id}/`;
    return bucket.keys(prefix).map((key) => `${key.slice(prefix.length)} ${bucket.get(key).etag}`);
  };

  it.each(KINDS)(
    'on %s says, publishes and keeps what it does here, costs no more than was said, and is collected',
    async (kind) => {
      local ??= morningOn('local');
      const here = await local;
      const there = await morningOn(kind);
      callsOf.set(kind, calls.made());
      expect(there.forecast.snapshot).toBe(here.forecast.snapshot);
      expect(there.forecast.artefact.sha256).toBe(here.forecast.artefact.sha256);
      expect(there.said).toEqual(here.said);
      const made = ({ results }: Morning) =>
        results
          .map(({ jobSha256, computedBy, outputs }) => {
            return { jobSha256, computedBy, outputs: outputs.map(({ name, sha256 }) => [name, sha256]) };
          })
          .sort((a, b) => (a.jobSha256 < b.jobSha256 ? -1 : 1));
      expect(made(there)).toEqual(made(here));
      expect(new Set(there.results.map(({ spec }) => spec.placement.runner))).toEqual(new Set([kind]));

      const { pool } = there.database.records;
      const rows = await jobRows(pool).read(there.home.id, {});
      expect(rows.length).toBe(there.forecast.jobs);
      for (const { attempts, spec } of rows) {
        const usd = attempts.reduce((sum, attempt) => sum + attempt.usd!, 0);
        expect(usd).toBeGreaterThan(0);
        expect(usd).toBeLessThanOrEqual(spec.placement.cost!.boundUsd);
      }

      // what nothing needs any more goes, what the published forecasts came from stays, and a look changes nothing
      const before = whole(there.home);
      const others = whole(here.home);
      const collect = async (...args: string[]) => {
        const { code, stdout, stderr } = await there.cli(
          'gc',
          '--aws',
          '--keep-days',
          '0',
          '--json',
          ...args,
        );
        expect(code, stderr).toBe(0);
        const { files } = JSON.parse(stdout) as { files: { path: string; why: string }[] };
        return files.filter(({ path }) => path.startsWith('s3://'));
      };
      // while the bucket is read the home is free for whoever writes
      double.faults.onCall('ListObjectsV2', { slowMs: 200_000 });
      const looking = collect('--dry-run');
      while (double.faults.unused().length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      await withWriterLock(there.home, { command: 'test', waitMs: 0 }, async () => undefined);
      const found = await looking;
      expect(whole(there.home)).toEqual(before);
      expect(new Set(found.map(({ why }) => why))).toEqual(new Set(['a trace of a run that ended']));
      expect(found.some(({ path }) => path.includes('/log/'))).toBe(true);
      expect(await collect()).toEqual(found);
      const left = whole(there.home);
      expect(left).toHaveLength(before.length - found.length);
      for (const { outputs, spec } of there.results)
        for (const key of [`${spec.placement.result}manifest.json`, ...outputs.map((output) => output.key)])
          expect(
            left.some((one) => one.startsWith(`${key} `)),
            key,
          ).toBe(true);
      expect(whole(here.home)).toEqual(others);
      expect(await collect('--dry-run')).toEqual([]);
      expect(await issueAgain(there.home, RUN)).toBeNull();
    },
    WHOLE_SUITES ? 900_000 : 600_000,
  );

  it.runIf(WHOLE_SUITES).each(KINDS)(
    `on %s says the same where the controller's machine dies at any call (SIHWANG_SEED=${SEED})`,
    async (kind) => {
      local ??= morningOn('local');
      const here = await local;
      if (!callsOf.has(kind)) {
        await morningOn(kind);
        callsOf.set(kind, calls.made());
      }
      const random = seeded(SEED);
      for (const side of ['before', 'after', 'before', 'after'] as const) {
        // a quick machine looks less often before the end
        const at = 1 + Math.floor(random() * callsOf.get(kind)! * 0.75);
        const there = await morningOn(kind, { at, side });
        const where = `${side} call ${at}`;
        expect(there.said, where).toEqual(here.said);
        expect(atWorkFor(double, there.home.id), where).toEqual([]);
        const rows = await jobRows(there.database.records.pool).read(there.home.id, {});
        expect(rows.length, where).toBe(there.forecast.jobs);
        for (const { attempts } of rows) expect(attempts, where).toHaveLength(1);
        const uploads = [...double.s3.buckets.get('bucket')!.uploads.values()].map(({ key }) => key);
        expect(uploads, where).toEqual([]);
      }
    },
    1_800_000,
  );
});
