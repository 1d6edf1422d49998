import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInPool } from './run-tasks.ts';
import type { Task, TaskResult } from './tasks.ts';

/** A worker that speaks the pool's protocol and does what the task's id says. */
const WORKER = `
  import { existsSync, writeFileSync } from 'node:fs';
  process.on('message', ({ id, input }) => {
    if (id.startsWith('die-always')) process.exit(1);
    if (id.startsWith('die-once') && !existsSync(input.mark)) {
      writeFileSync(input.mark, '');
      process.kill(process.pid, 'SIGKILL');
    } else if (id.startsWith('fail')) process.send({ failure: 'no such price' });
    else if (!id.startsWith('hang')) process.send({ output: { pid: process.pid, echo: input } });
  });
  process.on('disconnect', () => process.exit(0));
`;

let folder: string;
let entry: URL;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-pool-'));
  const path = join(folder, 'worker.mjs');
  writeFileSync(path, WORKER);
  entry = pathToFileURL(path);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const task = (id: string, input: unknown = {}) =>
  ({ id, kind: 'price-forecast', input }) as unknown as Task<'price-forecast'>;

async function run(
  tasks: readonly Task<'price-forecast'>[],
  options: { workers?: number; tasksPerWorker?: number } = {},
) {
  const results = new Map<string, { pid: number; echo: unknown; failure?: string }>();
  await runInPool(
    tasks,
    {
      onResult: (result: TaskResult<'price-forecast'>) => {
        expect(results.has(result.id)).toBe(false);
        results.set(result.id, ('output' in result ? result.output : result) as never);
      },
    },
    { entry, ...options },
  );
  return results;
}

describe('the pool of worker processes', () => {
  it('does every task once, in reused processes, and carries typed arrays', async () => {
    const prices = Float64Array.of(1.5, Number.NaN);
    const results = await run(
      Array.from({ length: 12 }, (_, index) => task(`t${index}`, { prices })),
      { workers: 2 },
    );
    expect(results.size).toBe(12);
    expect(new Set([...results.values()].map(({ pid }) => pid)).size).toBeLessThanOrEqual(2);
    expect(results.get('t3')!.echo).toEqual({ prices });
  });

  it('begins a task again when its worker was killed, and reports it when that happens twice', async () => {
    const tasks = [task('die-once', { mark: join(folder, 'mark') }), task('die-always'), task('after')];
    const results = await run(tasks, { workers: 1 });
    expect(results.get('die-once')!.pid).toBeGreaterThan(0);
    expect(results.get('die-always')!.failure).toMatch(/died/);
    expect(results.get('after')!.pid).toBeGreaterThan(0);
  });

  it('reports a task that fails and goes on in the same process', async () => {
    const results = await run([task('a'), task('fail'), task('b')], { workers: 1 });
    expect(results.get('fail')!.failure).toBe('no such price');
    expect(results.get('b')!.pid).toBe(results.get('a')!.pid);
  });

  it('replaces a worker after its number of tasks', async () => {
    const results = await run([task('a'), task('b'), task('c')], { workers: 1, tasksPerWorker: 1 });
    expect(new Set([...results.values()].map(({ pid }) => pid)).size).toBe(3);
  });

  it('stops at the signal although a task never ends, and takes no further task', async () => {
    const stop = new AbortController();
    const taken: string[] = [];
    const tasks = (function* () {
      for (const id of ['ready', 'hang', 'never']) {
        taken.push(id);
        yield task(id);
      }
    })();
    const options = {
      onResult: () => setTimeout(() => stop.abort(new Error('Ctrl-C')), 50),
      signal: stop.signal,
    };
    await expect(runInPool(tasks, options, { entry, workers: 1 })).rejects.toThrow('Ctrl-C');
    expect(taken).toEqual(['ready', 'hang']);
  });

  it('ends with the error of the caller that takes the results', async () => {
    const onResult = () => {
      throw new Error('no place for it');
    };
    await expect(runInPool([task('a'), task('b')], { onResult }, { entry, workers: 1 })).rejects.toThrow(
      'no place for it',
    );
  });
});
