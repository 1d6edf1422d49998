import type { Store } from '../store/index.ts';
import { jobName } from './job-name.ts';
import type { JobRow } from './job-rows.ts';
import type { Handle, Runner } from './runner.ts';

/** One line that a job has said. */
export interface JobWord {
  readonly gen: number;
  /** `worker`: its own log in the store. `runner`: what the runner has kept of its output. */
  readonly from: 'worker' | 'runner';
  /** NDJSON of the worker's log; of the runner whatever the container printed. */
  readonly line: string;
}

/** Where a job's words are read from. */
export interface WordsOf {
  /** The store that its placement names. */
  readonly store: Store;
  /** Opened only for what the store lacks. */
  readonly runner: () => Promise<Runner>;
}

/**
 * What a job has said, oldest gen first: the worker's own log, which is in the store, and of a gen that has none there
 * what its runner has kept. A container that dies before the worker's first word is heard only there. With `alwaysRunner`
 * the runner is asked of every gen: the end of a log is lost with a worker that is killed.
 * @throws what the runner throws that cannot be asked
 */
export async function* jobWords(
  row: JobRow,
  { store, runner }: WordsOf,
  { alwaysRunner = false }: { readonly alwaysRunner?: boolean } = {},
): AsyncGenerator<JobWord> {
  const parts = await partsByGen(store, `${row.spec.placement.result}log/`);
  for (const { gen, handle } of begunOf(row)) {
    const own = parts.get(gen) ?? [];
    for (const key of own)
      for (const line of linesOf(await store.get(key))) yield { gen, from: 'worker', line };
    if (own.length > 0 && !alwaysRunner) continue;
    const asked = await runner();
    for (let cursor = ''; ; ) {
      const page = await asked.logs(handle, cursor);
      for (const line of page.lines) yield { gen, from: 'runner', line };
      if (page.lines.length === 0 || page.cursor === cursor) break;
      cursor = page.cursor;
    }
  }
}

/** Every gen that was given to the runner, with the runner's own name for it where that is known. */
function begunOf(row: JobRow): readonly { readonly gen: number; readonly handle: Handle }[] {
  const begun = row.attempts.map(({ gen, name, providerId = null }) => ({
    gen,
    handle: { name, providerId },
  }));
  const { gen, key, providerId, state } = row;
  if (state !== 'PLANNED' && !begun.some((one) => one.gen === gen))
    begun.push({ gen, handle: { name: jobName(key, gen), providerId } });
  return begun;
}

/** Keys of the parts of a log by gen, in the order of their workers and parts: `<gen>-<attempt>-<writer>/<part>.ndjson`. */
async function partsByGen(store: Store, prefix: string): Promise<ReadonlyMap<number, readonly string[]>> {
  const parts = new Map<number, string[]>();
  for await (const { key } of store.list(prefix)) {
    const gen = Number(/^(\d+)-/.exec(key.slice(prefix.length))?.[1]);
    if (!parts.get(gen)?.push(key)) parts.set(gen, [key]);
  }
  return parts;
}

function linesOf(bytes: Uint8Array | null): readonly string[] {
  return bytes ? new TextDecoder().decode(bytes).split('\n').filter(Boolean) : [];
}
