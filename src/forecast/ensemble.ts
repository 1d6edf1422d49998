import { ForecastRefusal, type ModelForecast } from '../models/index.ts';
import type { Candidate } from './candidates.ts';

/** A combined forecast and what its weights and intervals rest on. */
export interface EnsembleForecast {
  /** The only candidate's name, or `ensemble`. */
  readonly model: string;
  /** Whether the candidate made elsewhere has a share. */
  readonly withGiven: boolean;
  readonly mean: Float64Array;
  /** Expected size of the error at each step, in the values' units; only its shape matters once calibrated. */
  readonly profile: Float64Array;
  /** |error| / profile of the ensemble on the held-back tails, sorted; empty when nothing could be held back. */
  readonly tailErrors: Float64Array;
}

/** A candidate whose forecasts were made elsewhere, at the end of the values and at each tail. */
export interface GivenCandidate {
  readonly name: string;
  readonly full: ModelForecast;
  /** By tail, oldest first, for as many tails as were asked for; NaN throughout where it had no answer. */
  readonly past: readonly Float64Array[];
}

/** Held-back tails per series. */
const TAILS = 4;
/** Tails from which on they decide the weights; fewer only lean, and half of the answer is the plain median. */
const ENOUGH_TAILS = 3;
/**
 * With fewer tails a forecast that is mixed with others may lie so many times as far from zero as any value known: a
 * step within a short history is a trend of the logarithm to some models, and carried on it leads to millions.
 */
const BEYOND_HISTORY = 10;

/**
 * Combines candidates by what they would have done on the series' own tail.
 *
 * Every candidate is fitted twice: once on the values before the earliest of up to four tails of `horizon` steps,
 * from where its states are rolled forward tail by tail with nothing re-estimated, and then on all values for the
 * forecast itself, from where the first fit ended: never the other way round, for the first knows nothing of the
 * tails. Weights are (absolute error on the tails)^-(number of tails) from three tails on, so that a clear winner
 * wins. Fewer tails only lean (power one), and the answer is then halfway between that mean and the plain median of
 * the candidates. A `given` candidate was made by others under the same rule; it knows what the others do not, so it
 * is weighed against all of them as one, however many they are. The same tails give the errors of the ensemble for its
 * intervals, each tail forecast with the weights that the others give. A candidate that refuses is left out, and so is,
 * with few tails, one that leaves ten times all that has been; when none is left, the first refusal is thrown. The
 * power and the number of tails were chosen on M4 and M3 one horizon before the end of the training parts.
 */
export function ensemble(
  values: Float64Array,
  horizon: number,
  candidates: readonly Candidate[],
  given?: GivenCandidate,
): EnsembleForecast {
  const longestSeason = Math.max(1, ...candidates.map((candidate) => candidate.context.season ?? 1));
  const tails = tailOrigins(values.length, horizon, Math.min(longestSeason, values.length >> 2));
  // one array for fit and forecast, because a model keeps what it has worked out of the values it was fitted on
  const known = tails.map((origin) => values.subarray(0, origin));
  const farthest = largestOf(values);
  const names: string[] = [];
  const full: ModelForecast[] = [];
  const past: Float64Array[][] = [];
  let refusal: ForecastRefusal | undefined;
  for (const { name, model, context } of candidates) {
    try {
      const earlier = known[0] && model.fit(known[0], context);
      const then = known.map((before) => earlier!.forecast(before, horizon).mean);
      const fitted = earlier?.refit?.(values) ?? model.fit(values, context);
      const now = fitted.forecast(values, horizon);
      if (candidates.length > 1 && tails.length < ENOUGH_TAILS) requireNear(now, farthest);
      full.push(now);
      past.push(then);
      names.push(name);
    } catch (error) {
      if (!(error instanceof ForecastRefusal)) throw error;
      refusal ??= error;
    }
  }
  const handed = given && joinable(given, tails.length);
  if (full.length === 0 && !handed)
    throw refusal ?? new ForecastRefusal('too-short', 'no candidate was given');
  let answer = full.length > 0 ? combined(values, tails, full.map(ahead), past) : undefined;
  if (given && handed) {
    names.push(given.name);
    const own = ahead(given.full);
    answer = answer
      ? combined(values, tails, [answer, own], [answer.past, handed])
      : { ...own, past: handed };
  }
  const { mean, profile, past: combinedPast } = answer!;
  for (let k = 1; k < horizon; k++) profile[k] = Math.max(profile[k]!, profile[k - 1]!);
  const errors: number[] = [];
  tails.forEach((origin, j) => {
    for (let k = 0; k < horizon; k++) {
      const error = Math.abs(values[origin + k]! - combinedPast[j]![k]!) / profile[k]!;
      if (Number.isFinite(error)) errors.push(error);
    }
  });
  return {
    model: names.length === 1 ? names[0]! : 'ensemble',
    withGiven: handed !== undefined,
    mean,
    profile,
    tailErrors: Float64Array.from(errors).sort(),
  };
}

/** The largest known distance from zero. */
function largestOf(values: Float64Array): number {
  let largest = 0;
  for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value);
  return largest;
}

/** Throws `beyond-history` for a mean that lies much farther from zero than `farthest`. */
function requireNear({ model, mean }: ModelForecast, farthest: number): void {
  if (mean.every((value) => !(Math.abs(value) > BEYOND_HISTORY * farthest))) return;
  throw new ForecastRefusal(
    'beyond-history',
    `${model}: the forecast is far outside of what the series has been`,
  );
}

/** A forecast's mean and the size of its errors by step, both in the values' units. */
interface Ahead {
  readonly mean: Float64Array;
  readonly profile: Float64Array;
}

function ahead(forecast: ModelForecast): Ahead {
  return { mean: forecast.mean, profile: linearSigma(forecast) };
}

/**
 * Candidates as one, weighted by their losses on the tails: the forecast itself and that of each tail, for which the
 * weights come from the other tails. Weights that have seen an outcome make its error smaller than one to come.
 */
function combined(
  values: Float64Array,
  tails: readonly number[],
  candidates: readonly Ahead[],
  past: readonly (readonly Float64Array[])[],
): Ahead & { readonly past: readonly Float64Array[] } {
  const combine = tails.length >= ENOUGH_TAILS ? weighted : halfMedian;
  const weights = tailWeights(values, tails, past);
  return {
    mean: combine(
      candidates.map(({ mean }) => mean),
      weights,
    ),
    profile: weighted(
      candidates.map(({ profile }) => profile),
      weights,
    ),
    past: tails.map((_, j) => {
      const others = <T>(of: readonly T[]) => of.filter((_one, i) => i !== j);
      return combine(
        past.map((one) => one[j]!),
        tailWeights(values, others(tails), past.map(others)),
      );
    }),
  };
}

/** A given candidate's forecasts at the newest `tails` tails; undefined when one of its numbers is missing. */
function joinable({ full, past }: GivenCandidate, tails: number): Float64Array[] | undefined {
  if (past.length < tails) return undefined;
  const newest = past.slice(past.length - tails);
  const whole = [full.mean, full.sigma, ...newest].every((row) => row.every(Number.isFinite));
  return whole ? newest : undefined;
}

/** Origins of the tails, oldest first: at least half of the series and two seasons stay before the first. */
export function tailOrigins(length: number, horizon: number, season: number): number[] {
  const needed = Math.max(8, Math.ceil(length / 2), 2 * season + 4);
  const count = Math.max(0, Math.min(TAILS, Math.floor((length - needed) / horizon)));
  return Array.from({ length: count }, (_, j) => length - (count - j) * horizon);
}

function tailWeights(
  values: Float64Array,
  tails: readonly number[],
  past: readonly (readonly Float64Array[])[],
): Float64Array {
  const loss = past.map((forecasts) => {
    let sum = 0;
    tails.forEach((origin, j) => {
      const forecast = forecasts[j]!;
      for (let k = 0; k < forecast.length; k++) {
        const gap = Math.abs(values[origin + k]! - forecast[k]!);
        if (!Number.isNaN(gap)) sum += gap;
      }
    });
    return sum;
  });
  const least = Math.min(...loss);
  // A perfect candidate takes all: with a loss of zero the ratio below would be 0/0.
  const power = tails.length >= ENOUGH_TAILS ? tails.length : 1;
  const raw = loss.map((one) => (one === least ? 1 : (least / one) ** power));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return Float64Array.from(raw, (weight) => weight / total);
}

function weighted(rows: readonly Float64Array[], weights: Float64Array): Float64Array {
  const out = new Float64Array(rows[0]!.length);
  rows.forEach((row, i) => {
    const weight = weights[i]!;
    for (let k = 0; k < out.length; k++) out[k] = out[k]! + weight * row[k]!;
  });
  return out;
}

/** Halfway between the weighted mean and the median of the rows. */
function halfMedian(rows: readonly Float64Array[], weights: Float64Array): Float64Array {
  const out = weighted(rows, weights);
  const sorted = new Float64Array(rows.length);
  const middle = rows.length >> 1;
  for (let k = 0; k < out.length; k++) {
    rows.forEach((row, i) => {
      sorted[i] = row[k]!;
    });
    sorted.sort();
    const median = rows.length % 2 === 1 ? sorted[middle]! : sorted[middle - 1]! / 2 + sorted[middle]! / 2;
    out[k] = out[k]! / 2 + median / 2;
  }
  return out;
}

/** The error's size in the values' units; under `log` to first order. */
function linearSigma(forecast: ModelForecast): Float64Array {
  return forecast.scale === 'log'
    ? forecast.sigma.map((sigma, k) => Math.min(sigma, 2) * Math.abs(forecast.mean[k]!))
    : forecast.sigma;
}
