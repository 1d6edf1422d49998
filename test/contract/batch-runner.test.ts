import { openBatchRunner } from '../../src/jobs/runners/aws-batch/batch-runner.ts';
import { awsWorld, IMAGE } from './aws-world.ts';
import { runnerSuite } from './runner-suite.ts';

/** A second of the services takes 50 ms: SIGKILL follows SIGTERM after 1.5 s. */
const TIME_SCALE = 0.05;

runnerSuite({
  name: 'AWS Batch',
  graceSeconds: 30 * TIME_SCALE,
  // a host's kernel kills as a person does; who did it is not told
  killed: { errorClass: 'oom', exitCode: 137 },
  // Batch starts again what ends with 75, and nothing else
  stopped: 'transient',
  world: () =>
    awsWorld(
      { timeScale: TIME_SCALE, queues: { spot: 2, 'on-demand': 2 } },
      () =>
        openBatchRunner({
          spotQueue: 'spot',
          onDemandQueue: 'on-demand',
          definition: {
            name: 'sihwang-worker',
            image: IMAGE,
            region: null,
            jobRoleArn: null,
            executionRoleArn: null,
            logGroup: null,
          },
          // each gen is one attempt here, so that the suite can count them
          attempts: 1,
          pollSeconds: 0.05,
          lookSeconds: 2,
        }),
      ({ batch }) =>
        [...batch.jobs.values()].flatMap(({ name, running }) =>
          running ? [{ name, signal: running.signal }] : [],
        ),
    ),
});
