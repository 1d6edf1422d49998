import type { Json, JsonObject } from '../../domain/index.ts';
import { calendarsOf, dayCounts, readCommits } from '../../lake/index.ts';
import { readFetchState } from '../fetch-journal.ts';
import { sourceDay } from '../fetch-plan.ts';
import { silentSince } from '../source-events.ts';
import { findingsOf } from './check-findings.ts';
import { feedIn, feedParamProblems } from './feed-step.ts';
import { type ChildKind, Skipped, type StepContext } from './step.ts';

/** Days that a check looks at: the latest one, and those that say what is usual. */
const DAYS = 21;

/**
 * Looks whether a feed is fresh, whole and well formed at the moment of the run. What is found is written down; what is
 * bad enough keeps the feed from being published: `stops` in the output says why. Parameter: `feed`.
 */
export const checkStep: ChildKind = {
  kind: 'check',
  does: 'looks whether a feed is fresh, whole and well formed; a red check stops its publication',
  runs: 'child',
  writesLake: false,
  check: (params) => feedParamProblems(params),
  async perform(context: StepContext): Promise<Json | Skipped> {
    const { home, scheduledFor } = context;
    const { profile } = feedIn(context);
    const commits = readCommits(home, profile.id);
    if (commits.length === 0) return new Skipped(`the home holds nothing of ${profile.id}`);
    const days = await dayCounts(home, profile.id, sourceDay(profile, scheduledFor), DAYS);
    const latest = commits.findLast(({ rows }) => rows > 0);
    const standing = await readFetchState(home).events();
    const findings = findingsOf({
      days,
      latest: latest ? { rows: latest.rows, rejected: latest.outcomes.rejected } : null,
      silentSince: silentSince(profile, await calendarsOf(home), days[0]?.day ?? null, scheduledFor),
      events: standing.filter(({ feed }) => feed === profile.id).map(({ detail }) => detail),
    });
    for (const finding of findings) context.event('check.found', { ...finding });
    const stops = findings.filter(({ severity }) => severity === 'stop').map(({ detail }) => detail);
    return {
      ...{ feed: profile.id, lastDay: days[0]?.day ?? null, findings: findings as unknown as JsonObject[] },
      state: stops.length > 0 ? 'red' : findings.length > 0 ? 'yellow' : 'green',
      stops: stops.length > 0 ? `the check of ${profile.id} is red: ${stops.join('; ')}` : null,
    };
  },
};
