import { describe, expect, it } from 'vitest';
import type { Cases, Question } from './cases.ts';
import { RollingRidges } from './ridges-at-origin.ts';

const HORIZON = 3;
const POSITIONS = 60;
const inputs = [{ column: 0, pull: 1 }];
const options = { horizon: HORIZON, season: 5, halfLife: 20, weights: 'level', log: true } as const;

/** Two series whose move is a slope times the feature; the slope of the second changes halfway. */
function casesOf(move: (series: number, position: number, x: number) => number) {
  const questions: Question[] = [];
  for (let lead = 1; lead <= HORIZON; lead++)
    for (let position = 0; position < POSITIONS; position++) questions.push({ position, lead });
  const rows = 2 * questions.length;
  const series = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / questions.length));
  const question = Int32Array.from({ length: rows }, (_, row) => row % questions.length);
  const feature = Float32Array.from(question, (asked) => Math.sin(1 + 2.7 * asked));
  const cases: Cases = {
    rows,
    columns: [feature],
    series,
    question,
    anchor: Float64Array.from(series, (one) => one),
    unit: new Float64Array(rows).fill(1),
    target: Float64Array.from(feature, (x, row) =>
      move(series[row]!, questions[question[row]!]!.position, x),
    ),
  };
  return { cases, questions };
}

const slopes = (series: number, position: number, x: number) => (series === 0 || position < 30 ? 1 : 3) * x;

describe('regressions that roll from origin to origin', () => {
  it('say at an origin what they say when they are learnt for it alone', () => {
    const { cases, questions } = casesOf(slopes);
    const rolling = new RollingRidges(cases, questions, inputs, options);
    for (const known of [10, 31, 32, 60]) {
      const here = rolling.at(known);
      const alone = new RollingRidges(cases, questions, inputs, options).at(known);
      for (const series of [0, 1, 7])
        for (let lead = 1; lead <= HORIZON; lead++) {
          const fit = here(series, lead);
          expect(fit.coefficients[0]).toBeCloseTo(alone(series, lead).coefficients[0]!, 9);
          expect(fit.sigma).toBeCloseTo(alone(series, lead).sigma, 9);
        }
    }
    expect(rolling.at(60)(1, 1).coefficients[0]).toBeGreaterThan(2);
  });

  it('use an outcome from the origin that knows it, and not before', () => {
    const honest = casesOf(slopes);
    const planted = casesOf((series, position, x) => (position >= 40 ? 1e6 : slopes(series, position, x)));
    const at = (known: number, { cases, questions }: typeof honest) =>
      new RollingRidges(cases, questions, inputs, options).at(known)(1, 1).coefficients[0];
    expect(at(41, planted)).toBe(at(41, honest));
    expect(at(42, planted)).not.toBe(at(42, honest));
  });
});
