import { availableParallelism } from 'node:os';
import type { RunStep } from '../../records/index.ts';
import type { StepKind } from '../steps/step.ts';

/** Steps of this machine at a time; they compute, so more than processors would only make each slower. */
const MOST_HERE = Math.max(2, Math.min(availableParallelism(), 4));
/** Steps that wait for jobs cost nothing here. */
const MOST_WAITING = 16;

/** Which of the steps that could begin do: in their order, lake writers one at a time over all runs. */
export function roomFor(
  ready: readonly RunStep[],
  running: readonly RunStep[],
  kindNamed: (kind: string) => StepKind | undefined,
): readonly RunStep[] {
  const waits = (step: RunStep) => kindNamed(step.kind)?.runs === 'jobs';
  const writes = (step: RunStep) => {
    const kind = kindNamed(step.kind);
    return kind?.runs === 'child' && kind.writesLake;
  };
  let here = MOST_HERE - running.filter((step) => !waits(step)).length;
  let waiting = MOST_WAITING - running.filter(waits).length;
  let writing = running.some(writes);
  return ready.filter((step) => {
    if (waits(step)) return waiting-- > 0;
    if (here <= 0 || (writing && writes(step))) return false;
    here -= 1;
    writing ||= writes(step);
    return true;
  });
}
