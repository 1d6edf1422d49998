import {
  cancelJobs,
  type JobOutcome,
  type JobSpec,
  type JobState,
  openLocalRunner,
  pollJobs,
  reconcile,
  submitJobs,
} from '../../jobs/index.ts';
import type { Home } from '../../lake/index.ts';
import { jobRows, type Records } from '../../records/index.ts';
import { homeStoreUri, openStore } from '../../store/index.ts';

export interface PolledJobs {
  readonly open: number;
  readonly outcomes?: readonly unknown[];
  /**
   * Milliseconds from the first job's beginning, or from `since`, to the last one's end, of those that left a result: what an
   * earlier step has had computed took this one no time.
   */
  readonly busyMs?: number;
}

/** How the engine has jobs done; `keys` name them for good, so every call may be repeated. */
export interface JobDesk {
  /**
   * Has the jobs started, each once; gives their keys in the order of the specs. `again` starts anew those that have
   * failed or were cancelled before.
   */
  submit(specs: readonly unknown[], options?: { readonly again?: boolean }): Promise<readonly string[]>;
  /** How many have not ended; when none is left, what came of each, in the order of the keys. */
  poll(keys: readonly string[], since?: Date | null): Promise<PolledJobs>;
  cancel(keys: readonly string[], reason: string): Promise<void>;
  /** Makes ready for jobs that will be submitted in a moment. */
  prepare(): void;
  /** Comes back when a job may have ended, or after so long; never once this is closed. */
  change(atMostMs: number): Promise<void>;
  /** Ends what this process itself runs. */
  close(): Promise<void>;
}

const ENDED: readonly JobState[] = ['SUCCEEDED', 'FAILED', 'CANCELLED', 'LOST'];

/** The jobs of a home, on this machine. Takes on what an earlier orchestrator has left running. */
export async function openJobDesk(home: Home, records: Records): Promise<JobDesk> {
  const store = await openStore(homeStoreUri(home.path));
  const rows = jobRows(records.pool);
  const runner = openLocalRunner(home);
  const lease = await rows.takeLease(home.id, `orchestrator ${process.pid}`);
  const on = { home: home.id, rows, runner, store, lease };
  await reconcile(on);
  const change = new Change();
  runner.onEnd?.(() => change.happened());
  return {
    submit: (specs, { again = false } = {}) => submitJobs(specs as readonly JobSpec[], on, { again }),
    poll: async (keys, since = null) => {
      const byKey = new Map((await pollJobs(keys, on)).map((outcome) => [outcome.key, outcome]));
      const outcomes = keys
        .map((key) => byKey.get(key))
        .filter((outcome): outcome is JobOutcome => outcome !== undefined);
      const open = keys.length - outcomes.filter(({ state }) => ENDED.includes(state)).length;
      return open === 0 ? { open, outcomes, busyMs: busyMsOf(outcomes, since) } : { open };
    },
    cancel: (keys, reason) => cancelJobs({ keys }, reason, on),
    prepare: () => runner.prepare?.(),
    change: (atMostMs) => change.wait(atMostMs),
    close: () => {
      change.close();
      return runner.close();
    },
  };
}

/** Wakes whoever waits; what happens while nobody does is kept for the next one. */
class Change {
  private readonly waiting = new Set<() => void>();
  private missed = false;
  private closed = false;

  happened(): void {
    this.missed = this.waiting.size === 0;
    for (const wake of this.waiting) wake();
  }

  wait(atMostMs: number): Promise<void> {
    if (this.closed) return new Promise(() => undefined);
    if (this.missed) {
      this.missed = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        if (!this.closed) resolve();
      };
      const timer = setTimeout(wake, atMostMs);
      this.waiting.add(wake);
    });
  }

  close(): void {
    this.closed = true;
  }
}

function busyMsOf(outcomes: readonly JobOutcome[], since: Date | null): number {
  const manifests = outcomes.flatMap(({ manifest }) => manifest ?? []);
  if (manifests.length === 0) return 0;
  const ends = manifests.map(({ endedAt }) => Date.parse(endedAt));
  const begins = manifests.map(({ startedAt }) => Date.parse(startedAt));
  return Math.max(0, Math.max(...ends) - Math.max(Math.min(...begins), since?.getTime() ?? 0));
}
