import type { Bilingual, JsonObject, RecordKind } from '../../domain/index.ts';

/** What is to be done, in which order: built for one moment from what the home holds. */
export interface Plan {
  /** Lower-case words with hyphens; begins the ids of its runs. */
  readonly name: string;
  /** Raised by hand when the meaning of its steps changes. */
  readonly version: number;
  /** One sentence for people: in both languages, or in the one that a plan of your own is read in. */
  readonly about?: string | Bilingual;
  /** The steps for one run. Depends on nothing but the context, so that it can be asked at any time. */
  steps(context: PlanContext): readonly PlanStep[];
}

export interface PlanStep {
  /** Unique in its plan: lower-case letters, digits, `-` and `.`. */
  readonly id: string;
  /** A registered kind of step. */
  readonly kind: string;
  /** Ids of the steps that must be done before. */
  readonly needs: readonly string[];
  readonly params?: JsonObject;
  /** How often it is tried again after an error that may pass; default 3. */
  readonly retries?: number;
}

/** What a plan may look at. */
export interface PlanContext {
  readonly scheduledFor: Date;
  /** Feeds that hold rows or can be asked for them. */
  readonly feeds: readonly PlanFeed[];
}

export interface PlanFeed {
  readonly id: string;
  readonly recordKind: RecordKind;
  /** Made by the simulator. */
  readonly simulated: boolean;
  /** Can be asked over the network. */
  readonly askable: boolean;
  /** The home holds rows of it. */
  readonly held: boolean;
  /** Files wait in its drop folder. */
  readonly drop: boolean;
}
