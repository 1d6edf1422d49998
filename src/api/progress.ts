/** How far a feed's forecasts are: cells done of cells wanted. */
export interface ForecastProgress {
  readonly computed: number;
  readonly total: number;
  readonly running: boolean;
}

/** Whoever computes forecasts beside the server tells it how far it is. */
export interface ProgressSource {
  /** undefined when nothing is being computed for the feed here. */
  of(feed: string): ForecastProgress | undefined;
  /** Calls back on every step; returns the way to stop. */
  onStep(listener: (feed: string, progress: ForecastProgress) => void): () => void;
}

/** The source for a server that computes nothing itself. */
export const NO_PROGRESS: ProgressSource = { of: () => undefined, onStep: () => () => undefined };
