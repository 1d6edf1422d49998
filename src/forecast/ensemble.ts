import { ForecastRefusal, type ModelForecast } from '../models/index.ts';
import type { Candidate } from './candidates.ts';

/** A combined forecast and what its weights and intervals rest on. */
export interface EnsembleForecast {
  /** The only candidate's name, or `ensemble`. */
  readonly model: string;
  readonly mean: Float64Array;
  /** Expected size of the error at each step, in the values' units; only its shape matters once calibrated. */
  readonly profile: Float64Array;
  /** |error| / profile of the ensemble on the held-back tails, sorted; empty when nothing could be held back. */
  readonly tailErrors: Float64Array;
}

/** Held-back tails per series. */
const TAILS = 4;

/**
 * Combines candidates by what they would have done on the series' own tail.
 *
 * Every candidate is fitted twice: once on the values before the earliest of up to four tails of `horizon` steps,
 * from where its states are rolled forward tail by tail with nothing re-estimated, and once on all values for the
 * forecast itself. Weights are (absolute error on the tails)^-(number of tails): four tails let a clear winner win,
 * one only leans. The same tails give the errors of the ensemble for its intervals. A candidate that refuses is left out; when all
 * refuse, the first refusal is thrown. The power and the number of tails were chosen on M4 and M3 one horizon before
 * the end of the training parts.
 */
export function ensemble(
  values: Float64Array,
  horizon: number,
  candidates: readonly Candidate[],
): EnsembleForecast {
  const longestSeason = Math.max(1, ...candidates.map((candidate) => candidate.context.season ?? 1));
  const tails = tailOrigins(values.length, horizon, Math.min(longestSeason, values.length >> 2));
  const names: string[] = [];
  const full: ModelForecast[] = [];
  const past: Float64Array[][] = [];
  let refusal: ForecastRefusal | undefined;
  for (const { name, model, context } of candidates) {
    try {
      const now = model.fit(values, context).forecast(values, horizon);
      let then: Float64Array[] = [];
      if (tails.length > 0) {
        const fitted = model.fit(values.subarray(0, tails[0]!), context);
        then = tails.map((origin) => fitted.forecast(values.subarray(0, origin), horizon).mean);
      }
      names.push(name);
      full.push(now);
      past.push(then);
    } catch (error) {
      if (!(error instanceof ForecastRefusal)) throw error;
      refusal ??= error;
    }
  }
  if (full.length === 0) throw refusal ?? new ForecastRefusal('too-short', 'no candidate was given');
  const weights = tailWeights(values, tails, past);
  const mean = weighted(
    full.map((one) => one.mean),
    weights,
  );
  const profile = weighted(full.map(linearSigma), weights);
  for (let k = 1; k < horizon; k++) profile[k] = Math.max(profile[k]!, profile[k - 1]!);
  const errors: number[] = [];
  tails.forEach((origin, j) => {
    const combined = weighted(
      past.map((one) => one[j]!),
      weights,
    );
    for (let k = 0; k < horizon; k++) {
      const error = Math.abs(values[origin + k]! - combined[k]!) / profile[k]!;
      if (Number.isFinite(error)) errors.push(error);
    }
  });
  return {
    model: names.length === 1 ? names[0]! : 'ensemble',
    mean,
    profile,
    tailErrors: Float64Array.from(errors).sort(),
  };
}

/** Origins of the tails, oldest first: at least half of the series and two seasons stay before the first. */
function tailOrigins(length: number, horizon: number, season: number): number[] {
  const needed = Math.max(8, Math.ceil(length / 2), 2 * season + 4);
  const count = Math.max(0, Math.min(TAILS, Math.floor((length - needed) / horizon)));
  return Array.from({ length: count }, (_, j) => length - (count - j) * horizon);
}

function tailWeights(
  values: Float64Array,
  tails: readonly number[],
  past: readonly Float64Array[][],
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
  const raw = loss.map((one) => (one === least ? 1 : (least / one) ** tails.length));
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

/** The error's size in the values' units; under `log` to first order. */
function linearSigma(forecast: ModelForecast): Float64Array {
  return forecast.scale === 'log'
    ? forecast.sigma.map((sigma, k) => Math.min(sigma, 2) * Math.abs(forecast.mean[k]!))
    : forecast.sigma;
}
