import pg from 'pg';
import type { Records } from './records.ts';

const RETRY_MS = 1000;

/**
 * Calls back with the id of every run that changed, or of whose steps one did; with null when it can't be known what
 * changed meanwhile. Survives a server that restarts. Gives the way to stop.
 */
export function listenToRuns(records: Records, onRun: (id: string | null) => void): () => Promise<void> {
  let stopped = false;
  let client: pg.Client | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const again = () => {
    client = null;
    if (!stopped) timer = setTimeout(() => void listen(true), RETRY_MS).unref();
  };
  const listen = async (wasLost: boolean): Promise<void> => {
    const fresh = new pg.Client({ connectionString: records.url, application_name: 'sihwang run listener' });
    let over = false;
    const lost = () => {
      if (!over) again();
      over = true;
    };
    fresh.on('error', lost);
    fresh.on('end', lost);
    fresh.on('notification', ({ payload }) => payload && onRun(payload));
    try {
      await fresh.connect();
      await fresh.query('listen sihwang_runs');
    } catch {
      lost();
      await fresh.end().catch(() => undefined);
      return;
    }
    client = fresh;
    if (stopped) await fresh.end().catch(() => undefined);
    else if (wasLost) onRun(null);
  };
  const first = listen(false);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await first;
    await client?.end().catch(() => undefined);
  };
}
