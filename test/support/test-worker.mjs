// A worker that knows the tests' own tasks: in the runner's pool, for one job (--spec URI [--shard i]), or as SageMaker
// starts it (train).
import { parseArgs } from 'node:util';
import { WORKER_EFFECTS } from '../../dist/jobs/worker/effects.js';
import { runOneJob } from '../../dist/jobs/worker/run-one-job.js';
import { serve } from '../../dist/jobs/worker/serve.js';
import { runTraining } from '../../dist/jobs/worker/train.js';
import { perform } from './test-tasks.mjs';

// a test means one kind of process when it kills
delete process.env.SIHWANG_KILL_AT;
if (process.env.SIHWANG_KILL_ROLE === 'worker') process.env.SIHWANG_KILL_AT = process.env.SIHWANG_KILL_POINT;
const effects = {
  ...WORKER_EFFECTS,
  perform,
  computedBy: async () => ({ codeVersion: 'test', nodeMajor: 0, cpuClass: 'test', lockSha256: null }),
};
const { values, positionals } = parseArgs({
  // `worker`, as an image's program is told
  allowPositionals: true,
  options: { spec: { type: 'string' }, shard: { type: 'string' } },
});
if (positionals[0] === 'train') process.exitCode = await runTraining(effects);
else if (values.spec === undefined) serve(effects);
else process.exitCode = await runOneJob({ spec: values.spec, shard: values.shard }, effects);
