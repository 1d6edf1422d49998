/**
 * Where the same day of the calendar lies in earlier years, by position on the series' axis.
 *
 * `ago[j][t]` is the position one + j years before position t, or -1. It covers the known values *and* the steps
 * to be forecast, so its arrays are at least `values.length + horizon` long. Positions, not values: a model looks
 * the values up in what it was given, so the calendar can be built once for a series and cannot leak.
 */
export interface YearPositions {
  readonly ago: readonly Int32Array[];
  /** How far the same day lies beyond that position, in steps (negative: before it); without it, on it. */
  readonly beyond?: readonly Float64Array[];
}

/** Year positions for an axis on which a year has a fixed number of steps (52 weeks, 36 순, 12 months). */
export function yearPositionsByLength(length: number, stepsPerYear: number, years = 5): YearPositions {
  return {
    ago: Array.from({ length: years }, (_, j) => {
      const shift = Math.round((j + 1) * stepsPerYear);
      return Int32Array.from({ length }, (_unused, t) => (t >= shift ? t - shift : -1));
    }),
  };
}

/**
 * Year positions from the dates of a market-day axis: the nearest position to the same month and day.
 *
 * `dayNumbers[t]` is the date of position t in days since 1970-01-01, rising, including the market days to be
 * forecast. 29 February looks back to 28 February. When no position lies within `toleranceDays` of the wanted
 * date the year is absent (-1); of two equally near positions the earlier one is taken.
 */
export function yearPositionsByDate(
  dayNumbers: ArrayLike<number>,
  years = 5,
  toleranceDays = 4,
): YearPositions {
  const length = dayNumbers.length;
  const ago = Array.from({ length: years }, () => new Int32Array(length).fill(-1));
  const beyond = Array.from({ length: years }, () => new Float64Array(length));
  for (let j = 0; j < years; j++) {
    const positions = ago[j]!;
    let cursor = 0;
    for (let t = 0; t < length; t++) {
      const wanted = sameDayYearsBefore(dayNumbers[t]!, j + 1);
      while (cursor + 1 < length && dayNumbers[cursor + 1]! <= wanted) cursor++;
      let best = cursor;
      const after = cursor + 1;
      if (after < t && Math.abs(dayNumbers[after]! - wanted) < Math.abs(dayNumbers[best]! - wanted))
        best = after;
      if (best >= t || Math.abs(dayNumbers[best]! - wanted) > toleranceDays) continue;
      positions[t] = best;
      const days = wanted - dayNumbers[best]!;
      const next = dayNumbers[best + Math.sign(days)];
      if (next !== undefined && days !== 0) beyond[j]![t] = days / Math.abs(next - dayNumbers[best]!);
    }
  }
  return { ago, beyond };
}

const DAY_MS = 86_400_000;

function sameDayYearsBefore(dayNumber: number, years: number): number {
  const date = new Date(dayNumber * DAY_MS);
  const month = date.getUTCMonth();
  const day = month === 1 ? Math.min(28, date.getUTCDate()) : date.getUTCDate();
  return Date.UTC(date.getUTCFullYear() - years, month, day) / DAY_MS;
}
