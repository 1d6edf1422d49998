import type { Home } from '../../lake/index.ts';
import { hasRecords, orchestratorAtWork, type RecordsBehind, stepsAhead } from '../../records/index.ts';
import { forecastStep } from '../steps/forecast.ts';
import { publishForecastsStep } from '../steps/publish-forecasts.ts';

/** From the decision what to compute until it is published, a feed's forecasts are the run's. */
const KINDS = [forecastStep.kind, publishForecastsStep.kind];
/** A run whose orchestrator has been away for longer is not waited for; another one takes over within seconds. */
const AWAY_MS = 30_000;

/**
 * Tells whether a run that is being carried out is going to forecast a feed, so that nobody else has to. Without records,
 * or while nobody carries runs out, there is none.
 */
export function leftToRun(
  home: Home,
  records: RecordsBehind,
  now: () => number = Date.now,
): (feed: string) => Promise<boolean> {
  const last = new Map<string, boolean>();
  let atWorkAt = now();
  return async (feed) => {
    // a home with records may have a run under way: it is known before anything is computed
    const open = records.now() ?? (hasRecords(home.path) ? await records.opened.catch(() => null) : null);
    if (!open) return false;
    try {
      const ahead = await stepsAhead(open.pool, KINDS, feed);
      if (ahead && (await orchestratorAtWork(open.pool))) atWorkAt = now();
      last.set(feed, ahead);
    } catch {
      // the server is being started again: what was true a moment ago still is
    }
    return last.get(feed) === true && now() - atWorkAt < AWAY_MS;
  };
}
