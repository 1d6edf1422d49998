import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ProcessPool, type Question } from './process-pool.ts';

/** Answers at once when it is told to, else when it is asked to end. */
const PROGRAM = `
process.on('message', ({ atOnce }) => atOnce && process.send(process.pid));
process.on('SIGTERM', () => process.send(process.pid));
setInterval(() => {}, 1000);
process.stdout.write('ready');`;

let folder: string;
let pool: ProcessPool;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-pool-'));
  writeFileSync(join(folder, 'program.mjs'), PROGRAM);
  pool = new ProcessPool({ entry: pathToFileURL(join(folder, 'program.mjs')), workers: 1 });
});
afterAll(() => {
  pool.end();
  rmSync(folder, { recursive: true, force: true });
});

const QUESTION: Question = {
  ...{ message: { atOnce: true }, heapMiB: 64, memoryMiB: null, timeoutMs: null, graceMs: 60_000 },
};

async function ask(more: Partial<Question>, stop = new AbortController()): Promise<unknown> {
  const reply = await pool.place(stop.signal, (put) => put({ ...QUESTION, ...more }));
  return reply && 'answer' in reply ? reply.answer : reply;
}

it('reuses a process, but never one that was asked to end and has answered first', async () => {
  const pid = await ask({});
  expect(await ask({})).toBe(pid);
  const fresh = new AbortController();
  const stop = () => fresh.abort();
  // another heap is another process, which says when it hears signals
  const answered = await ask({ message: { atOnce: false }, heapMiB: 65, onOutput: stop }, fresh);
  expect(answered).toEqual(expect.any(Number));
  const next = await ask({ heapMiB: 65 });
  expect(next).toEqual(expect.any(Number));
  expect(next).not.toBe(answered);
  // its processes give way to all others of a busy machine
}, 240_000);
