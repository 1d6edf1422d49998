// Small tasks for the tests of jobs: each does what its params say.
import { existsSync, writeFileSync } from 'node:fs';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { SihwangError } from '../../dist/domain/index.js';

const bytes = (value) => new TextEncoder().encode(JSON.stringify(value));

/** true the first time that this mark is met, by whatever process; it says then what is told of that moment. */
function first(mark, moment = {}) {
  if (!mark || existsSync(mark)) return false;
  writeFileSync(mark, JSON.stringify({ at: Date.now(), ...moment }));
  return true;
}

const TASKS = {
  /** A sum over `to` steps that depends on all of them and on the seed; `killAt`, once by `mark`, kills the worker there. */
  'count-up': async ({ job, checkpoint, signal, emit, items }) => {
    const { to = 3, stepMs = 0, killAt, termAt, mark, lines = 0 } = job.params;
    const before = await checkpoint.load();
    let { step, sum } = before ? JSON.parse(new TextDecoder().decode(before)) : { step: 0, sum: job.seed };
    emit('first-step', { from: step });
    for (let line = 0; line < lines; line++) emit('line', { line, text: '배추 한 망' });
    /** The last moment that would not be begun again, and the longest step, in ms. */
    const kept = { savedAt: Date.now(), savedStep: step, longestMs: 0 };
    for (let begun = Date.now(); step < to; begun = Date.now()) {
      if (signal.aborted) {
        await checkpoint.save(step, bytes({ step, sum }));
        throw signal.reason;
      }
      step++;
      sum = (sum * 48271 + step) % 2147483647;
      if (step === killAt && first(mark, { step, ...kept })) process.kill(process.pid, 'SIGKILL');
      if (step === termAt && first(mark, { step })) process.kill(process.pid, 'SIGTERM');
      if (checkpoint.due()) {
        await checkpoint.save(step, bytes({ step, sum }));
        Object.assign(kept, { savedAt: Date.now(), savedStep: step });
      }
      if (stepMs > 0) await sleep(stepMs);
      else await nextTurn();
      kept.longestMs = Math.max(kept.longestMs, Date.now() - begun);
    }
    return { files: [{ name: 'result.json', bytes: bytes({ sum, items }) }], metrics: { step } };
  },
  fail: async (run) => {
    const { params } = run.job;
    if (params.once && !first(params.once)) return TASKS['count-up'](run);
    if (params.until && existsSync(params.until)) return TASKS['count-up'](run);
    if (params.exit)
      throw new SihwangError(
        'TEST_FAILS',
        { ko: '시킨 대로', en: 'as it was told' },
        { exit: params.exit, hint: { ko: '없음', en: 'none' } },
      );
    throw new Error('as it was told: 배추');
  },
  /** Leaves without a word, with this exit code. */
  leave: async ({ job }) => process.exit(job.params.code),
  die: async () => process.kill(process.pid, 'SIGKILL') && sleep(60_000),
  /** Never looks up. */
  deaf: async ({ job, emit }) => {
    emit('first-step', {});
    await sleep(20);
    for (const end = Date.now() + (job.params.ms ?? 60_000); Date.now() < end; );
    return { files: [], metrics: {} };
  },
  eat: async ({ job }) => {
    const held = [];
    if (job.params.heap) for (;;) held.push(new Array(100_000).fill(held.length));
    if (first(job.params.mark)) for (;;) held.push(Buffer.alloc(8 << 20, 1)) && (await sleep(5));
    return { files: [{ name: 'result.json', bytes: bytes('fed') }], metrics: {} };
  },
};

export async function perform(run) {
  return TASKS[run.job.task](run);
}
