import type { Run, RunStep, StepState } from '../../records/index.ts';

/** What is to be done next about one run, told by its rows alone. */
export interface Moves {
  /** Everything these need is done; how many begin at once is for the caller to say. */
  readonly begin: readonly RunStep[];
  /** Under way in a run that is to be cancelled. */
  readonly stop: readonly RunStep[];
  readonly giveUp: { readonly state: 'blocked' | 'cancelled'; readonly steps: readonly string[] };
  /** How the run ends, when nothing of it is left to do. */
  readonly end?: 'succeeded' | 'failed' | 'cancelled';
}

const GOOD: readonly StepState[] = ['succeeded', 'skipped'];
/** Those that need a step go on behind these. */
const PASSED: readonly StepState[] = [...GOOD, 'partly'];
const OPEN: readonly StepState[] = ['planned', 'running'];

const hasPassed = (state: StepState) => PASSED.includes(state);

/**
 * `steps` are in the order of the plan, each after what it needs. A failed step stops only those that need it; one that is
 * done in part stops none, and its run has failed all the same. A hook (`isHook`, by its kind) comes when what it needs has
 * ended, however it ended, and how itself ends says nothing about the run.
 */
export function movesOf(run: Run, steps: readonly RunStep[], isHook: (kind: string) => boolean): Moves {
  const cancelled = run.cancelRequestedAt !== null;
  const states = new Map<string, StepState>();
  const begin: RunStep[] = [];
  const givenUp: string[] = [];
  for (const step of steps) {
    const before = step.needs.map((need) => states.get(need)!);
    let state = step.state;
    if (state === 'planned') {
      const passed = isHook(step.kind) ? (each: StepState) => !OPEN.includes(each) : hasPassed;
      const hopeless = before.some((each) => !passed(each) && !OPEN.includes(each));
      if (cancelled) state = 'cancelled';
      else if (hopeless) state = 'blocked';
      else if (before.every(passed)) begin.push(step);
      if (state !== 'planned') givenUp.push(step.id);
    }
    states.set(step.id, state);
  }
  const left = [...states.values()];
  return {
    begin,
    stop: cancelled ? steps.filter(({ state }) => state === 'running') : [],
    giveUp: { state: cancelled ? 'cancelled' : 'blocked', steps: givenUp },
    ...(left.some((state) => OPEN.includes(state))
      ? {}
      : { end: endOf(steps.filter(({ kind }) => !isHook(kind)).map(({ id }) => states.get(id)!)) }),
  };
}

function endOf(states: readonly StepState[]): 'succeeded' | 'failed' | 'cancelled' {
  if (states.includes('cancelled')) return 'cancelled';
  return states.every((state) => GOOD.includes(state)) ? 'succeeded' : 'failed';
}
