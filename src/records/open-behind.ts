import { type OpenRecordsOptions, openRecords } from './open.ts';
import type { Records } from './records.ts';

/** Records that are being opened while something else goes on. */
export interface RecordsBehind {
  /** Rejects with the SihwangError of `openRecords`. */
  readonly opened: Promise<Records>;
  /** null until they are open, and where they can't be. */
  now(): Records | null;
  /** Closes them, after the opening if that is under way: a server is never left half started. */
  close(): Promise<void>;
}

/**
 * Opens the home's records when `begin` resolves, and comes back at once. Closed before that, they are never opened.
 */
export function openBehind(
  home: { readonly path: string; readonly id: string },
  options: OpenRecordsOptions = {},
  begin: Promise<void> = Promise.resolve(),
): RecordsBehind {
  let open: Records | null = null;
  let opening: Promise<Records> | null = null;
  let closed = false;
  const opened = begin.then(async () => {
    // nobody waits for what was closed first
    if (closed) return new Promise<never>(() => undefined);
    opening = openRecords(home, options);
    open = await opening;
    return open;
  });
  // whoever needs them hears of it; nobody has to
  opened.catch(() => undefined);
  return {
    opened,
    now: () => open,
    close: async () => {
      closed = true;
      const records = await (opening as Promise<Records> | null)?.catch(() => null);
      open = null;
      await records?.close();
    },
  };
}
