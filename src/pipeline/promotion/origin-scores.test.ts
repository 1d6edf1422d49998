import { describe, expect, it } from 'vitest';
import { dayNumber, localDate, type Tables } from '../../domain/index.ts';
import { alignScores, ownScores, pairedScores } from './origin-scores.ts';

interface Outcome {
  readonly series?: string;
  readonly horizon?: string;
  readonly origin: string;
  readonly actual?: number;
  readonly mean?: number;
}

function tables(outcomes: readonly Outcome[]): Tables[] {
  const number = (values: readonly number[]) => ({ type: 'DOUBLE' as const, values });
  const text = (values: readonly string[]) => ({ type: 'VARCHAR' as const, values });
  return [
    {
      origin_outcome: {
        series: text(outcomes.map(({ series }) => series ?? 'a')),
        horizon: text(outcomes.map(({ horizon }) => horizon ?? 'W1')),
        origin_day: { type: 'DATE', values: outcomes.map(({ origin }) => dayNumber(localDate(origin))) },
        actual: number(outcomes.map(({ actual }) => actual ?? 100)),
        mean: number(outcomes.map(({ mean }) => mean ?? 110)),
        naive: number(outcomes.map(() => 80)),
        lo80: number(outcomes.map(({ mean }) => (mean ?? 110) - 15)),
        hi80: number(outcomes.map(({ mean }) => (mean ?? 110) + 15)),
      },
    },
  ];
}

describe('scores by origin', () => {
  it('are means over the series of a week, whatever weekday the run had', () => {
    const scores = ownScores(
      tables([
        { origin: '2026-03-06' },
        { origin: '2026-03-09', mean: 100 },
        { series: 'b', origin: '2026-03-07', mean: 140 },
      ]),
    );
    expect(scores).toEqual([
      {
        originDay: '2026-03-02',
        horizon: 'W1',
        loss: expect.closeTo(0.25),
        naiveLoss: expect.closeTo(0.2),
        inside80: 0.5,
        cases: 2,
      },
      {
        originDay: '2026-03-09',
        horizon: 'W1',
        loss: 0,
        naiveLoss: expect.closeTo(0.2),
        inside80: 1,
        cases: 1,
      },
    ]);
  });

  it('of a pair rest on the cases that both have, scored with the same price', () => {
    const one = tables([
      { origin: '2026-03-06' },
      { series: 'b', origin: '2026-03-06', mean: 200 },
      { series: 'c', origin: '2026-03-06' },
    ]);
    const other = tables([
      { origin: '2026-03-06', mean: 100 },
      { series: 'c', origin: '2026-03-06', actual: 90 },
      { series: 'd', origin: '2026-03-06' },
    ]);
    const [first, second] = pairedScores(one, other);
    expect([first[0]!.cases, second[0]!.cases]).toEqual([1, 1]);
    expect([first[0]!.loss, second[0]!.loss]).toEqual([expect.closeTo(0.1), 0]);
    expect(ownScores([{}])).toEqual([]);
  });

  it('stand side by side in order of time, NaN where one has none', () => {
    const score = (originDay: string, horizon: string, loss: number) => ({
      originDay,
      horizon,
      loss,
      naiveLoss: 1,
      inside80: 0.8,
      cases: 1,
    });
    const [one, other] = alignScores(
      [score('2026-03-09', 'W1', 3), score('2026-03-02', 'W1', 1), score('2026-03-02', 'MD1', 2)],
      [score('2026-03-02', 'W1', 4), score('2026-03-02', 'MD1', 5)],
    );
    expect(one.originDays).toEqual(other.originDays);
    expect(one.horizons.map(({ horizon, loss }) => [horizon, loss])).toEqual([
      ['MD1', [2, Number.NaN]],
      ['W1', [1, 3]],
    ]);
    expect(other.horizons[1]!.loss).toEqual([4, Number.NaN]);
  });
});
