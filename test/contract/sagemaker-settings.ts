import type { Instance } from '../../src/jobs/runners/sagemaker/instances.ts';

/** A second of the services takes 15 ms: SIGKILL follows SIGTERM after 1.8 s. */
export const TIME_SCALE = 0.015;

const machine = (type: string, memoryMiB: number): Instance => ({ type, vcpu: 2, memoryMiB, gpu: 0 });

/** Machines as small as the tests' hungry tasks. */
const INSTANCES = [
  machine('ml.t3.small', 200),
  machine('ml.t3.medium', 480),
  machine('ml.m5.large', 65_536),
] as const;

export const MACHINE_MEMORY_MB = Object.fromEntries(
  INSTANCES.map(({ type, memoryMiB }) => [type, memoryMiB]),
);

/** What both runners of trainings are opened with, quick enough for tests. */
export const TRAINING_SETTINGS = {
  roleArn: 'arn:aws:iam::000000000000:role/training',
  image: 'worker@sha256:1',
  instances: INSTANCES,
  pollSeconds: 0.05,
  callRate: 100,
};
