import { existsSync } from 'node:fs';
import { type Home, readCommits } from '../../lake/index.ts';
import { feedsOf } from '../platform-mappings.ts';
import { dropFolder } from '../steps/ingest.ts';
import type { PlanContext } from './plan.ts';

/** What the plans of a home may look at. */
export function planContext(home: Home, scheduledFor: Date): PlanContext {
  return {
    scheduledFor,
    feeds: feedsOf(home).map(({ profile, connector }) => ({
      id: profile.id,
      recordKind: profile.recordKind,
      simulated: profile.simulated === true,
      askable: connector !== undefined,
      held: readCommits(home, profile.id).length > 0,
      drop: existsSync(dropFolder(home, profile.id)),
    })),
  };
}
