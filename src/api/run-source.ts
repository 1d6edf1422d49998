import { listenToRuns, type RecordsBehind } from '../records/index.ts';

/** Tells that a run changed; null = it can't be known which. */
export interface RunSource {
  /** Returns the way to stop, which resolves when no connection is left. */
  onChange(listener: (run: string | null) => void): () => Promise<void>;
}

/** The source of a server without records. */
export const NO_RUNS: RunSource = { onChange: () => async () => undefined };

/** The runs of records that may be opened later, or never. */
export function runsOf(records: RecordsBehind): RunSource {
  return {
    onChange: (listener) => {
      let stop: (() => Promise<void>) | null = null;
      let over = false;
      records.opened
        .then((open) => {
          if (over) return;
          stop = listenToRuns(open, listener);
          // pages that asked before the records were open got none
          listener(null);
        })
        .catch(() => undefined);
      return async () => {
        over = true;
        await stop?.();
      };
    },
  };
}
