import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeTicks, ON_TIME_MS } from './judge-ticks.ts';

const HOUR_MS = 3_600_000;
const now = new Date('2026-03-10T00:00:00Z');
const ago = (hours: number): Date => new Date(now.getTime() - hours * HOUR_MS);
const terms = {
  now,
  paused: false,
  catchUp: 'all' as const,
  catchUpLimit: 100,
  overlap: 'queue' as const,
  busySince: null,
};
const states = (ticks: readonly Date[], changed: Partial<Parameters<typeof judgeTicks>[1]>): string[] =>
  judgeTicks(ticks, { ...terms, ...changed }).map(({ state }) => state);

describe('ticks that were missed', () => {
  const missed = [ago(72), ago(48), ago(24)];

  it('are caught up, the newest up to the limit', () => {
    expect(states(missed, {})).toEqual(['due', 'due', 'due']);
    expect(states(missed, { catchUpLimit: 2 })).toEqual(['missed', 'due', 'due']);
  });

  it('are caught up by the latest alone, which may have come in time', () => {
    expect(states(missed, { catchUp: 'latest' })).toEqual(['missed', 'missed', 'due']);
    expect(states([...missed, ago(0)], { catchUp: 'latest' })).toEqual(['missed', 'missed', 'missed', 'due']);
  });

  it('are not caught up, while one that comes a little late is on time', () => {
    const little = new Date(now.getTime() - ON_TIME_MS);
    expect(states([...missed, little], { catchUp: 'none' })).toEqual(['missed', 'missed', 'missed', 'due']);
  });

  it('wait for a run that is going; only one that comes in time is skipped for it', () => {
    const busy = { overlap: 'skip' as const, busySince: ago(1) };
    expect(states([...missed, ago(0)], busy)).toEqual(['due', 'due', 'due', 'skipped']);
    expect(states([ago(0)], { ...busy, busySince: new Date(now.getTime() + 1) })).toEqual(['due']);
    expect(states([ago(0)], { ...busy, overlap: 'queue' })).toEqual(['due']);
  });
});

it('a paused schedule skips all of them, and every tick left out says why', () => {
  const anyTerms = fc.record({
    paused: fc.boolean(),
    catchUp: fc.constantFrom('all' as const, 'latest' as const, 'none' as const),
    catchUpLimit: fc.integer({ min: 1, max: 5 }),
    overlap: fc.constantFrom('queue' as const, 'skip' as const, 'cancel-running' as const),
    busySince: fc.option(fc.nat(200).map(ago)),
  });
  const anyTicks = fc
    .uniqueArray(fc.nat(300), { maxLength: 12 })
    .map((hours) => hours.sort((a, b) => b - a).map((tenths) => ago(tenths / 10)));
  fc.assert(
    fc.property(anyTicks, anyTerms, (ticks, changed) => {
      const judged = judgeTicks(ticks, { ...terms, ...changed });
      expect(judged).toHaveLength(ticks.length);
      if (changed.paused) expect(judged.every(({ state }) => state === 'skipped')).toBe(true);
      for (const { state, reason } of judged) expect(reason === null).toBe(state === 'due');
      const late = judged.filter(
        ({ state }, index) => state === 'due' && now.getTime() - ticks[index]!.getTime() > ON_TIME_MS,
      );
      const most = changed.catchUp === 'all' ? changed.catchUpLimit : changed.catchUp === 'latest' ? 1 : 0;
      expect(late.length).toBeLessThanOrEqual(most);
    }),
  );
});
