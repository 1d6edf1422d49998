import type { PlanStep } from './plan.ts';

/** A report and an alert behind what was done for each feed; they come when all of it has ended, well or not. */
export function withHooks(byFeed: readonly (readonly PlanStep[])[]): PlanStep[] {
  if (byFeed.length === 0) return [];
  return [
    ...byFeed.flat(),
    { id: 'report', kind: 'report', needs: byFeed.map((steps) => steps.at(-1)!.id) },
    { id: 'alert', kind: 'alert', needs: ['report'] },
  ];
}
