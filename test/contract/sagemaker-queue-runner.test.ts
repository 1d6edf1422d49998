import { openSageMakerQueueRunner } from '../../src/jobs/runners/sagemaker-queue/queue-runner.ts';
import { awsWorld } from './aws-world.ts';
import { runnerSuite } from './runner-suite.ts';
import { MACHINE_MEMORY_MB, TIME_SCALE, TRAINING_SETTINGS } from './sagemaker-settings.ts';

runnerSuite({
  name: 'SageMaker behind a queue of AWS Batch',
  graceSeconds: 120 * TIME_SCALE,
  killed: { errorClass: 'oom', exitCode: 137 },
  stopped: 'stopped',
  briefly: true,
  world: () =>
    awsWorld(
      { timeScale: TIME_SCALE, machineMemoryMb: MACHINE_MEMORY_MB },
      () => openSageMakerQueueRunner({ ...TRAINING_SETTINGS, queue: 'service-queue' }),
      ({ serviceJobs }) =>
        [...serviceJobs.jobs.values()].flatMap(({ input, training }) =>
          training?.running ? [{ name: input.jobName, signal: training.running.signal }] : [],
        ),
    ),
});
