// A controller that has one job started and then only waits to be killed.
// argv: home folder, home id, file of the intent. Prints "running" when the job runs.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLocalRunner } from '../../dist/jobs/index.js';

const [path, id, file] = process.argv.slice(2);
const here = (name) => new URL(name, import.meta.url);
const runner = openLocalRunner(
  { id, path },
  {
    workers: 1,
    worker: here('./test-worker.mjs'),
    supervisor: here('../../dist/jobs/runners/local/supervisor-main.js'),
  },
);
const handle = await runner.submit(JSON.parse(readFileSync(file, 'utf8')));
while ((await runner.poll([handle]))[0].state !== 'RUNNING') await sleep(20);
process.stdout.write('running\n');
setInterval(() => {}, 1000);
