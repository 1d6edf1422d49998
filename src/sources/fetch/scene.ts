import type { DayRange, FetchScope } from './connector.ts';
import type { FetchErrorKind } from './fetch-error.ts';

/**
 * One recorded conversation with a source, played by a local server in the contract suite. Hand-written from the
 * published shapes, with keys that are obviously false.
 */
export interface Scene {
  /** The error shape or behaviour it shows, as a sentence. */
  readonly name: string;
  /** ISO instant at which it is played. */
  readonly now: string;
  readonly range: DayRange;
  readonly scope?: FetchScope;
  /** The calls that are expected, in order, and what each is answered; a call beyond the last fails the scene. */
  readonly exchanges: readonly Exchange[];
  readonly ends: SceneEnd;
}

export interface Exchange {
  /** Path and query members that the call must have, decoded; secrets are asked for by their false value. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly answer: {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Uint8Array;
    /** Never answers, or breaks off in the middle. */
    readonly fault?: 'hang' | 'reset' | 'truncate';
  };
}

/** How the fetch of the range must end. */
export type SceneEnd =
  | {
      readonly as: 'rows';
      /** Rows taken in by outcome. */
      readonly outcomes: Readonly<
        Partial<Record<'accepted' | 'flagged' | 'duplicate' | 'aggregate' | 'rejected', number>>
      >;
      /** One accepted row, some of its columns, to prove the projection. */
      readonly sample?: Readonly<Record<string, string | number | null>>;
    }
  | { readonly as: 'closed' | 'missing' }
  | { readonly as: 'error'; readonly kind: FetchErrorKind };
