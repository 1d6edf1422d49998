import { openSageMakerRunner } from '../../src/jobs/runners/sagemaker/sagemaker-runner.ts';
import { awsWorld } from './aws-world.ts';
import { runnerSuite } from './runner-suite.ts';
import { MACHINE_MEMORY_MB, TIME_SCALE, TRAINING_SETTINGS } from './sagemaker-settings.ts';

runnerSuite({
  name: 'SageMaker',
  graceSeconds: 120 * TIME_SCALE,
  killed: { errorClass: 'oom', exitCode: 137 },
  stopped: 'stopped',
  briefly: true,
  world: () =>
    awsWorld(
      { timeScale: TIME_SCALE, machineMemoryMb: MACHINE_MEMORY_MB },
      () => openSageMakerRunner(TRAINING_SETTINGS),
      ({ training }) =>
        [...training.jobs.values()].flatMap(({ name, running }) =>
          running ? [{ name, signal: running.signal }] : [],
        ),
    ),
});
