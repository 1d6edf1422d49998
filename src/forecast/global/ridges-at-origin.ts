import type { Cases, Question } from './cases.ts';
import {
  addSums,
  emptySums,
  fitRidges,
  type RidgeFit,
  type RidgeInput,
  type RidgeSums,
  sumsOf,
} from './ridge-member.ts';

/** Which regression answers a series and lead. */
export type RidgeOf = (series: number, lead: number) => RidgeFit;

export interface RidgeOptions {
  readonly horizon: number;
  readonly season: number;
  /** A case counts half as much when it is so many positions old. */
  readonly halfLife: number;
  /** Series count as much as their level (under log: errors in money), or one each. */
  readonly weights: 'equal' | 'level';
  readonly log: boolean;
}

/**
 * Neighbouring leads share their cases, by a bell of this width in seasons: a lead of its own has too few, and a week of
 * leads under one regression holds the first day for as uncertain as the seventh. Chosen on Japanese wholesale prices of
 * 2020 to 2023.
 */
const SHARED_SEASONS = 0.2;
/** What counts less than this is left out. */
const LEAST_SHARE = 0.02;
/** A series' own spread counts against that of all series as so many cases would. */
const SPREAD_PRIOR_CASES = 50;

/**
 * A regression for each series and lead, learnt from the cases whose outcome is known where `known` positions are.
 *
 * Learning is a pass over the cases, so it can be done anew at every origin.
 */
export function ridgesAt(
  known: number,
  cases: Cases,
  questions: readonly Question[],
  inputs: readonly RidgeInput[],
  { horizon, season, halfLife, weights, log }: RidgeOptions,
): RidgeOf {
  const series = bySeries(known, cases, questions, horizon);
  const place = new Map(series.map(({ key }, at) => [key, at]));
  const p = inputs.length + 1;
  const sums = series.map(({ rowsOf }) =>
    rowsOf.map((rows) => {
      const ages = rows.map((row) => known - questions[cases.question[row]!]!.position);
      return sumsOf(
        cases.columns,
        inputs,
        cases.target,
        rows,
        ages.map((age) => 2 ** (-age / halfLife)),
      );
    }),
  );
  const levels = series.map(({ rowsOf }) =>
    weights === 'equal' || !log ? 1 : meanLevel(cases.anchor, rowsOf.flat()),
  );
  const byLead = Array.from({ length: horizon }, (_, k) => {
    const near = shares(k, horizon, season);
    const fits = fitRidges(
      inputs,
      sums.map((own, i) => ({ sums: mixed(own, near, p), level: levels[i]! })),
      Math.floor(k / season) + 1,
    );
    return withPooledSpread(fits);
  });
  return (of, lead) => {
    const { own, pooled } = byLead[lead - 1]!;
    return own[place.get(of) ?? -1] ?? pooled;
  };
}

interface SeriesRows {
  readonly key: number;
  /** By lead. */
  readonly rowsOf: readonly number[][];
}

function bySeries(
  known: number,
  cases: Cases,
  questions: readonly Question[],
  horizon: number,
): SeriesRows[] {
  const found = new Map<number, number[][]>();
  for (let row = 0; row < cases.rows; row++) {
    const { position, lead } = questions[cases.question[row]!]!;
    if (position + lead >= known) continue;
    const key = cases.series[row]!;
    let rowsOf = found.get(key);
    if (!rowsOf) {
      rowsOf = Array.from({ length: horizon }, () => []);
      found.set(key, rowsOf);
    }
    rowsOf[lead - 1]!.push(row);
  }
  return [...found].map(([key, rowsOf]) => ({ key, rowsOf }));
}

/** How much the cases of each lead count for the lead k, from 0. */
function shares(
  k: number,
  horizon: number,
  season: number,
): { readonly lead: number; readonly share: number }[] {
  const width = SHARED_SEASONS * season;
  return Array.from({ length: horizon }, (_, lead) => ({
    lead,
    share: Math.exp(-0.5 * ((lead - k) / width) ** 2),
  })).filter(({ share }) => share >= LEAST_SHARE);
}

function mixed(byLead: readonly RidgeSums[], near: ReturnType<typeof shares>, p: number): RidgeSums {
  if (near.length === 1) return byLead[near[0]!.lead]!;
  const sums = emptySums(p);
  for (const { lead, share } of near) addSums(sums, byLead[lead]!, share);
  return sums;
}

/** Draws each series' spread towards that of all. */
function withPooledSpread({ own, pooled }: ReturnType<typeof fitRidges>): ReturnType<typeof fitRidges> {
  let squares = 0;
  let cases = 0;
  for (const fit of own) {
    squares += fit.cases * fit.sigma ** 2;
    cases += fit.cases;
  }
  const usual = cases > 0 ? squares / cases : Number.NaN;
  const spread = (fit: RidgeFit): RidgeFit => ({
    ...fit,
    sigma: Math.sqrt(
      (fit.cases * fit.sigma ** 2 + SPREAD_PRIOR_CASES * usual) / (fit.cases + SPREAD_PRIOR_CASES),
    ),
  });
  return { own: own.map(spread), pooled: spread({ ...pooled, cases: 0 }) };
}

function meanLevel(anchor: Float64Array, rows: readonly number[]): number {
  let sum = 0;
  for (const row of rows) sum += Math.exp(anchor[row]!);
  return rows.length > 0 ? sum / rows.length : 0;
}
