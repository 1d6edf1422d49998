import type { SnapshotReader } from '../../domain/index.ts';
import type { Store } from '../../store/index.ts';
import type { ComputedBy, TaskOutput, TaskRun } from '../../tasks/index.ts';

/** What a worker does beyond reading and writing its store. */
export interface WorkerEffects {
  readonly perform: (run: TaskRun) => Promise<TaskOutput>;
  readonly computedBy: () => Promise<ComputedBy>;
  readonly openSnapshot: (store: Store, sha256: string) => Promise<SnapshotReader & { close(): void }>;
  readonly now: () => Date;
  /** A line of the job's log for whoever started the process. */
  readonly print: (line: string) => void;
}

/** Each part is loaded when it is first needed, so that a worker is at work at once. */
export const WORKER_EFFECTS: WorkerEffects = {
  perform: async (run) => (await import('../../tasks/index.ts')).performTask(run),
  computedBy: async () => (await import('../../tasks/index.ts')).computedBy(),
  openSnapshot: async (store, sha256) => (await import('../../lake/index.ts')).openSnapshot(store, sha256),
  now: () => new Date(),
  print: (line) => process.stdout.write(`${line}\n`),
};
