import type { JsonObject } from '../../domain/index.ts';

/** What is wanted of whoever carries out runs; the same for ticks and backfills. */
export interface RunStarter {
  /**
   * Writes a run down for the orchestrator. A run has one id for its plan and moment, so a second start is none.
   * @throws SihwangError when the plan is unknown or cannot be run
   */
  start(run: WantedRun): Promise<{ readonly id: string; readonly started: boolean }>;
  /** Does again what failed or was cancelled in a run that is over; with `all`, every step of it. */
  retry(runId: string, wanted: { readonly askedBy: string; readonly all: boolean }): Promise<void>;
  /** Those of the runs that there are, and how each stands. */
  states(runIds: readonly string[]): Promise<ReadonlyMap<string, RunStatus>>;
  /** Asks for the end of a run; twice is once. */
  cancel(runId: string, reason: string, askedBy: string): Promise<void>;
}

export interface WantedRun {
  readonly plan: string;
  readonly scheduledFor: Date;
  readonly params: JsonObject;
  readonly askedBy: string;
}

export interface RunStatus {
  readonly standing: RunStanding;
  /** null while it goes on. */
  readonly endedAt: Date | null;
}

/** `going` covers waiting and running. */
export type RunStanding = 'going' | 'succeeded' | 'failed' | 'cancelled';
