import { finiteForecast, type ModelForecast } from '../model.ts';
import { type Conditioned, uncondition } from './conditioning.ts';
import type { EtsShape } from './ets-form.ts';
import { type EtsParameters, etsRun } from './ets-kernel.ts';
import { runForm } from './ets-start.ts';
import { etsVariance } from './ets-variance.ts';

export interface FittedForm {
  readonly shape: EtsShape;
  readonly parameters: EtsParameters;
  readonly season: Float64Array;
  /** Variance of the one-step error, of its share where errors are relative. */
  readonly sigma2: number;
  /** What the choice minimises, see {@link ets}. */
  readonly criterion: number;
}

/** One form and the share it has in the forecast; shares add up to one. */
export interface WeightedForm {
  readonly fitted: FittedForm;
  readonly weight: number;
}

/**
 * The weighted mean of the forms' forecasts. The spread holds each one's own and how far they are apart; it widens with
 * the step, as a share of the forecast where the errors of all forms are shares.
 */
export function projectForms(
  forms: readonly WeightedForm[],
  input: Conditioned,
  horizon: number,
): ModelForecast {
  const parts = forms.map(({ fitted, weight }) => ({ ...project(fitted, input, horizon), weight }));
  const mean = new Float64Array(horizon);
  for (const part of parts) {
    for (let k = 0; k < horizon; k++) mean[k] = mean[k]! + part.weight * part.mean[k]!;
  }
  const sigma = mean.map((centre, k) => {
    let variance = 0;
    for (const part of parts) {
      variance += part.weight * (part.variance[k]! + (part.mean[k]! - centre) ** 2);
    }
    return Math.sqrt(variance);
  });
  // Forms may come closer together further out; that is no knowledge.
  const shares = forms.every(({ fitted }) => fitted.shape.relative);
  for (let k = 1; k < horizon && parts.length > 1; k++) {
    const least = sigma[k - 1]! * (shares ? Math.abs(mean[k]! / mean[k - 1]!) : 1);
    if (least > sigma[k]!) sigma[k] = least;
  }
  uncondition(input, mean, sigma);
  return finiteForecast('ets', mean, sigma, input.log ? 'log' : 'linear');
}

function project(fitted: FittedForm, input: Conditioned, horizon: number) {
  const { shape, parameters, sigma2 } = fitted;
  const season = Float64Array.from(fitted.season);
  const m = season.length;
  const { level, slope, at } = runForm(
    shape,
    input.values,
    input.values.length,
    parameters,
    season,
    etsRun(),
  );
  const trend = new Float64Array(horizon);
  const seasonal = new Float64Array(horizon);
  let dampedSum = 0;
  let power = 1;
  for (let k = 0; k < horizon; k++) {
    power *= parameters.phi;
    dampedSum += power;
    trend[k] = level + dampedSum * slope;
    if (m > 0) seasonal[k] = season[(at + k) % m]!;
  }
  const mean = trend.map((value, k) =>
    shape.season === 'multiplicative' ? value * seasonal[k]! : value + seasonal[k]!,
  );
  return { mean, variance: etsVariance(shape, parameters, sigma2, m, trend, seasonal) };
}
