import type { SnapshotReader } from '../../src/domain/index.ts';
import type { TaskRun } from '../../src/tasks/index.ts';

export interface MemoryRun extends TaskRun {
  readonly events: { readonly event: string; readonly fields: unknown }[];
  /** Checkpoints saved, oldest first. */
  readonly saved: { readonly step: number; readonly bytes: Uint8Array }[];
}

interface Given extends Partial<TaskRun['job']> {
  readonly items?: readonly string[] | null;
  readonly signal?: AbortSignal;
  /** A checkpoint is due at each of these questions, counted from 1. */
  readonly dueAt?: readonly number[];
  readonly resumeFrom?: Uint8Array | null;
}

/** What a worker hands to a task, without a worker. */
export function taskRun(snapshot: SnapshotReader, given: Given = {}): MemoryRun {
  const { items = null, signal, dueAt = [], resumeFrom = null, ...job } = given;
  const events: MemoryRun['events'] = [];
  const saved: MemoryRun['saved'] = [];
  let asked = 0;
  return {
    job: { task: 'price-forecast', params: {}, horizons: [], seed: 7, ...job },
    items,
    snapshot: async () => snapshot,
    folder: '',
    checkpoint: {
      load: async () => resumeFrom,
      save: async (step, bytes) => void saved.push({ step, bytes }),
      due: () => dueAt.includes(++asked),
    },
    emit: (event, fields) => events.push({ event, fields }),
    signal: signal ?? new AbortController().signal,
    events,
    saved,
  };
}
