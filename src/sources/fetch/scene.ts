import type { DayRange, FetchScope } from './connector.ts';
import type { FetchErrorKind } from './fetch-error.ts';

/**
 * One recorded conversation with a source, played by a local server in the contract suite. Hand-written from the
 * published shapes, with keys that are obviously false: the secret named N has the value `false-key-of-N`.
 * Calls are made one after the other, chunk by chunk in the order of the plan, without waiting between them (the clock
 * jumps instead). A passing fault is asked again up to `manners.attempts` times in all; after auth, quota or blocked no
 * further chunk is asked; a total that shrinks while paging makes the chunk be read once more from its first page.
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
  /** `empty`: no rows, and the connector cannot say whether the market was open. */
  | { readonly as: 'closed' | 'missing' | 'empty' }
  | { readonly as: 'error'; readonly kind: FetchErrorKind };
