import type { Home } from '../../lake/index.ts';
import { type Records, runStatuses } from '../../records/index.ts';
import { planNamed } from '../plans/home-plans.ts';
import { cancelRun, retryRun } from '../runs/change-run.ts';
import { startRun } from '../runs/start-run.ts';
import type { RunStarter } from './run-starter.ts';

/** The runs of a home, as schedules and backfills start and follow them. */
export function recordsRuns(home: Home, records: Records): RunStarter {
  return {
    states: standingsOf(records),
    async start({ plan, ...wanted }) {
      return startRun(home, records, await planNamed(home, plan), wanted);
    },
    async retry(runId, wanted) {
      await retryRun(records, runId, wanted);
    },
    async cancel(runId, reason, askedBy) {
      await cancelRun(records, runId, reason, askedBy);
    },
  };
}

/** Where runs stand, by the records. */
export function standingsOf(records: Records): RunStarter['states'] {
  return async (ids) => {
    const statuses = await runStatuses(records.pool, ids);
    return new Map(
      [...statuses].map(([id, { state, endedAt }]) => [
        id,
        { standing: state === 'planned' || state === 'running' ? 'going' : state, endedAt },
      ]),
    );
  };
}
