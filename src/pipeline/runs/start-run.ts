import type { Bilingual, JsonObject } from '../../domain/index.ts';
import type { Home } from '../../lake/index.ts';
import { appendEvent, insertRun, inTransaction, type NewRunStep, type Records } from '../../records/index.ts';
import { reach } from '../../store/index.ts';
import { orderedSteps } from '../plans/ordered-steps.ts';
import type { Plan } from '../plans/plan.ts';
import { planContext } from '../plans/plan-context.ts';
import { stepKindNamed } from '../steps/index.ts';
import type { StepKind } from '../steps/step.ts';

export interface StartRunOptions {
  /** The moment that the run is for, to the second. */
  readonly scheduledFor: Date;
  /** Who or what asked: a person's name, `schedule daily`, `backfill 12`. */
  readonly askedBy: string;
  /** What was known by then may be used; default `scheduledFor`. */
  readonly asOf?: Date;
  /** Handed to whoever reads the run; no step sees it. */
  readonly params?: JsonObject;
}

/** `daily-2026-11-28T21:10:00Z`: the one name of a plan's run for a moment. */
export function runIdOf(plan: string, scheduledFor: Date): string {
  return `${plan}-${scheduledFor.toISOString().slice(0, 19)}Z`;
}

/** What a plan would do in this home for a moment, each step after what it needs. @throws SihwangError `PLAN_INVALID` */
export function planSteps(
  home: Home,
  plan: Plan,
  scheduledFor: Date,
): readonly (NewRunStep & { readonly runs: StepKind['runs']; readonly does: Bilingual })[] {
  return orderedSteps(plan, planContext(home, scheduledFor), stepKindNamed).map((step) => {
    const { runs, does } = stepKindNamed(step.kind)!;
    return { ...step, runs, does };
  });
}

/**
 * Writes a run of a plan down, for the orchestrator to carry out. Starting it twice is starting it once: `started` tells
 * whether this call did. Does not wait for it.
 * @throws SihwangError `PLAN_INVALID`
 */
export async function startRun(
  home: Home,
  records: Records,
  plan: Plan,
  options: StartRunOptions,
): Promise<{ readonly id: string; readonly started: boolean }> {
  const { scheduledFor, asOf = scheduledFor, askedBy, params = {} } = options;
  const id = runIdOf(plan.name, scheduledFor);
  const steps = orderedSteps(plan, planContext(home, scheduledFor), stepKindNamed);
  const run = { id, plan: plan.name, planVersion: plan.version, scheduledFor, asOf, askedBy, params, steps };
  const started = await inTransaction(records.pool, async (client) => {
    if ((await insertRun(client, run)) === 'exists') return false;
    await appendEvent(client, { runId: id, stepId: null, name: 'run.planned', fields: { askedBy } });
    return true;
  });
  reach('run-written');
  return { id, started };
}
