import { createHash } from 'node:crypto';
import type { Store } from '../../store/index.ts';
import type { Checkpoint } from '../../tasks/index.ts';

/** Digits of a step in a name, so that names are in the order of steps. */
const STEP_DIGITS = 12;
/** The one before stays, for a newest that turns out damaged. */
const KEPT = 2;

/** Checkpoints of one job, below a prefix that all its attempts share. */
export interface Checkpoints extends Checkpoint {
  /** The step that was begun from; null = from the beginning. */
  readonly resumedFrom: number | null;
  /** The newest that was saved; null = none. */
  readonly savedStep: number | null;
  /** Deletes all of them: the job has its result. */
  clear(): Promise<void>;
}

export interface CheckpointOptions {
  readonly everySeconds: number;
  readonly stop: AbortSignal;
  readonly now: () => Date;
  /** A second place, looked at where the store has none that is whole; what it cannot keep it does not keep. */
  readonly copy?: Store | undefined;
}

interface Kept {
  readonly place: Store;
  readonly key: string;
  readonly step: number;
  readonly sha256: string;
}

/**
 * Checkpoints are named by step and the SHA-256 of their bytes; the highest whose bytes have it is the one to go on
 * from. One is due every `everySeconds`, and when the job is asked to stop.
 */
export function checkpointsIn(
  store: Store,
  prefix: string,
  { everySeconds, stop, now, copy }: CheckpointOptions,
): Checkpoints {
  let lastMs = now().getTime();
  let resumedFrom: number | null = null;
  let savedStep: number | null = null;
  const newestFirst = async (place: Store): Promise<Kept[]> => {
    const within = place === copy ? '' : prefix;
    const found: Kept[] = [];
    for await (const { key } of place.list(within)) {
      const [, step, sha256] = /^(\d{12})-([0-9a-f]{64})$/.exec(key.slice(within.length)) ?? [];
      if (step && sha256) found.unshift({ place, key, step: Number(step), sha256 });
    }
    return found;
  };
  const inCopy = async (work: (copy: Store) => Promise<unknown>): Promise<void> => {
    if (copy) await work(copy).catch(() => undefined);
  };
  const prune = async (place: Store): Promise<void> => {
    for (const { key } of (await newestFirst(place)).slice(KEPT)) await place.delete(key);
  };
  return {
    get resumedFrom() {
      return resumedFrom;
    },
    get savedStep() {
      return savedStep;
    },
    async load() {
      const kept = await newestFirst(store);
      await inCopy(async (place) => kept.push(...(await newestFirst(place))));
      // a stable sort: of one step the store's own comes first
      for (const { place, key, step, sha256 } of kept.sort((a, b) => b.step - a.step)) {
        const bytes = await place.get(key);
        if (!bytes || hashOf(bytes) !== sha256) continue;
        resumedFrom = step;
        return bytes;
      }
      return null;
    },
    async save(step, bytes) {
      const name = `${String(step).padStart(STEP_DIGITS, '0')}-${hashOf(bytes)}`;
      await store.put(prefix + name, bytes);
      savedStep = step;
      lastMs = now().getTime();
      await prune(store);
      await inCopy(async (place) => {
        await place.put(name, bytes);
        await prune(place);
      });
    },
    due: () => stop.aborted || now().getTime() - lastMs >= everySeconds * 1000,
    async clear() {
      for (const { key } of await newestFirst(store)) await store.delete(key);
      await inCopy(async (place) => {
        for (const { key } of await newestFirst(place)) await place.delete(key);
      });
    },
  };
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
