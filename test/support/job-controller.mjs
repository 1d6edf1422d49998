// A controller of jobs in a process of its own: takes the lease, reconciles, submits, watches, tells the outcomes.
// argv: home folder, home id, store address, number of jobs. DATABASE_URL names the records.

import {
  cancelJobs,
  openLocalRunner,
  placeJob,
  reconcile,
  submitJobs,
  watchJobs,
} from '../../dist/jobs/index.js';
import { jobRows, openRecords } from '../../dist/records/index.js';
import { openStore } from '../../dist/store/index.js';

if (process.env.SIHWANG_KILL_ROLE === 'controller')
  process.env.SIHWANG_KILL_AT = process.env.SIHWANG_KILL_POINT;
const [path, id, uri, count] = process.argv.slice(2);
const records = await openRecords({ path, id });
const rows = jobRows(records.pool);
const lease = await rows.takeLease(id, String(process.pid));
const runner = openLocalRunner(
  { id, path },
  {
    workers: 2,
    graceSeconds: 2,
    worker: new URL('./test-worker.mjs', import.meta.url),
    supervisor: new URL('./test-supervisor.mjs', import.meta.url),
  },
);
const on = { home: id, rows, runner, store: await openStore(uri), lease };
await reconcile(on);
const specs = Array.from({ length: Number(count) }, (_, seed) =>
  placeJob(
    {
      v: 1,
      task: 'count-up',
      params: { to: 12, stepMs: 5 },
      snapshotSha256: null,
      shard: null,
      asOf: '2026-08-21',
      horizons: [],
      codeVersion: 'test',
      seed,
    },
    { home: id, run: 'r-1', runner: 'local', store: uri, checkpoint: { everySeconds: 0.02 } },
  ),
);
const keys = await submitJobs(specs, on);
if (process.env.SIHWANG_TEST_CANCEL) await cancelJobs({ run: 'r-1' }, 'asked by the test', on);
const outcomes = await watchJobs(keys, on);
await runner.close();
await records.close();
process.stdout.write(
  JSON.stringify(
    outcomes.map(({ state, manifest }) => ({ state, outputs: manifest?.outputs.map((o) => o.sha256) })),
  ),
);
