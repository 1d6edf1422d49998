import { describe, expect, it } from 'vitest';
import { trainingQuestions } from './training-questions.ts';

const panel = { values: Array.from({ length: 10 }, () => new Float64Array(700)) };
const asked = (origins: readonly number[], rowsAtMost: number) =>
  trainingQuestions(panel, { origins, end: origins.at(-1)!, horizon: 14, season: 7, rowsAtMost });
const weekdays = (origins: readonly number[], rowsAtMost: number) =>
  new Set(asked(origins, rowsAtMost).map(({ position }) => position % 7));

describe('what is learnt from', () => {
  it('stands on the weekday of the origins where they share one and not every position is taken', () => {
    // the origin 602 knows 602 positions, the newest of them 601
    expect([...weekdays([602, 609, 637], 3000)]).toEqual([601 % 7]);
    expect(weekdays([602, 608], 3000).size).toBe(7);
    expect(weekdays([602, 609, 637], 1e6).size).toBe(7);
  });

  it('has its outcome before the end, and about as many rows as were asked for', () => {
    for (const origins of [
      [602, 609],
      [602, 608],
    ]) {
      const questions = asked(origins, 3000);
      expect(questions.every(({ position, lead }) => position + lead < origins[1]!)).toBe(true);
      expect(questions.length * 10).toBeGreaterThan(1500);
      expect(questions.length * 10).toBeLessThan(4500);
    }
  });
});
