import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StepKind } from '../steps/step.ts';
import { orderedSteps } from './ordered-steps.ts';
import type { PlanStep } from './plan.ts';

const kindNamed = (kind: string): StepKind | undefined =>
  kind === 'count'
    ? {
        ...{ kind, does: { ko: '세기', en: 'counts' }, runs: 'child', writesLake: false },
        check: (params) => (typeof params.to === 'number' ? [] : ['count wants a number to']),
        perform: async () => null,
      }
    : undefined;
const context = { scheduledFor: new Date('2026-11-29T00:00:00Z'), feeds: [] };
const planOf = (steps: readonly PlanStep[]) => ({ name: 'small', version: 1, steps: () => steps });
const step = (id: string, ...needs: string[]): PlanStep => ({ id, kind: 'count', needs, params: { to: 3 } });

describe('the steps of a plan', () => {
  it('come after what they need and else in the order of the plan', () => {
    const plan = planOf([step('c', 'b'), step('a'), step('b', 'a'), step('d')]);
    expect(orderedSteps(plan, context, kindNamed).map(({ id }) => id)).toEqual(['a', 'b', 'd', 'c']);
  });

  it('are in a valid order for every graph without a circle', () => {
    const graph = fc
      .integer({ min: 1, max: 12 })
      .chain((size) =>
        fc.tuple(
          fc.array(fc.subarray([...Array(size).keys()]), { minLength: size, maxLength: size }),
          fc.shuffledSubarray([...Array(size).keys()], { minLength: size }),
        ),
      );
    fc.assert(
      fc.property(graph, ([needs, shuffled]) => {
        const steps = shuffled.map((at) =>
          step(`s${at}`, ...needs[at]!.filter((other) => other < at).map((other) => `s${other}`)),
        );
        const ordered = orderedSteps(planOf(steps), context, kindNamed);
        expect(ordered.length).toBe(steps.length);
        const placeOf = new Map(ordered.map(({ id }, place) => [id, place]));
        for (const { id, needs: before } of ordered)
          for (const need of before) expect(placeOf.get(need)!).toBeLessThan(placeOf.get(id)!);
      }),
    );
  });

  it('are refused with everything that is wrong', () => {
    const wrong: PlanStep[] = [
      step('A b'),
      step('x'),
      step('x'),
      { id: 'y', kind: 'weigh', needs: ['nobody'] },
      { id: 'z', kind: 'count', needs: [], retries: 99 },
    ];
    for (const word of [
      'A b',
      'two steps x',
      'unknown kind weigh',
      'needs nobody',
      'number to',
      'retries 99',
    ])
      expect(() => orderedSteps(planOf(wrong), context, kindNamed)).toThrow(word);
  });

  it('are refused when they need one another, naming those in the circle', () => {
    const plan = planOf([step('a', 'b'), step('b', 'a'), step('c')]);
    expect(() => orderedSteps(plan, context, kindNamed)).toThrow('in a circle: a, b');
  });
});
