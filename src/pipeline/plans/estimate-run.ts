import { availableParallelism } from 'node:os';
import type { JsonObject } from '../../domain/index.ts';
import type { Home } from '../../lake/index.ts';
import { challengersOf, championOf, type Records, usualDurations } from '../../records/index.ts';
import { estimateForecast } from '../forecasting/forecast-cost.ts';
import { feedsOf } from '../platform-mappings.ts';
import { planSteps } from '../runs/start-run.ts';
import type { Plan } from './plan.ts';

/** Where a step's work is done: in a process beside the orchestrator, or in jobs of a runner. */
export type StepPlace = { readonly jobs: false } | { readonly jobs: true; readonly runner: string };

/** How long a step is expected to work, and by what that is known. */
export type StepTime =
  /** Half of the newest successful runs of this very step took less. */
  | { readonly basis: 'past-runs'; readonly seconds: number; readonly runs: number }
  /**
   * So many forecasts of a series, each at what one costs, on so many processes. `measured`: by how many series in the
   * newest jobs here that is known; null = by our own bench. `bound`: data that the run brings itself can only make it fewer.
   */
  | {
      readonly basis: 'model';
      readonly seconds: number;
      readonly series: number;
      readonly secondsASeries: number;
      readonly processes: number;
      readonly measured: number | null;
      readonly bound: boolean;
    }
  | { readonly basis: 'unknown'; readonly seconds: null };

/** What a step costs in money. A price that is not known is unknown, never 0. */
export type StepCost =
  /** Done on this machine: it costs its time, and nobody sends a bill. */
  | { readonly basis: 'this-machine' }
  /** At most so much, by the prices of a table. */
  | { readonly basis: 'bound'; readonly usd: number; readonly prices: string }
  /** `jobs-not-cut`: its jobs are cut from a snapshot that is yet to be drawn. */
  | { readonly basis: 'unknown'; readonly why: 'jobs-not-cut' };

export interface EstimatedStep {
  readonly id: string;
  readonly kind: string;
  readonly needs: readonly string[];
  readonly params: JsonObject;
  readonly place: StepPlace;
  readonly time: StepTime;
  readonly cost: StepCost;
}

export interface RunEstimate {
  readonly plan: string;
  readonly steps: readonly EstimatedStep[];
  /** Seconds of the steps whose time is known, and how many are not. Steps may go side by side, so a run may be shorter. */
  readonly seconds: number;
  readonly unknownTimes: number;
}

/**
 * What a run of a plan would do, where, for how long and for how much: by past runs of each step where there are some, else
 * by what a forecast costs, else it says that it does not know. Changes nothing.
 * @throws SihwangError `PLAN_INVALID`
 */
export async function estimateRun(
  home: Home,
  records: Records,
  plan: Plan,
  scheduledFor: Date,
): Promise<RunEstimate> {
  const usual = new Map((await usualDurations(records.pool, plan.name)).map((each) => [each.stepId, each]));
  const steps: EstimatedStep[] = [];
  for (const { id, kind, needs, params, runs } of planSteps(home, plan, scheduledFor)) {
    const past = usual.get(id);
    const runner = typeof params.runner === 'string' ? params.runner : 'local';
    const place: StepPlace = runs === 'jobs' ? { jobs: true, runner } : { jobs: false };
    const brings = steps.some((step) => step.kind === 'fetch' || step.kind === 'ingest');
    const time: StepTime = past
      ? { basis: 'past-runs', seconds: past.medianMs / 1000, runs: past.runs }
      : runner === 'local'
        ? await modelledTime(home, records, kind, params, brings)
        : UNKNOWN;
    steps.push({ id, kind, needs, params, place, time, cost: costOf(place) });
  }
  return {
    plan: plan.name,
    steps,
    seconds: steps.reduce((sum, { time }) => sum + (time.seconds ?? 0), 0),
    unknownTimes: steps.filter(({ time }) => time.seconds === null).length,
  };
}

const UNKNOWN: StepTime = { basis: 'unknown', seconds: null };

/** What jobs of other runners cost is known once they are cut, by the prices of their machines. */
function costOf(place: StepPlace): StepCost {
  if (!place.jobs || place.runner === 'local') return { basis: 'this-machine' };
  return { basis: 'unknown', why: 'jobs-not-cut' };
}

/** Jobs of this machine at a time, as its runner has them. */
const processes = (): number => Math.min(availableParallelism(), 4);

/** Steps that forecast cost what their series cost; of no other kind is that known beforehand. */
async function modelledTime(
  home: Home,
  { pool }: Records,
  kind: string,
  params: JsonObject,
  brings: boolean,
): Promise<StepTime> {
  const profile = feedsOf(home).find((feed) => feed.profile.id === params.feed)?.profile;
  if ((kind !== 'forecast' && kind !== 'evaluate') || !profile) return UNKNOWN;
  const champion = await championOf(pool, 'price-forecast', profile.id);
  const judged = [champion, ...(await challengersOf(pool, 'price-forecast', profile.id))];
  // evaluation waits for a first champion; each version that is judged forecasts everything
  const recipes = kind === 'evaluate' ? (champion ? judged : []) : [params.recipe ?? champion];
  let seconds = 0;
  let series = 0;
  let measured: number | null = null;
  const all = kind === 'evaluate' || params.only === 'all' || brings;
  for (const recipe of recipes) {
    const asked = recipe && typeof recipe === 'object' && 'versionId' in recipe ? recipe.recipe : recipe;
    const one = await estimateForecast(home, profile, { only: all ? 'all' : 'stale', recipe: asked ?? null });
    if (!one) return UNKNOWN;
    seconds += one.costSeconds / processes();
    series += one.counted;
    measured = one.basis === 'past-runs' ? one.pastSeries : null;
  }
  return {
    ...{ basis: 'model', seconds, series, measured, processes: processes() },
    secondsASeries: series === 0 ? 0 : (seconds * processes()) / series,
    bound: kind === 'forecast' && params.only !== 'all' && brings,
  };
}
