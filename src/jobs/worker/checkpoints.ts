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

/**
 * Checkpoints are named by step and the SHA-256 of their bytes; the highest whose bytes have it is the one to go on
 * from. One is due every `everySeconds`, and when the job is asked to stop.
 */
export function checkpointsIn(
  store: Store,
  prefix: string,
  { everySeconds, stop, now }: { everySeconds: number; stop: AbortSignal; now: () => Date },
): Checkpoints {
  let lastMs = now().getTime();
  let resumedFrom: number | null = null;
  let savedStep: number | null = null;
  const newestFirst = async () => {
    const found: { key: string; step: number; sha256: string }[] = [];
    for await (const { key } of store.list(prefix)) {
      const [, step, sha256] = /^(\d{12})-([0-9a-f]{64})$/.exec(key.slice(prefix.length)) ?? [];
      if (step && sha256) found.unshift({ key, step: Number(step), sha256 });
    }
    return found;
  };
  return {
    get resumedFrom() {
      return resumedFrom;
    },
    get savedStep() {
      return savedStep;
    },
    async load() {
      for (const { key, step, sha256 } of await newestFirst()) {
        const bytes = await store.get(key);
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
      for (const { key } of (await newestFirst()).slice(KEPT)) await store.delete(key);
    },
    due: () => stop.aborted || now().getTime() - lastMs >= everySeconds * 1000,
    async clear() {
      for (const { key } of await newestFirst()) await store.delete(key);
    },
  };
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
