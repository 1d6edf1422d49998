import type { FetchErrorKind } from './fetch-error.ts';

/** So many chunks in a row that no attempt helped are an outage, not bad luck. */
const FAILURES_IN_A_ROW = 5;

/** Stops asking a source that turns callers away or is out of order, so that it is left in peace. */
export class Circuit {
  private failures = 0;
  private openedBy: FetchErrorKind | undefined;

  /** Why nothing more should be asked; undefined = go on. */
  get open(): FetchErrorKind | undefined {
    return this.openedBy;
  }

  succeeded(): void {
    this.failures = 0;
  }

  failed(kind: FetchErrorKind): void {
    if (kind === 'blocked') this.openedBy = kind;
    if (kind !== 'transient' && kind !== 'rate') return;
    this.failures += 1;
    if (this.failures >= FAILURES_IN_A_ROW) this.openedBy = kind;
  }
}
