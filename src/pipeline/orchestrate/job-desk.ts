import { SihwangError } from '../../domain/index.ts';
import {
  cancelJobs,
  type JobOutcome,
  type JobSpec,
  type JobsOn,
  lookAfterJobs,
  openRunner,
  outcomesOf,
  RUNNER_KINDS,
  type RunnerKind,
  readAwsSettings,
  reconcile,
  runnerKindOf,
  submitJobs,
} from '../../jobs/index.ts';
import type { Home } from '../../lake/index.ts';
import { jobRows, type Records } from '../../records/index.ts';
import { homeStoreUri, openStore } from '../../store/index.ts';
import { remoteStore } from '../forecasting/job-place.ts';
import { type CostBound, costWithinCap } from './job-costs.ts';

export interface PolledJobs {
  readonly open: number;
  readonly outcomes?: readonly unknown[];
  /**
   * Milliseconds from the first job's beginning, or from `since`, to the last one's end, of those that left a result: what an
   * earlier step has had computed took this one no time.
   */
  readonly busyMs?: number;
  /** Why the jobs could not be looked after this time: their runner or store cannot be reached. */
  readonly trouble?: string;
}

export interface SubmitOptions {
  /** Starts anew those that have failed or were cancelled before. */
  readonly again?: boolean;
  /** All jobs of the run together may cost no more, in USD; null = as the home's settings say. */
  readonly maxCostUsd?: number | null;
}

export interface SubmittedJobs {
  /** In the order of the specs. */
  readonly keys: readonly string[];
  /** What all jobs of the run may cost; null where they cost nothing. */
  readonly cost: CostBound | null;
}

/** How the engine has jobs done; `keys` name them for good, so every call may be repeated. */
export interface JobDesk {
  /**
   * Has the jobs started, each once.
   * @throws SihwangError `COST_ABOVE_CAP`, `COST_ABOVE_DAY_CAP`, `AWS_SETTINGS_MISSING`, before anything is asked of a runner
   */
  submit(specs: readonly unknown[], options?: SubmitOptions): Promise<SubmittedJobs>;
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

export interface JobDeskEffects {
  readonly openRunner: typeof openRunner;
}

/** What runs elsewhere is brought together with the rows again so often. */
const RECONCILE_MS = 600_000;

interface Controller {
  readonly on: JobsOn;
  lookedAtMs: number;
  reconciledAtMs: number;
}

/**
 * The jobs of a home, on whatever runners its plans name, each opened when its first job comes. Takes on what an earlier
 * orchestrator has left running.
 */
export async function openJobDesk(
  home: Home,
  records: Records,
  effects: JobDeskEffects = { openRunner },
): Promise<JobDesk> {
  const rows = jobRows(records.pool);
  const lease = await rows.takeLease(home.id, `orchestrator ${process.pid}`);
  const change = new Change();
  const controllers = new Map<RunnerKind, Promise<Controller>>();
  const kindOfKey = new Map<string, RunnerKind>();

  async function open(kind: RunnerKind): Promise<Controller> {
    const aws = readAwsSettings(home.path);
    const store =
      kind === 'local' ? await openStore(homeStoreUri(home.path)) : await remoteStore(home, kind, aws);
    const runner = await effects.openRunner(kind, { home, aws });
    runner.onEnd?.(() => change.happened());
    const on: JobsOn = { home: home.id, rows, runner, store, lease };
    try {
      await reconcile(on);
    } catch (error) {
      await runner.close();
      throw error;
    }
    return { on, lookedAtMs: performance.now(), reconciledAtMs: performance.now() };
  }
  const controllerOf = (kind: RunnerKind): Promise<Controller> => {
    const there = controllers.get(kind);
    if (there) return there;
    const opening = open(kind);
    controllers.set(kind, opening);
    // one that could not be reached is opened again by whoever needs it next
    opening.catch(() => controllers.delete(kind));
    return opening;
  };

  async function byKind(keys: readonly string[]): Promise<ReadonlyMap<RunnerKind, readonly string[]>> {
    const unknown = keys.filter((key) => !kindOfKey.has(key));
    if (unknown.length > 0)
      for (const { key, runner } of await rows.read(home.id, { keys: unknown }))
        kindOfKey.set(key, runnerKindOf(runner));
    const kinds = new Map<RunnerKind, string[]>();
    for (const key of keys) {
      const kind = kindOfKey.get(key);
      if (kind) kinds.set(kind, [...(kinds.get(kind) ?? []), key]);
    }
    return kinds;
  }

  async function lookAfter(kind: RunnerKind): Promise<Controller> {
    const controller = await controllerOf(kind);
    const now = performance.now();
    const { on } = controller;
    // what is asked over a network is asked no more often than makes sense
    if (kind !== 'local' && now - controller.lookedAtMs < on.runner.abilities.pollSeconds * 1000)
      return controller;
    controller.lookedAtMs = now;
    if (kind !== 'local' && now - controller.reconciledAtMs > RECONCILE_MS) {
      controller.reconciledAtMs = now;
      await reconcile(on);
    } else await lookAfterJobs(on);
    return controller;
  }

  async function polled(keys: readonly string[], since: Date | null): Promise<PolledJobs> {
    const outcomes = new Map<string, JobOutcome>();
    const kinds = await byKind(keys);
    for (const kind of kinds.keys()) await lookAfter(kind);
    const open = (await rows.stillOpen(home.id, keys)).length;
    if (open > 0) return { open };
    for (const [kind, some] of kinds)
      for (const outcome of await outcomesOf(some, (await controllerOf(kind)).on))
        outcomes.set(outcome.key, outcome);
    const inOrder = keys.flatMap((key) => outcomes.get(key) ?? []);
    if (inOrder.length < keys.length) throw new RangeError('the records lack jobs of this step');
    return { open, outcomes: inOrder, busyMs: busyMsOf(inOrder, since) };
  }

  const { on: here } = await controllerOf('local');
  for (const kind of RUNNER_KINDS)
    if (kind !== 'local' && (await rows.read(home.id, { runner: kind, open: true, limit: 1 })).length > 0)
      // a network that is away keeps nobody from working here; the poll of their step tells of it
      await controllerOf(kind).catch(rethrowLeaseLost);

  return {
    async submit(given, { again = false, maxCostUsd = null } = {}) {
      const specs = given as readonly JobSpec[];
      const aws = readAwsSettings(home.path);
      const cost = await costWithinCap(rows, specs, {
        again,
        caps: [maxCostUsd, aws.caps?.maxCostUsdPerRun],
        capPerDay: aws.caps?.maxCostUsdPerDay,
      });
      const keys = new Map<JobSpec, string>();
      for (const kind of new Set(specs.map(({ placement }) => runnerKindOf(placement.runner)))) {
        const some = specs.filter(({ placement }) => placement.runner === kind);
        const { on } = await controllerOf(kind);
        for (const [at, key] of (await submitJobs(some, on, { again })).entries()) {
          keys.set(some[at]!, key);
          kindOfKey.set(key, kind);
        }
      }
      return { keys: specs.map((spec) => keys.get(spec)!), cost };
    },
    async poll(keys, since = null) {
      try {
        return await polled(keys, since);
      } catch (error) {
        const local = [...(await byKind(keys)).keys()].every((kind) => kind === 'local');
        if (local || error instanceof SihwangError) throw error;
        return { open: keys.length, trouble: (error as Error).message };
      }
    },
    async cancel(keys, reason) {
      // the wish is on record before any runner hears of it
      await rows.requestCancel(home.id, { keys }, reason, new Date());
      for (const [kind, some] of await byKind(keys))
        try {
          await cancelJobs({ keys: some }, reason, (await controllerOf(kind)).on);
        } catch (error) {
          // one that cannot be reached is asked again at the next look
          if (kind === 'local' || error instanceof SihwangError) throw error;
        }
    },
    prepare: () => here.runner.prepare?.(),
    change: (atMostMs) => change.wait(atMostMs),
    async close() {
      change.close();
      for (const opening of controllers.values())
        await opening.then(({ on }) => on.runner.close()).catch(() => undefined);
    },
  };
}

function rethrowLeaseLost(error: unknown): void {
  if (error instanceof SihwangError && error.code === 'LEASE_LOST') throw error;
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
