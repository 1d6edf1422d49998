import type { Bilingual, Json } from '../../domain/index.ts';
import { readPointer } from '../../lake/index.ts';
import {
  countAlarms,
  listRuns,
  openAlarms,
  type Run,
  type RunStep,
  readRun,
  readSteps,
} from '../../records/index.ts';
import { type FeedHappened, type Happened, troubles } from '../../show/index.ts';
import { feedsOf } from '../platform-mappings.ts';
import { silentSources } from '../source-health.ts';
import type { StepContext } from '../steps/step.ts';

const DAY_MS = 86_400_000;
const MOST_RAISED = 100;

type Output = Readonly<Record<string, Json | undefined>>;

/** What happened in the run of a hook, told by its rows. `isHook` says which steps are hooks themselves. */
export async function whatHappened(
  { home, records, run: runId }: StepContext,
  isHook: (kind: string) => boolean,
): Promise<Happened> {
  const { pool } = records;
  const run = (await readRun(pool, runId))!;
  const steps = (await readSteps(pool, runId)).filter(({ kind }) => !isHook(kind));
  const counts = await countAlarms(pool);
  const before = await momentBefore(pool, run);
  const raised = (await openAlarms(pool, { limit: MOST_RAISED })).filter(
    ({ raisedAt }) => raisedAt > before && raisedAt <= run.scheduledFor.toISOString(),
  );
  const silent = await silentSources(
    home,
    feedsOf(home).map(({ profile }) => profile),
    run.scheduledFor,
  );
  const told = {
    format: 1,
    run: {
      ...{ id: run.id, plan: run.plan, scheduledFor: run.scheduledFor.toISOString(), askedBy: run.askedBy },
    },
    steps: steps.map(({ id, kind, state, skipReason, error }) => ({ id, kind, state, skipReason, error })),
    feeds: feedsIn(steps).map((feed) => feedHappened(feed, steps, readPointer(home).feeds[feed])),
    silentSources: silent,
    drift: {
      open: counts.reduce((sum, { count }) => sum + count, 0),
      raised: raised.map(({ feed, series, horizon, kind, raisedAt }) => ({
        ...{ feed, series, horizon, kind, raisedAt },
      })),
    },
    decisions: steps.flatMap(decisionsOf),
  } as const;
  return {
    ...told,
    // a run that a person had done again is other news; one of which only a hook was done again is the same
    key: `${run.id}#${Math.max(1, ...steps.map(({ generation }) => generation))}`,
    state: troubles(told, 'en').length > 0 ? 'trouble' : 'good',
  };
}

/** What the last run of the same plan was for, else a day before this one: what came since is news. */
async function momentBefore(pool: Parameters<typeof listRuns>[0], run: Run): Promise<string> {
  const runs = await listRuns(pool, { plan: run.plan, limit: 500 });
  const before = runs.find(({ scheduledFor }) => scheduledFor < run.scheduledFor);
  return (before?.scheduledFor ?? new Date(run.scheduledFor.getTime() - DAY_MS)).toISOString();
}

function feedsIn(steps: readonly RunStep[]): string[] {
  return [...new Set(steps.flatMap(({ params }) => (typeof params.feed === 'string' ? params.feed : [])))];
}

function feedHappened(
  feed: string,
  steps: readonly RunStep[],
  published: ReturnType<typeof readPointer>['feeds'][string] | undefined,
): FeedHappened {
  const output = (kind: string): Output =>
    (steps.find((step) => step.kind === kind && step.params.feed === feed)?.output as Output | null) ?? {};
  const check = output('check');
  const scores = output('score-forecasts');
  const forecasts = output('publish-forecasts');
  return {
    feed,
    lastDay: typeof check.lastDay === 'string' ? check.lastDay : null,
    check: (check.state as FeedHappened['check'] | undefined) ?? null,
    findings: ((check.findings as readonly { said: Bilingual }[] | undefined) ?? []).map(({ said }) => said),
    conditions: published
      ? {
          version: published.conditions.version,
          fresh: output('publish-conditions').published === true,
        }
      : null,
    forecasts: published?.forecasts
      ? {
          version: published.forecasts.version,
          fresh: Number(forecasts.published ?? 0) > 0,
          notRenewed: Number(forecasts.notRenewed ?? 0),
        }
      : null,
    scores:
      typeof scores.through === 'string'
        ? { through: scores.through, scored: Number(scores.scored), revised: Number(scores.revised) }
        : null,
  };
}

function decisionsOf({ kind, params, output }: RunStep): Happened['decisions'] {
  if (kind !== 'promote' || output === null) return [];
  const { decisions = [] } = output as { decisions?: Omit<Happened['decisions'][number], 'feed'>[] };
  return decisions.map((one) => ({ feed: String(params.feed), ...one }));
}
