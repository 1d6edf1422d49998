import { join } from 'node:path';
import type { Runner } from '../../src/jobs/index.ts';
import { openStore } from '../../src/store/index.ts';
import { type AwsDouble, type AwsDoubleOptions, startAwsDouble } from '../aws-double/aws-double.ts';
import { withEnvironment } from '../aws-double/with-environment.ts';
import type { RunnerWorld } from './runner-suite.ts';

const WORKER = join(import.meta.dirname, '../support/test-worker.mjs');
/** The image whose workers know the tests' tasks. */
export const IMAGE = 'worker@sha256:1';

/** A program that the double has at work, by our job's name. */
export interface AtWork {
  readonly name: string;
  readonly signal: (name: NodeJS.Signals) => void;
}

let worlds = 0;

/** A world on the double: a store in its bucket, workers as real processes, and the runner's own jobs. */
export async function awsWorld(
  options: AwsDoubleOptions,
  open: () => Runner,
  atWork: (double: AwsDouble) => readonly AtWork[],
): Promise<RunnerWorld & { readonly double: AwsDouble }> {
  const double = await startAwsDouble({ images: { [IMAGE]: [process.execPath, WORKER] }, ...options });
  const restore = withEnvironment(double.environment);
  const runners: Runner[] = [];
  let left: readonly string[] = [];
  return {
    double,
    store: await openStore(`s3://bucket/home-${++worlds}/`),
    open: () => {
      const runner = open();
      runners.push(runner);
      return runner;
    },
    killWorker: async (name) => {
      const found = atWork(double).find((one) => one.name === name);
      found?.signal('SIGKILL');
      return found !== undefined;
    },
    atWork: async () => left,
    close: async () => {
      await Promise.all(runners.map((runner) => runner.close()));
      left = atWork(double).map(({ name }) => name);
      await double.close({ livingPrograms: true });
      restore();
    },
  };
}
