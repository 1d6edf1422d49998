import { join } from 'node:path';
import type { Runner } from '../../src/jobs/index.ts';
import { openBatchRunner } from '../../src/jobs/runners/aws-batch/batch-runner.ts';
import { openStore } from '../../src/store/index.ts';
import { startAwsDouble } from '../aws-double/aws-double.ts';
import { withEnvironment } from '../aws-double/with-environment.ts';
import { runnerSuite } from './runner-suite.ts';

const WORKER = join(import.meta.dirname, '../support/test-worker.mjs');
/** A second of the services takes 50 ms: SIGKILL follows SIGTERM after 1.5 s. */
const TIME_SCALE = 0.05;

let worlds = 0;

runnerSuite({
  name: 'AWS Batch',
  graceSeconds: 30 * TIME_SCALE,
  // a host's kernel kills as a person does; who did it is not told
  killed: { errorClass: 'oom', exitCode: 137 },
  // Batch starts again what ends with 75, and nothing else
  stopped: 'transient',
  world: async () => {
    const double = await startAwsDouble({
      timeScale: TIME_SCALE,
      queues: { spot: 2, 'on-demand': 2 },
      images: { 'worker@sha256:1': [process.execPath, WORKER] },
    });
    const restore = withEnvironment(double.environment);
    const runners: Runner[] = [];
    let left: readonly string[] = [];
    const running = () => [...double.batch.jobs.values()].filter((job) => job.running);
    return {
      store: await openStore(`s3://bucket/home-${++worlds}/`),
      open: () => {
        const runner = openBatchRunner({
          spotQueue: 'spot',
          onDemandQueue: 'on-demand',
          definition: {
            name: 'sihwang-worker',
            image: 'worker@sha256:1',
            jobRoleArn: null,
            executionRoleArn: null,
            logGroup: null,
          },
          // each gen is one attempt here, so that the suite can count them
          attempts: 1,
          pollSeconds: 0.05,
          lookSeconds: 2,
        });
        runners.push(runner);
        return runner;
      },
      killWorker: async (name) => {
        const job = running().find((one) => one.name === name);
        job?.running?.signal('SIGKILL');
        return job !== undefined;
      },
      atWork: async () => left,
      close: async () => {
        await Promise.all(runners.map((runner) => runner.close()));
        left = running().map(({ name }) => name);
        await double.close({ livingPrograms: true });
        restore();
      },
    };
  },
});
