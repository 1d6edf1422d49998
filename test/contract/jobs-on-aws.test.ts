import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/domain/index.ts';
import {
  type JobSpec,
  type JobWord,
  openRunner,
  placeJob,
  submitJobs,
  watchJobs,
} from '../../src/jobs/index.ts';
import { type Home, openHome } from '../../src/lake/index.ts';
import { ingestFiles } from '../../src/pipeline/ingest-files.ts';
import { openJobDesk } from '../../src/pipeline/orchestrate/job-desk.ts';
import { estimateRun, jobLogs, type Plan, type PlanStep } from '../../src/pipeline/runs/index.ts';
import { forecastStep } from '../../src/pipeline/steps/forecast.ts';
import { snapshotStep } from '../../src/pipeline/steps/snapshot.ts';
import { jobRows } from '../../src/records/index.ts';
import { feedById } from '../../src/sources/index.ts';
import { openStore } from '../../src/store/index.ts';
import { type AwsDouble, startAwsDouble } from '../aws-double/aws-double.ts';
import { withEnvironment } from '../aws-double/with-environment.ts';
import { type RecordsDatabase, recordsPrograms, withRecords } from '../support/records-database.ts';
import { stepContext } from '../support/step-context.ts';
import { testJob } from '../support/test-job.ts';
import { AWS_KINDS } from './open-aws-runner.ts';

const FEED = 'japan-maff';
const IMAGE = 'worker@sha256:1';
const SETTINGS = {
  ...{ region: 'ap-northeast-2', store: 's3://bucket/sihwang/', image: IMAGE },
  batch: { spotQueue: 'spot', onDemandQueue: 'on-demand', logGroup: '/sihwang/workers' },
  sagemaker: {
    ...{ roleArn: 'arn:aws:iam::000000000000:role/training', queue: 'service-queue', callRate: 50 },
  },
};
/** A container that is dead before the worker's first word, where the marker file stands; the worker elsewhere. */
const FRAGILE = (broken: string) => [
  '/bin/sh',
  '-c',
  `if [ -e "${broken}" ]; then echo '공유 라이브러리가 없음: libstdc++.so.6' >&2; exit 127; fi; exec "$@"`,
  'sh',
  process.execPath,
  join(import.meta.dirname, '../support/test-worker.mjs'),
];

describe.skipIf(recordsPrograms() === null)('jobs of runs on AWS (skipped without PostgreSQL)', () => {
  let folder: string;
  let home: Home;
  let db: RecordsDatabase;
  let double: AwsDouble;
  let restore: () => void;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sihwang-job-logs-'));
    home = openHome(join(folder, 'home'));
    writeFileSync(join(home.path, 'aws.json'), JSON.stringify(SETTINGS));
    db = await withRecords();
    double = await startAwsDouble({
      ...{ timeScale: 0.01, queues: { spot: 2, 'on-demand': 2 } },
      images: { [IMAGE]: FRAGILE(join(folder, 'broken')) },
    });
    restore = withEnvironment({ ...double.environment, AWS_REGION: '' });
  }, 120_000);
  afterAll(async () => {
    await double?.close();
    restore?.();
    await db?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(AWS_KINDS)(
    'check 16: on %s it is in the job’s own log, and where it died before its first word in the cloud’s, which is asked only then',
    async (kind) => {
      const opened = await openRunner(kind, {
        home,
        aws: SETTINGS as Parameters<typeof openRunner>[1]['aws'],
      });
      const runner = Object.create(opened, {
        abilities: { value: { ...opened.abilities, pollSeconds: 0.1 } },
      });
      const rows = jobRows(db.records.pool);
      const store = await openStore(`${SETTINGS.store}homes/${home.id}/`);
      const on = { home: home.id, rows, runner, store, lease: await rows.takeLease(home.id, 'test') };
      const place = (run: string) => ({ home: home.id, run, runner: kind, store: store.uri });
      const of = async (run: string) => {
        const where = { ...place(run), limits: { attempts: 1, attemptSeconds: 20_000 } };
        return (await watchJobs(await submitJobs([placeJob(testJob(), where)], on), on))[0]!;
      };
      const heard = async (run: string, asked = {}): Promise<readonly JobWord[]> => {
        const words: JobWord[] = [];
        for await (const job of jobLogs(home, db.records, run, asked))
          for await (const word of job.words) words.push(word);
        return words;
      };
      const cloudAsked = () => double.calls.filter(({ service }) => service === 'logs').length;

      const askedBefore = cloudAsked();
      const well = await of(`well-${kind}`);
      expect(well.state, String(well.error)).toBe('SUCCEEDED');
      expect(await heard(`well-${kind}`)).toEqual([]);
      const own = await heard(`well-${kind}`, { job: well.name });
      expect(own.map(({ from, line }) => [from, JSON.parse(line).event])).toEqual([
        ['worker', 'begun'],
        ['worker', 'first-step'],
        ['worker', 'ended'],
      ]);
      expect(cloudAsked()).toBe(askedBefore);
      // both where that is asked for
      const both = await heard(`well-${kind}`, { job: well.name, alwaysRunner: true });
      // the runner has heard what Node itself says, too
      const heardThere = both.filter(({ from, line }) => from === 'runner' && line.startsWith('{'));
      expect(heardThere.map(({ line }) => line)).toEqual(own.map(({ line }) => line));

      writeFileSync(join(folder, 'broken'), '');
      const dead = await of(`dead-${kind}`);
      rmSync(join(folder, 'broken'));
      expect(dead).toMatchObject({ state: 'FAILED', errorClass: 'bug' });
      expect(await heard(`dead-${kind}`)).toEqual([
        { gen: 1, from: 'runner', line: '공유 라이브러리가 없음: libstdc++.so.6' },
      ]);
      double.faults.onCall('GetLogEvents', { answer: { status: 400, code: 'AccessDeniedException' } });
      await expect(heard(`dead-${kind}`)).rejects.toMatchObject({ code: 'JOB_LOG_UNREACHABLE', exit: 75 });
      await expect(heard(`dead-${kind}`, { job: 'sw-none' })).rejects.toMatchObject({
        code: 'JOB_UNKNOWN',
      });
      await opened.close();
    },
  );

  const say = (settings: object) => writeFileSync(join(home.path, 'aws.json'), JSON.stringify(settings));

  it('check 11: jobs that could pass a cap are refused before any call, of a run and of a day', async () => {
    const before = double.calls.length;
    const desk = await openJobDesk(home, db.records);
    const store = await openStore(`${SETTINGS.store}homes/${home.id}/`);
    const rates = {
      ...{ table: '2026-01-01', spot: null },
      onDemand: { perHour: 1, perVcpuHour: 0, perGibHour: 0 },
    };
    const specs = [1, 2].map((seed) =>
      placeJob(testJob({ seed }), {
        ...{ home: home.id, run: 'dear', runner: 'aws-batch', store: store.uri, rates },
        limits: { attempts: 1, attemptSeconds: 3420 },
      }),
    );
    say({ ...SETTINGS, caps: { maxCostUsdPerRun: 1.9 } });
    await expect(desk.submit(specs)).rejects.toMatchObject({
      ...{ code: 'COST_ABOVE_CAP', message: expect.stringMatching(/up to USD 2\.00.* USD 1\.90/) },
      hint: expect.stringMatching(/caps\.maxCostUsdPerRun/),
    });
    say({ ...SETTINGS, caps: { maxCostUsdPerRun: 2.1, maxCostUsdPerDay: 1.9 } });
    await expect(desk.submit(specs)).rejects.toMatchObject({
      ...{
        code: 'COST_ABOVE_DAY_CAP',
        hint: expect.stringMatching(/sihwang runs retry dear.*maxCostUsdPerDay/),
      },
    });
    expect(double.calls).toHaveLength(before);
    expect(await jobRows(db.records.pool).read(home.id, { run: 'dear' })).toEqual([]);
    await desk.close();
    say(SETTINGS);
  });

  it('a dry run says where the home’s own runner would have a step’s jobs, and no less than what they may cost', async () => {
    const plan: Plan = {
      ...{ name: 'away', version: 1 },
      steps: (): PlanStep[] => [
        { id: 'snapshot', kind: 'snapshot', needs: [], params: { feed: FEED } },
        {
          ...{ id: 'forecast', kind: 'forecast', needs: ['snapshot'] },
          params: { feed: FEED, snapshot: 'snapshot', only: 'all' },
        },
        {
          ...{ id: 'train', kind: 'train', needs: ['snapshot'] },
          params: { feed: FEED, snapshot: 'snapshot', recipe: { command: ['true'], timeoutSeconds: 10_000 } },
        },
      ],
    };
    const at = new Date('2026-01-05T00:00:00Z');
    const estimated = async () => {
      const { steps } = await estimateRun(home, db.records, plan, at);
      return new Map(steps.map(({ id, place, cost }) => [id, { place, cost }]));
    };
    const asked = double.calls.length;
    say({ ...SETTINGS, runner: 'aws-batch' });
    expect((await estimated()).get('forecast')).toMatchObject({
      ...{ place: { jobs: true, runner: 'aws-batch' }, cost: { basis: 'unknown' } },
    });
    const rows = ['date,item_code,item,volume_kg,price_jpy_per_kg'];
    for (let day = 0; day < 120; day++) {
      const date = new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10);
      for (const code of ['30100', '30200'])
        rows.push(`${date},${code},item ${code},10000,${100 + (day % 7)}`);
    }
    writeFileSync(join(folder, 'table.csv'), `${rows.join('\n')}\n`);
    await ingestFiles(home, feedById(FEED)!, [join(folder, 'table.csv')], {
      waitMs: 60_000,
      command: 'test',
    });
    const drawn = (await snapshotStep.perform(stepContext(home, 'snapshot', { feed: FEED }))) as Json;
    say(SETTINGS);
    expect((await estimated()).get('forecast')).toMatchObject({
      ...{ place: { jobs: true, runner: 'local' }, cost: { basis: 'this-machine' } },
    });
    for (const runner of AWS_KINDS) {
      say({ ...SETTINGS, runner });
      const found = await estimated();
      expect(found.get('snapshot')).toMatchObject({
        place: { jobs: false },
        cost: { basis: 'this-machine' },
      });
      const { place, cost } = found.get('forecast')!;
      expect(place).toEqual({ jobs: true, runner });
      const context = stepContext(
        ...([home, 'forecast', { feed: FEED, snapshot: 'snapshot', only: 'all' }] as const),
        ...([{ snapshot: drawn }, `away-${runner}`] as const),
      );
      const specs = (await forecastStep.specs(context)) as readonly JobSpec[];
      const boundUsd = specs.reduce((sum, { placement }) => sum + placement.cost!.boundUsd, 0);
      expect(cost).toMatchObject({ basis: 'bound', jobs: specs.length, usd: expect.closeTo(boundUsd, 9) });
      // a program is one job, by its own time limit
      const perSecond = boundUsd / specs.length / (7200 + 180);
      expect(found.get('train')!.cost).toMatchObject({
        ...{ basis: 'bound', jobs: 1, usd: expect.closeTo(perSecond * (10_600 + 180), 9) },
      });
    }
    // drawing its jobs has sent them there; the estimate alone asks nobody
    expect(double.calls.slice(asked).every(({ service }) => service === 's3')).toBe(true);
    say({ ...SETTINGS, runner: 'aws-batch', region: 'xx-nowhere-1' });
    await expect(estimated()).rejects.toMatchObject({ code: 'PRICE_UNKNOWN' });
    say(SETTINGS);
  });
});
