#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { runOneJob } from './run-one-job.ts';

// `sihwang worker` for images and other machines: at work at once, for it loads no other command
const { values } = parseArgs({ options: { spec: { type: 'string' }, shard: { type: 'string' } } });
if (values.spec === undefined) {
  process.stderr.write('usage: sihwang-worker --spec URI [--shard NUMBER]\n');
  process.exitCode = 2;
} else process.exitCode = await runOneJob({ spec: values.spec, shard: values.shard });
