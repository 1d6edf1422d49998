import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Run, RunStep, StepState } from '../../records/index.ts';
import { movesOf } from './moves.ts';

const ENDED: readonly StepState[] = ['succeeded', 'skipped', 'failed', 'blocked', 'cancelled'];
const step = (id: string, needs: readonly string[], state: StepState = 'planned') =>
  ({ id, kind: 'work', needs, state }) as unknown as RunStep;
const isHook = (kind: string) => kind === 'hook';
const run = (cancelled = false) => ({ cancelRequestedAt: cancelled ? new Date(0) : null }) as unknown as Run;

/** Any plan without a circle, with which of its steps fail. */
const plans = fc
  .integer({ min: 1, max: 10 })
  .chain((size) =>
    fc.tuple(
      fc.array(fc.subarray([...Array(size).keys()]), { minLength: size, maxLength: size }),
      fc.array(fc.boolean(), { minLength: size, maxLength: size }),
    ),
  );

describe('the next moves of a run', () => {
  it('bring every plan to its end: each step once, what needs a failed one never', () => {
    fc.assert(
      fc.property(plans, fc.option(fc.integer({ min: 0, max: 9 })), ([needs, fails], cancelAfter) => {
        let steps = needs.map((each, at) =>
          step(
            `s${at}`,
            each.filter((other) => other < at).map((other) => `s${other}`),
          ),
        );
        const begun: string[] = [];
        const set = (id: string, state: StepState) => {
          steps = steps.map((each) => (each.id === id ? { ...each, state } : each));
        };
        for (let round = 0; ; round++) {
          expect(round).toBeLessThan(50);
          const moves = movesOf(run(cancelAfter !== null && round >= cancelAfter), steps, isHook);
          for (const id of moves.giveUp.steps) set(id, moves.giveUp.state);
          if (moves.end) {
            const states = steps.map(({ state }) => state);
            expect(states.every((state) => ENDED.includes(state))).toBe(true);
            const good = states.every((state) => state === 'succeeded');
            expect(moves.end === 'succeeded').toBe(good);
            break;
          }
          expect(moves.begin.length + moves.giveUp.steps.length, 'it goes on').toBeGreaterThan(0);
          for (const { id, needs: before } of moves.begin) {
            for (const need of before)
              expect(steps.find((each) => each.id === need)?.state, `${id} begins after ${need}`).toBe(
                'succeeded',
              );
            begun.push(id);
            set(id, fails[Number(id.slice(1))] ? 'failed' : 'succeeded');
          }
        }
        expect(new Set(begun).size).toBe(begun.length);
      }),
    );
  });

  it('wait for what is running, and stop it when the run is cancelled', () => {
    const steps = [step('a', [], 'running'), step('b', ['a'])];
    expect(movesOf(run(), steps, isHook)).toMatchObject({ begin: [], stop: [], giveUp: { steps: [] } });
    expect(movesOf(run(), steps, isHook).end).toBeUndefined();
    const cancelled = movesOf(run(true), steps, isHook);
    expect(cancelled.stop.map(({ id }) => id)).toEqual(['a']);
    expect(cancelled.giveUp).toEqual({ state: 'cancelled', steps: ['b'] });
    expect(cancelled.end).toBeUndefined();
  });

  it('begin a hook when what it needs has ended, however, and end the run without regard to it', () => {
    const hook = (needs: readonly string[], state: StepState = 'planned', id = 'report') =>
      ({ id, kind: 'hook', needs, state }) as unknown as RunStep;
    const begin = (steps: readonly RunStep[]) => movesOf(run(), steps, isHook).begin.map(({ id }) => id);
    expect(
      begin([step('a', [], 'failed'), step('b', ['a']), step('c', [], 'running'), hook(['b', 'c'])]),
    ).toEqual([]);
    // what is given up in this very look has ended
    const failed = [step('a', [], 'failed'), step('b', ['a']), step('c', [], 'succeeded')];
    expect(begin([...failed, hook(['b', 'c'])])).toEqual(['report']);
    const ended = [step('a', [], 'succeeded'), hook(['a'], 'failed'), hook(['report'], 'running', 'alert')];
    expect(movesOf(run(), ended, isHook).end).toBeUndefined();
    const all = [...ended.slice(0, 2), hook(['report'], 'skipped', 'alert')];
    expect(movesOf(run(), all, isHook).end).toBe('succeeded');
    expect(movesOf(run(), [step('a', [], 'failed'), hook(['a'], 'succeeded')], isHook).end).toBe('failed');
    expect(movesOf(run(true), [step('a', [], 'running'), hook(['a'])], isHook).giveUp).toEqual({
      ...{ state: 'cancelled', steps: ['report'] },
    });
  });
});
