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
 * bad enough keeps the feed from being published: `state` in the output is `red`. Parameter: `feed`.
 */
export const checkStep: ChildKind = {
  kind: 'check',
  does: {
    ko: '자료가 제때, 빠짐없이, 제 꼴로 왔는지 봅니다. 빨강이면 공표하지 않습니다',
    en: 'looks whether a feed is fresh, whole and well formed; a red check stops its publication',
  },
  runs: 'child',
  writesLake: false,
  check: (params) => feedParamProblems(params),
  async perform(context: StepContext): Promise<Json | Skipped> {
    const { home, scheduledFor } = context;
    const { profile } = feedIn(context);
    const commits = readCommits(home, profile.id);
    if (commits.length === 0) return new Skipped('nothing-held');
    const days = await dayCounts(home, profile.id, sourceDay(profile, scheduledFor), DAYS);
    const latest = commits.findLast(({ rows }) => rows > 0);
    const standing = await readFetchState(home).events();
    const findings = findingsOf({
      days,
      latest: latest ? { rows: latest.rows, rejected: latest.outcomes.rejected } : null,
      silentSince: silentSince(profile, await calendarsOf(home), days[0]?.day ?? null, scheduledFor),
      events: standing.filter(({ feed }) => feed === profile.id).map(({ said }) => said),
    });
    for (const { rule, severity, said } of findings)
      context.event('check.found', { rule, severity, said: { ...said } });
    const stops = findings.some(({ severity }) => severity === 'stop');
    return {
      ...{ feed: profile.id, lastDay: days[0]?.day ?? null, findings: findings as unknown as JsonObject[] },
      state: stops ? 'red' : findings.length > 0 ? 'yellow' : 'green',
    };
  },
};
