// A controller of jobs on AWS in a process of its own: takes the lease, sends what jobs read, reconciles, submits,
// watches, tells the outcomes. argv: kind of runner, home id, run, what to do (`go on`, or `give up`: cancel the run, reconcile once,
// end), a large file to send. DATABASE_URL names the records, AWS_ENDPOINT_URL the account.
import { tmpdir } from 'node:os';
import { cancelJobs, placeJob, reconcile, submitJobs, watchJobs } from '../../dist/jobs/index.js';
import { openBatchRunner } from '../../dist/jobs/runners/aws-batch/batch-runner.js';
import { openSageMakerRunner } from '../../dist/jobs/runners/sagemaker/sagemaker-runner.js';
import { openSageMakerQueueRunner } from '../../dist/jobs/runners/sagemaker-queue/queue-runner.js';
import { jobRows, openRecords } from '../../dist/records/index.js';
import { openS3Store } from '../../dist/store/s3-store.js';

const [kind, home, run, what, file] = process.argv.slice(2);
// looks are alike: few of them, so that a slow machine has no more places to die at than a quick one
const quick = { pollSeconds: 1, callRate: 100 };
const training = { roleArn: 'arn:aws:iam::000000000000:role/training', image: 'worker@sha256:1', ...quick };
const definition = { name: 'sihwang-worker', image: training.image, region: 'ap-northeast-2' };
const OPEN = {
  'aws-batch': () =>
    openBatchRunner({
      ...{ ...quick, spotQueue: 'spot', onDemandQueue: 'on-demand', lookSeconds: 1 },
      definition: { ...definition, jobRoleArn: null, executionRoleArn: null, logGroup: null },
    }),
  sagemaker: () => openSageMakerRunner(training),
  'sagemaker-queue': () => openSageMakerQueueRunner({ ...training, queue: 'service-queue' }),
};
const records = await openRecords({ path: tmpdir(), id: home });
const rows = jobRows(records.pool);
const lease = await rows.takeLease(home, String(process.pid));
const store = openS3Store(`s3://bucket/homes/${home}/`, { partBytes: 5 * 2 ** 20 });
const on = { home, rows, runner: OPEN[kind](), store, lease };
const job = (seed) => ({
  ...{ v: 1, task: 'count-up', params: { to: 12, stepMs: 5 }, snapshotSha256: null, shard: null },
  ...{ asOf: '2026-08-21', horizons: [], codeVersion: 'test', seed },
});
const rates = {
  ...{ table: '2026-01-01', spot: null },
  onDemand: { perHour: 0.1, perVcpuHour: 0.05, perGibHour: 0.005 },
};
// two that get the same, which are one array where there are arrays, and one by itself
const specs = [1024, 1024, 2048].map((memoryMiB, seed) =>
  placeJob(job(seed), {
    ...{ home, run, runner: kind, store: store.uri, rates, checkpoint: { everySeconds: 0.02 } },
    ...{ resources: { memoryMiB }, limits: { attemptSeconds: 86_400, attempts: 2 } },
  }),
);
if (what === 'give up') {
  await cancelJobs({ run }, 'no longer wanted', on);
  await reconcile(on);
} else {
  // as a step sends a snapshot before its jobs are asked for
  const key = `snapshots/${run}/prices.parquet`;
  if (!(await store.head(key))) await store.putFile(key, file, { ifAbsent: true });
  await reconcile(on);
  const outcomes = await watchJobs(await submitJobs(specs, on), on);
  const told = outcomes.map(({ state, manifest }) => ({
    state,
    outputs: manifest?.outputs.map((o) => o.sha256),
  }));
  process.stdout.write(JSON.stringify(told));
}
await on.runner.close();
await records.close();
