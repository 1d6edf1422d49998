import type { Bilingual, Json, JsonObject, SihwangError } from '../../domain/index.ts';
import type { Home } from '../../lake/index.ts';
import type { Records } from '../../records/index.ts';
import type { SkipReason } from '../../show/index.ts';

/** What one kind of work can do; a plan's step names its kind. One file a kind, registered in `steps/index.ts`. */
export type StepKind = ChildKind | JobsKind;

interface KindOfStep {
  /** Lower-case words with hyphens: `publish-conditions`. */
  readonly kind: string;
  /** One sentence for people who read a plan. */
  readonly does: Bilingual;
  /**
   * Complaints about a step's parameters, told before a run begins; an empty list when they are good.
   * A kind without it takes no parameters.
   */
  readonly check?: (params: JsonObject) => readonly string[];
  /** It comes when what it needs has ended, however that ended, and its own end says nothing about the run. */
  readonly hook?: true;
}

/** Work of this machine: done in a child process, which ends with its orchestrator. */
export interface ChildKind extends KindOfStep {
  readonly runs: 'child';
  /** Takes the home's lock; such steps wait for one another instead of for the lock. */
  readonly writesLake: boolean;
  /**
   * Does the work. It may be begun again after a death at any moment, so a second time must change nothing.
   * Gives what later steps need of it: small JSON, ids and counts, never data.
   */
  perform(context: StepContext): Promise<Json | Skipped>;
}

/** Work that is put into jobs, on whatever runner: submitted, waited for, collected. */
export interface JobsKind<Spec = unknown, Outcome = unknown> extends KindOfStep {
  readonly runs: 'jobs';
  /** The jobs; the same at every call for the same context. None = nothing to do. */
  specs(context: StepContext): Promise<readonly Spec[] | Skipped>;
  /** What came of them, one outcome a job in the order of the jobs. */
  collect(context: StepContext, outcomes: readonly Outcome[]): Promise<Json | Skipped | Partly>;
}

/**
 * A step that had nothing to do; it counts as done for those that need it. `reason` is a code, whose words stand in `show`,
 * and what it is about, where that needs saying: `no-files /srv/drop`.
 */
export class Skipped {
  readonly reason: string;
  constructor(reason: SkipReason, about?: string) {
    this.reason = about === undefined ? reason : `${reason} ${about}`;
  }
}

/**
 * What came of a step a part of which failed for good, with the reason. Those that need it go on with the rest; its run has
 * not succeeded, and a retry does the part that failed.
 */
export class Partly {
  readonly output: Json;
  readonly problem: SihwangError;
  constructor(output: Json, problem: SihwangError) {
    this.output = output;
    this.problem = problem;
  }
}

/** What a step is given. Everything that it decides derives from here, never from the clock. */
export interface StepContext {
  readonly home: Home;
  /** Id of the run, `<plan>-<ISO time>`. */
  readonly run: string;
  /** Id of the step in its plan. */
  readonly step: string;
  /** `<run>/<step>`: names the effects of this step, the same at every try. */
  readonly key: string;
  readonly scheduledFor: Date;
  readonly asOf: Date;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly params: JsonObject;
  /** Output of a step that this one needs; undefined when that one was skipped. */
  inputOf(stepId: string): Json | undefined;
  readonly records: Records;
  /** Adds a line to the run's log. `name` is lower-case words with dots. */
  event(name: string, fields?: JsonObject): void;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
}
