import { availableParallelism } from 'node:os';
import type { JsonObject } from '../../domain/index.ts';
import type { JobCost, PlaceFor } from '../../jobs/index.ts';
import type { Home } from '../../lake/index.ts';
import { challengersOf, championOf, type Records, usualDurations } from '../../records/index.ts';
import { estimateForecast, type ForecastEstimate } from '../forecasting/forecast-cost.ts';
import { placeCost } from '../forecasting/job-place.ts';
import { feedsOf } from '../platform-mappings.ts';
import { planSteps } from '../runs/start-run.ts';
import { PROGRAM, programLimits } from '../steps/train.ts';
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
  /**
   * At most so much, by the prices of a table: so many jobs as what is published now is cut into, each for its longest
   * attempts. A new series that the run itself brings may add one.
   */
  | { readonly basis: 'bound'; readonly usd: number; readonly prices: string; readonly jobs: number }
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
 * by what a forecast costs, else it says that it does not know. Changes nothing, and asks nobody.
 * @throws SihwangError `PLAN_INVALID`; `AWS_SETTINGS_MISSING`, `PRICE_UNKNOWN` and whatever else a step would fail with for
 * want of settings
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
    const there = runs === 'jobs' ? placeCost(home, params.runner, limitsOf(kind, params)) : null;
    const place: StepPlace = there ? { jobs: true, runner: there.runner } : { jobs: false };
    const brings = steps.some((step) => step.kind === 'fetch' || step.kind === 'ingest');
    const away = there?.cost ?? null;
    const work = past && !away ? null : await forecastsOf(home, records, kind, params, brings);
    const time: StepTime = past
      ? { basis: 'past-runs', seconds: past.medianMs / 1000, runs: past.runs }
      : away
        ? UNKNOWN
        : modelledTime(kind, params, brings, work);
    const cost: StepCost = away ? costOf(away, jobsOf(kind, params, work)) : { basis: 'this-machine' };
    steps.push({ id, kind, needs, params, place, time, cost });
  }
  return {
    plan: plan.name,
    steps,
    seconds: steps.reduce((sum, { time }) => sum + (time.seconds ?? 0), 0),
    unknownTimes: steps.filter(({ time }) => time.seconds === null).length,
  };
}

const UNKNOWN: StepTime = { basis: 'unknown', seconds: null };

/** As many jobs as what is published is cut into; where nothing is, nobody knows before there is a snapshot. */
function costOf({ boundUsd, table }: JobCost, jobs: number | null): StepCost {
  if (jobs === null) return { basis: 'unknown', why: 'jobs-not-cut' };
  return { basis: 'bound', usd: jobs * boundUsd, prices: table, jobs };
}

/** A program's training is one job, however much there is to learn from. */
function jobsOf(kind: string, params: JsonObject, work: readonly ForecastEstimate[] | null): number | null {
  if (isProgram(kind, params)) return 1;
  return work === null ? null : work.reduce((sum, { jobs }) => sum + jobs, 0);
}

/** Its own time limit is known before there is a snapshot. */
function limitsOf(kind: string, params: JsonObject): PlaceFor['limits'] {
  return isProgram(kind, params) ? programLimits(params.recipe) : {};
}

const isProgram = (kind: string, { task = PROGRAM }: JsonObject): boolean =>
  kind === 'train' && task === PROGRAM;

/** Jobs of this machine at a time, as its runner has them. */
const processes = (): number => Math.min(availableParallelism(), 4);

/** What a step would forecast, by each recipe; null where that is not known beforehand. */
async function forecastsOf(
  home: Home,
  { pool }: Records,
  kind: string,
  params: JsonObject,
  brings: boolean,
): Promise<readonly ForecastEstimate[] | null> {
  const profile = feedsOf(home).find((feed) => feed.profile.id === params.feed)?.profile;
  if ((kind !== 'forecast' && kind !== 'evaluate') || !profile) return null;
  if (params.task === PROGRAM) return null;
  const champion = await championOf(pool, 'price-forecast', profile.id);
  const judged = [champion, ...(await challengersOf(pool, 'price-forecast', profile.id))];
  // evaluation waits for a first champion; each version that is judged forecasts everything
  const recipes = kind === 'evaluate' ? (champion ? judged : []) : [params.recipe ?? champion];
  const found: ForecastEstimate[] = [];
  const all = kind === 'evaluate' || params.only === 'all' || brings;
  for (const recipe of recipes) {
    const asked = recipe && typeof recipe === 'object' && 'versionId' in recipe ? recipe.recipe : recipe;
    const one = await estimateForecast(home, profile, { only: all ? 'all' : 'stale', recipe: asked ?? null });
    if (!one) return null;
    found.push(one);
  }
  return found;
}

/** Steps that forecast take what their series take; of no other kind is that known beforehand. */
function modelledTime(
  kind: string,
  params: JsonObject,
  brings: boolean,
  work: readonly ForecastEstimate[] | null,
): StepTime {
  if (!work) return UNKNOWN;
  let seconds = 0;
  let series = 0;
  let measured: number | null = null;
  for (const one of work) {
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
