import { describe, expect, it } from 'vitest';
import { yearPositionsByDate, yearPositionsByLength } from './year-positions.ts';

const day = (text: string) => Date.parse(text) / 86_400_000;

describe('year positions', () => {
  it('by length point one and two years back', () => {
    const { ago } = yearPositionsByLength(5, 2, 2);
    expect([...ago[0]!]).toEqual([-1, -1, 0, 1, 2]);
    expect([...ago[1]!]).toEqual([-1, -1, -1, -1, 0]);
  });

  it('by date take the nearest market day, the earlier of two, and 28 February for the 29th', () => {
    const days = ['2023-02-27', '2023-02-28', '2023-03-09', '2023-03-11', '2024-02-29', '2024-03-10'].map(
      day,
    );
    expect([...yearPositionsByDate(days, 1).ago[0]!]).toEqual([-1, -1, -1, -1, 1, 2]);
  });

  it('by date leave out a year without a day near enough', () => {
    const days = ['2023-05-01', '2024-05-06'].map(day);
    expect(yearPositionsByDate(days, 1, 4).ago[0]![1]).toBe(-1);
    expect(yearPositionsByDate(days, 1, 5).ago[0]![1]).toBe(0);
  });

  it('by date say how far the day lies beyond its position, in steps of that side', () => {
    const days = ['2023-05-01', '2023-05-08', '2023-05-15', '2024-05-06', '2024-05-10', '2024-05-15'].map(
      day,
    );
    const { ago, beyond } = yearPositionsByDate(days, 1);
    expect([...ago[0]!].slice(3)).toEqual([1, 1, 2]);
    expect([...beyond![0]!].slice(3)).toEqual([-2 / 7, 2 / 7, 0]);
  });
});
