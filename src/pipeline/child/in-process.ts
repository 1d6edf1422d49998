import type { StepKind } from '../steps/step.ts';
import { performWork } from './perform-work.ts';
import type { StepDoers } from './step-children.ts';

/** Does the work in this process: where only the sources run, and for kinds that a test brings along. */
export function inProcessDoers(kindNamed: (kind: string) => StepKind | undefined): StepDoers {
  return {
    do: (work, { signal, onEvent }) => performWork(work, { signal, event: onEvent, kindNamed }),
    prepare: () => undefined,
    close: () => undefined,
  };
}
