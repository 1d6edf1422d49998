/** A new serving version, or how far the forecasts are. */
export interface FeedEvent {
  readonly kind: 'version' | 'progress';
  readonly feed: string;
  readonly version: string;
  readonly computed: number;
  readonly total: number;
}

/** A run or one of its steps changed; `run` null = ask for all of them again. */
export interface RunEvent {
  readonly kind: 'run';
  readonly run: string | null;
}

/** What the server says over /events. */
export type ServerEvent = FeedEvent | RunEvent;
