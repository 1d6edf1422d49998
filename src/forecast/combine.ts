import type { Cell, CellCandidate } from './cell.ts';
import type { HorizonKind } from './gate.ts';

/** One member of a combination and its weight there; the weights of an origin add up to 1. */
export interface CombinationPart {
  readonly name: string;
  readonly role: CellCandidate['role'];
  readonly weight: number;
}

/** A candidate made of others, with what it was made of at each origin. */
export interface Combination extends CellCandidate {
  readonly parts: readonly (readonly CombinationPart[])[];
}

/**
 * Where the weights lie before there is evidence, for the baselines alone. Chosen on the outcomes of three real feeds
 * (Japan, Taiwan, United Kingdom) before the newest 104 weeks: pooled over all their series the last price and the
 * normal year share the weight, and the normal year's share grows with the time ahead.
 */
const BASELINE_PRIOR: Readonly<Record<HorizonKind, Readonly<Record<string, number>>>> = (() => {
  const oneWeek = { naive: 0.8, 'last-and-last-year': 0.05, 'normal-year': 0.15, 'years-mean': 0.15 };
  const twoWeeks = { naive: 0.6, 'last-and-last-year': 0.1, 'normal-year': 0.3, 'years-mean': 0.3 };
  const month = { naive: 0.2, 'last-and-last-year': 0.2, 'normal-year': 0.6, 'years-mean': 0.6 };
  return {
    MD1: { naive: 0.95, 'normal-year': 0.05, 'years-mean': 0.05 },
    W1: oneWeek,
    W2: twoWeeks,
    W4: month,
    S1: oneWeek,
    S2: twoWeeks,
    S3: month,
  };
})();

/** Share of the models together before there is evidence. */
const MODEL_PRIOR = 0.8;
/**
 * How the models share it, relative to any other's 1, where they are there: the next day is a matter of the week's
 * rhythm, on which all models agree; further ahead it is one of the season.
 */
const MODEL_PRIOR_NEXT_DAY: Readonly<Record<string, number>> = { global: 4, 'year-regression': 1.4 };
const MODEL_PRIOR_AHEAD: Readonly<Record<string, number>> = { global: 12, 'year-regression': 11 };

/** Weight of the prior, in cases whose error is as large as the best member's. */
const BASELINE_PRIOR_CASES = 20;
const MODEL_PRIOR_CASES = 40;
/** An outcome counts half as much when it is this old. */
const HALF_LIFE_DAYS = 322;
/** A log error beyond half or double says that something broke, not how the members should be weighed. */
const LARGEST_LOG_ERROR = Math.LN2;

/**
 * Combines members at every origin with the weights that would have done best on the outcomes known there.
 *
 * The combination is a weighted mean (of logarithms for prices), weights at least 0 with sum 1, found by least squares
 * on the past errors of the members together, so that two members that err in opposite ways are both used. Newer
 * outcomes count more, and a prior keeps the weights where all series had them until the series itself says
 * otherwise; there is no choice of a single winner that flips. A member that refused at an origin is left out there.
 * Weights at origin i are a function of forecasts before i and of outcomes known at i.
 * Source: J. M. Bates, C. W. J. Granger, "The Combination of Forecasts", 1969; ridge towards fixed weights.
 */
export function combineAtOrigins(
  cell: Cell,
  name: string,
  role: CellCandidate['role'],
  members: readonly CellCandidate[],
): Combination {
  const count = cell.originDay.length;
  const mean = new Float64Array(count).fill(Number.NaN);
  const sigma = new Float64Array(count).fill(Number.NaN);
  const parts: (readonly CombinationPart[])[] = [];
  const errors = members.map((member) => errorsOf(cell, member));
  const prior = priorOf(cell.horizon, members);
  for (let i = 0; i < count; i++) {
    const there = members.map((_, k) => k).filter((k) => !Number.isNaN(members[k]!.mean[i]));
    if (there.length === 0) {
      parts.push([]);
      continue;
    }
    const own = scaledToOne(there.map((k) => prior[k]!));
    const strength = role === 'model' ? MODEL_PRIOR_CASES : BASELINE_PRIOR_CASES;
    const weights = bestWeights(
      evidence(
        cell,
        i,
        there.map((k) => errors[k]!),
      ),
      own,
      strength,
    );
    let middle = 0;
    let spread = 0;
    there.forEach((k, a) => {
      const value = members[k]!.mean[i]!;
      middle += weights[a]! * (cell.scale === 'log' ? Math.log(value) : value);
      spread += weights[a]! * members[k]!.sigma[i]!;
    });
    mean[i] = cell.scale === 'log' ? Math.exp(middle) : middle;
    sigma[i] = spread;
    parts.push(
      there.map((k, a) => ({ name: members[k]!.name, role: members[k]!.role, weight: weights[a]! })),
    );
  }
  return { name, role, mean, sigma, parts };
}

function errorsOf(cell: Cell, { mean }: CellCandidate): Float64Array {
  return cell.actual.map((actual, j) =>
    cell.scale === 'log'
      ? Math.max(-LARGEST_LOG_ERROR, Math.min(LARGEST_LOG_ERROR, Math.log(mean[j]! / actual)))
      : mean[j]! - actual,
  );
}

function priorOf(horizon: HorizonKind, members: readonly CellCandidate[]): number[] {
  const shares = horizon === 'MD1' ? MODEL_PRIOR_NEXT_DAY : MODEL_PRIOR_AHEAD;
  const models = members.filter(({ role }) => role === 'model').map(({ name }) => shares[name] ?? 1);
  const whole = models.reduce((sum, share) => sum + share, 0);
  return members.map(({ name, role }) => {
    if (role === 'baseline')
      return (BASELINE_PRIOR[horizon][name] ?? 0) * (models.length > 0 ? 1 - MODEL_PRIOR : 1);
    return (MODEL_PRIOR * (shares[name] ?? 1)) / whole;
  });
}

function scaledToOne(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (sum > 0 ? weight / sum : 1 / weights.length));
}

/** Products of the members' errors over the outcomes known at i that all of them forecast, newer ones weighing more. */
function evidence(cell: Cell, i: number, errors: readonly Float64Array[]) {
  const m = errors.length;
  const products = new Float64Array(m * m);
  let cases = 0;
  const today = cell.originDay[i]!;
  for (let j = 0; j < i; j++) {
    if (cell.targetDay[j]! > today) continue;
    let complete = true;
    for (let a = 0; a < m; a++) if (Number.isNaN(errors[a]![j])) complete = false;
    if (!complete) continue;
    const weight = 2 ** ((cell.targetDay[j]! - today) / HALF_LIFE_DAYS);
    cases += weight;
    for (let a = 0; a < m; a++) {
      const weighted = weight * errors[a]![j]!;
      for (let b = 0; b <= a; b++) products[a * m + b] = products[a * m + b]! + weighted * errors[b]![j]!;
    }
  }
  for (let a = 0; a < m; a++) for (let b = 0; b < a; b++) products[b * m + a] = products[a * m + b]!;
  return { products, cases };
}

/** Rounds of pairwise exchanges; each round lowers the loss, and few are needed for a handful of members. */
const ROUNDS = 60;
const SETTLED = 1e-6;

/**
 * Weights w >= 0 with sum 1 that minimise w'Gw / unit + strength |w - prior|^2, where `unit` is the mean squared error
 * of the best member: by exact exchanges between two members at a time.
 */
function bestWeights(
  { products, cases }: { readonly products: Float64Array; readonly cases: number },
  prior: readonly number[],
  strength: number,
): Float64Array {
  const m = prior.length;
  const weights = Float64Array.from(prior);
  let unit = Infinity;
  for (let a = 0; a < m; a++) unit = Math.min(unit, products[a * m + a]! / cases);
  if (!(cases > 0 && unit > 0)) return weights;
  const loss = products.map((product, index) => {
    const a = Math.floor(index / m);
    const b = index % m;
    return product / unit + strength * ((a === b ? 1 : 0) - prior[a]! - prior[b]!);
  });
  for (let round = 0; round < ROUNDS; round++) {
    let moved = 0;
    for (let a = 0; a < m; a++) {
      for (let b = a + 1; b < m; b++) {
        let slope = 0;
        for (let k = 0; k < m; k++) slope += (loss[b * m + k]! - loss[a * m + k]!) * weights[k]!;
        const curve = loss[a * m + a]! + loss[b * m + b]! - 2 * loss[a * m + b]!;
        const step = Math.max(-weights[a]!, Math.min(weights[b]!, slope / curve));
        weights[a] = weights[a]! + step;
        weights[b] = weights[b]! - step;
        moved = Math.max(moved, Math.abs(step));
      }
    }
    if (moved < SETTLED) break;
  }
  return weights;
}
