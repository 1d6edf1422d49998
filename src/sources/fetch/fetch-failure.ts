import type { FetchErrorKind } from './fetch-error.ts';

/** A call that gave no acceptable answer. The text is for a person and never holds a secret or a stored URL's query. */
export class FetchFailure extends Error {
  readonly kind: FetchErrorKind;
  /** Not before this instant, where it is known. */
  readonly retryAt: Date | undefined;

  constructor(kind: FetchErrorKind, detail: string, retryAt?: Date) {
    super(detail);
    this.name = 'FetchFailure';
    this.kind = kind;
    this.retryAt = retryAt;
  }
}
