import type { ForecastHorizon } from '../../domain/index.ts';
import { type CandidatePaths, globalAtOrigins, newestReadings } from '../../forecast/index.ts';
import { ForecastRefusal, yearPositionsByDate } from '../../models/index.ts';
import { layOut, type MarketAxis, marketTime, originsUpTo, positionsKnown } from './market-axis.ts';
import type { GivenPaths, PriceSnapshot } from './snapshot.ts';
import { targetOn } from './targets.ts';

/** All series of one market (on weekly data: of one price kind), and from how many origins they are forecast together. */
export interface GlobalQuestion extends PriceSnapshot {
  readonly horizons: readonly ForecastHorizon[];
  readonly origins: number;
  readonly seed?: number;
}

/** Two years before the first origin that the model is asked at, so that a year has taught it something. */
const LEARN_YEARS = 2;
const DAYS_PER_YEAR = 365.25;
/** Earlier years that moves are read from; the five of a normal year are fewer than there often are. */
const EARLIER_YEARS = 10;

/**
 * What one model over all series of a market says of each, at every origin from what was known there; in the order of
 * the snapshot's series, `null` for a series whose days are not the market's. Empty when there is too little to learn.
 */
export function globalPaths(question: GlobalQuestion): (GivenPaths | null)[] {
  const time = marketTime(question);
  const axes = question.series.map((series) => (series.days.length > 0 ? layOut(series, time) : null));
  const longest = axes.reduce<MarketAxis | null>(
    (best, axis) => (axis && (!best || axis.values.length > best.values.length) ? axis : best),
    null,
  );
  if (!longest) return [];
  const length = longest.values.length;
  // Series lie flush with the origin; one that has a day of its own does not fit the common axis.
  const fits = axes.map(
    (axis) => axis !== null && longest.days[length - axis.values.length] === axis.days[0],
  );
  const column = (of: (axis: MarketAxis) => Float64Array) =>
    axes.flatMap((axis, k) => {
      if (!axis || !fits[k]) return [];
      const out = new Float64Array(length).fill(Number.NaN);
      out.set(of(axis), length - axis.values.length);
      return [out];
    });
  const firstAsked = longest.days[0]! + LEARN_YEARS * DAYS_PER_YEAR;
  const originDays = originsUpTo(time, question.origins).filter((day) => day >= firstAsked);
  if (originDays.length === 0) return [];
  const known = originDays.map((day) => positionsKnown(longest, day));
  const steps = Math.max(
    1,
    ...question.horizons.flatMap((horizon) =>
      Array.from(originDays, (day) => targetOn(longest, horizon, day).to),
    ),
  );
  const axisDays = Float64Array.from(longest.days.subarray(0, length + steps));
  if (axisDays.length < length + steps) return [];
  const turn = axisDays.map((day) => (2 * Math.PI * day) / DAYS_PER_YEAR);
  const values = column((axis) => axis.values);
  const volumes = column(({ units }) => units);
  const daily = question.granularity === 'day';
  let answers: readonly CandidatePaths[];
  try {
    answers = globalAtOrigins(
      {
        values,
        volumes,
        ...(daily ? newestReadings(values, volumes) : {}),
        years:
          question.granularity === 'dekad' ? longest.years : yearPositionsByDate(axisDays, EARLIER_YEARS),
        cycles: {
          'year sine': turn.map(Math.sin),
          'year cosine': turn.map(Math.cos),
          ...(daily ? { weekday: axisDays.map((day) => (day + 3) % 7) } : {}),
        },
      },
      known,
      {
        horizon: steps,
        season: longest.stepsPerWeek,
        log: true,
        ...(question.seed === undefined ? {} : { seed: question.seed }),
      },
    );
  } catch (error) {
    if (error instanceof ForecastRefusal) return [];
    throw error;
  }
  let next = 0;
  return fits.map((fit) => {
    if (!fit) return null;
    const { name, mean, sigma } = answers[next++]!;
    return { name, originDays, steps, mean, sigma };
  });
}
