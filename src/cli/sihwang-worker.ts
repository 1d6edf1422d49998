#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { runOneJob, runTraining } from '../jobs/index.ts';

// the program of the image: at work at once, for it loads no command that it is not asked for
const [word] = process.argv.slice(2);
if (word === undefined || word === '--help') {
  process.stderr.write(
    'usage: sihwang-worker [worker] --spec URI [--shard NUMBER] | train | any command of sihwang\n',
  );
  process.exitCode = 2;
} else if (word === 'train') process.exitCode = await runTraining();
else if (word === 'worker' || word.startsWith('--')) {
  const { values } = parseArgs({
    args: process.argv.slice(word === 'worker' ? 3 : 2),
    options: { spec: { type: 'string' }, shard: { type: 'string' } },
  });
  if (values.spec === undefined) {
    process.stderr.write('sihwang-worker: --spec URI is missing\n');
    process.exitCode = 2;
  } else process.exitCode = await runOneJob({ spec: values.spec, shard: values.shard });
} else await import('./main.ts');
