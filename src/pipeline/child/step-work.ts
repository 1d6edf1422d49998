import type { Json, JsonObject } from '../../domain/index.ts';
import type { StepError } from '../../records/index.ts';

/** One piece of work of a step, as it is sent to the process that does it: plain data. */
export interface StepWork {
  readonly homePath: string;
  /** Connection string of the records. */
  readonly recordsUrl: string;
  readonly run: string;
  readonly step: string;
  readonly kind: string;
  /** `perform` of a child kind; `specs` and `collect` of a jobs kind. */
  readonly part: 'perform' | 'specs' | 'collect';
  /** ISO instants. */
  readonly scheduledFor: string;
  readonly asOf: string;
  readonly attempt: number;
  readonly params: JsonObject;
  /** Outputs of the steps that this one needs; one that was skipped is absent. */
  readonly inputs: JsonObject;
  /** For `collect`: one a job. */
  readonly outcomes?: readonly unknown[];
}

/** How a piece of work ended; `workedMs` is the time from its first line to its last. */
export type WorkEnd = { readonly workedMs: number } & (
  | {
      readonly output: Json;
      /** Why it is not all; absent when it is. */
      readonly partly?: StepError;
    }
  | { readonly specs: readonly unknown[] }
  | { readonly skipped: string }
  | { readonly error: StepError }
);

export type ToChild = { readonly work: StepWork } | { readonly stop: true };
export type FromChild = { readonly event: string; readonly fields: JsonObject } | { readonly end: WorkEnd };
