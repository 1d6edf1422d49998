import { type FittedModel, type ForecastModel, finiteForecast, type ModelContext } from '../model.ts';
import { type Conditioned, condition, firstKnown, requireCount, uncondition } from './conditioning.ts';
import { minimise, NEAR } from './nelder-mead.ts';
import { deseasonalise, isSeasonal, type SeasonalIndices, seasonalIndices } from './seasonality.ts';

/** What {@link theta} may be told. */
export interface ThetaOptions {
  /**
   * `standard`: theta 2 and the straight line of the whole sample; `optimised`: theta fitted, same line;
   * `dynamic-standard`: theta 2, the line updated with each value; `dynamic`: theta fitted, the line updated;
   * `automatic`: the one of the two dynamic forms with the smaller one-step error. The other two take no part in it,
   * because their line knows the end of the sample at its beginning and their errors look smaller than they will be;
   * on the M3 and M4 training parts a choice among all four lost to either. Default `dynamic`.
   */
  readonly variant?: ThetaVariant | 'automatic';
  readonly maxIterations?: number;
}

type ThetaVariant = 'standard' | 'optimised' | 'dynamic-standard' | 'dynamic';

const NAMES: Readonly<Record<ThetaVariant | 'automatic', string>> = {
  standard: 'theta',
  optimised: 'optimised-theta',
  'dynamic-standard': 'dynamic-standard-theta',
  dynamic: 'dynamic-theta',
  automatic: 'automatic-theta',
};

interface Line {
  readonly intercept: number;
  readonly slope: number;
}

/** The line through the values up to each position: the same whatever the parameters, as long as no value is missing. */
interface Lines {
  readonly intercepts: Float64Array;
  readonly slopes: Float64Array;
}

/** Scratch of one filter pass: the states after the last value and what the pass cost. */
const states = { level: 0, mean: 0, intercept: 0, slope: 0, count: 0, power: 1, squares: 0, errors: 0 };

/**
 * The Theta method as a state space model, on data deseasonalised when the 90% seasonality test passes.
 *
 * The dynamic optimised form was the best single peer on M4 weekly. Values may be missing: a gap is filled by its
 * own one-step forecast. Intervals: the closed form of simple smoothing, sigma^2 (1 + (h - 1) alpha^2).
 * Needs 4 known values (else `too-short`).
 * Source: J. A. Fiorucci et al., "Models for optimising the theta method and their relationship to state space
 * models", International Journal of Forecasting 32 (2016); the method: Assimakopoulos and Nikolopoulos (2000).
 */
export function theta(options: ThetaOptions = {}): ForecastModel {
  const variant = options.variant ?? 'dynamic';
  const name = NAMES[variant];
  const variants: readonly ThetaVariant[] =
    variant === 'automatic' ? ['dynamic-standard', 'dynamic'] : [variant];
  const maxIterations = options.maxIterations ?? 150;
  const fitFrom = (values: Float64Array, context: ModelContext, earlier?: Earlier): FittedModel => {
    const log = context.log ?? false;
    const conditioned = condition(values, name, log);
    requireCount(conditioned, 4, name);
    const season = context.season ?? 1;
    const seasonal = isSeasonal(conditioned.values, season)
      ? seasonalIndices(conditioned.values, season, log ? 'additive' : 'multiplicative')
      : undefined;
    const y = seasonal ? deseasonalise(conditioned.values, seasonal) : conditioned.values;
    const { line, x } = leastError(y, variants, maxIterations, earlier && inUnitsOf(conditioned, earlier));
    return {
      model: name,
      forecast: (longer, horizon) =>
        project(name, condition(longer, name, log, conditioned), seasonal, line, x, horizon),
      refit: (longer) => fitFrom(longer, context, { x, input: conditioned }),
    };
  };
  return {
    name,
    wholeHistory: false,
    fit: (values, context = {}) => fitFrom(values, context),
  };
}

/** What a fit to an earlier end of the sample came to. */
interface Earlier {
  readonly x: Float64Array;
  readonly input: Conditioned;
}

/** The earlier parameters, the start level in the units of the longer sample. */
function inUnitsOf(input: Conditioned, { x, input: earlier }: Earlier): Float64Array {
  return Float64Array.of(x[0]!, x[1]! * (earlier.scale / input.scale) + earlier.shift - input.shift, x[2]!);
}

interface Fitted {
  /** The line of the whole sample; undefined when it is updated with each value. */
  readonly line: Line | undefined;
  readonly x: Float64Array;
  readonly squares: number;
}

function leastError(
  y: Float64Array,
  variants: readonly ThetaVariant[],
  maxIterations: number,
  near?: Float64Array,
): Fitted {
  const sample = straightLine(y);
  const fitted = variants.map((variant) => {
    const line = variant.startsWith('dynamic') ? undefined : sample;
    return fitTheta(y, line, variant.endsWith('standard'), maxIterations, near);
  });
  return fitted.reduce((best, one) => (one.squares < best.squares ? one : best));
}

/** x = [alpha, start level, 1 - 1/theta]; theta from 1 up is 0 up to 1, which the simplex walks more evenly. */
function fitTheta(
  y: Float64Array,
  line: Line | undefined,
  standard: boolean,
  maxIterations: number,
  near: Float64Array | undefined,
): Fitted {
  const first = firstKnown(y);
  const x = near ? Float64Array.from(near) : Float64Array.of(0.5, y[first]!, 0.5);
  if (standard) x[2] = 0.5;
  const free = standard ? x.subarray(0, 2) : x;
  const lines = line ? undefined : linesOf(y, first);
  const height = (candidate: Float64Array): number => {
    const alpha = candidate[0]!;
    const weight = standard ? 0.5 : candidate[2]!;
    if (!(alpha >= 0.1 && alpha <= 0.99 && weight >= 0 && weight <= 1)) return 1e300;
    if (lines) return squaresOnLines(y, first, alpha, candidate[1]!, weight, lines);
    filter(y, first, alpha, candidate[1]!, weight, line);
    return states.squares;
  };
  const reach = near ? NEAR : 1;
  const size = Math.max(1e-3, Math.abs(y[first]!) * 0.1);
  const steps = [0.2 * reach, size * reach, ...(standard ? [] : [0.3 * reach])];
  const squares = minimise(height, free, steps, { maxIterations, tolerance: 1e-8 });
  return { line, x, squares };
}

/** The updated line before each position, its arithmetic that of {@link filter}; undefined where a value is missing. */
function linesOf(y: Float64Array, first: number): Lines | undefined {
  const intercepts = new Float64Array(y.length);
  const slopes = new Float64Array(y.length);
  let mean = y[first]!;
  let intercept = mean;
  let slope = 0;
  let count = 1;
  for (let t = first + 1; t < y.length; t++) {
    count++;
    intercepts[t] = intercept;
    slopes[t] = slope;
    const value = y[t]!;
    if (Number.isNaN(value)) return undefined;
    slope = ((count - 2) * slope + (6 * (value - mean)) / count) / (count + 1);
    mean += (value - mean) / count;
    intercept = mean - (slope * (count + 1)) / 2;
  }
  return { intercepts, slopes };
}

/** What {@link filter} would leave as the sum of squares, several times as fast: the lines are not drawn anew. */
function squaresOnLines(
  y: Float64Array,
  first: number,
  alpha: number,
  start: number,
  weight: number,
  { intercepts, slopes }: Lines,
): number {
  const keep = 1 - alpha;
  let level = alpha * y[first]! + keep * start;
  let power = keep;
  let squares = 0;
  for (let t = first + 1; t < y.length; t++) {
    const expected = level + weight * (power * intercepts[t]! + ((1 - power * keep) / alpha) * slopes[t]!);
    const e = y[t]! - expected;
    // the first two steps are left out
    if (t > first + 1) squares += e * e;
    level = alpha * y[t]! + keep * level;
    power *= keep;
  }
  return squares;
}

/** Runs the recursion over `y` from its first known value; the sum of squares leaves out the first two steps. */
function filter(
  y: Float64Array,
  first: number,
  alpha: number,
  start: number,
  weight: number,
  line: Line | undefined,
): void {
  const keep = 1 - alpha;
  let level = alpha * y[first]! + keep * start;
  let mean = y[first]!;
  let intercept = line ? line.intercept : y[first]!;
  let slope = line ? line.slope : 0;
  let power = keep;
  let squares = 0;
  let errors = 0;
  let count = 1;
  for (let t = first + 1; t < y.length; t++) {
    count++;
    const expected = level + weight * (power * intercept + ((1 - power * keep) / alpha) * slope);
    const known = y[t]!;
    const value = Number.isNaN(known) ? expected : known;
    if (count > 2 && !Number.isNaN(known)) {
      const e = value - expected;
      squares += e * e;
      errors++;
    }
    level = alpha * value + keep * level;
    power *= keep;
    if (!line) {
      slope = ((count - 2) * slope + (6 * (value - mean)) / count) / (count + 1);
      mean += (value - mean) / count;
      intercept = mean - (slope * (count + 1)) / 2;
    }
  }
  states.level = level;
  states.mean = mean;
  states.intercept = intercept;
  states.slope = slope;
  states.count = count;
  states.power = power;
  states.squares = squares;
  states.errors = errors;
}

function project(
  name: string,
  input: Conditioned,
  seasonal: SeasonalIndices | undefined,
  line: Line | undefined,
  x: Float64Array,
  horizon: number,
) {
  const y = seasonal ? deseasonalise(input.values, seasonal) : input.values;
  const alpha = x[0]!;
  const weight = x[2]!;
  const first = firstKnown(y);
  filter(y, first, alpha, x[1]!, weight, line);
  let { level, mean: average, intercept, slope, count, power } = states;
  const sigma2 = states.squares / Math.max(1, states.errors - 3);
  const mean = new Float64Array(horizon);
  const sigma = new Float64Array(horizon);
  const n = y.length;
  for (let k = 0; k < horizon; k++) {
    count++;
    const expected = level + weight * (power * intercept + ((1 - power * (1 - alpha)) / alpha) * slope);
    level = alpha * expected + (1 - alpha) * level;
    power *= 1 - alpha;
    if (!line) {
      slope = ((count - 2) * slope + (6 * (expected - average)) / count) / (count + 1);
      average += (expected - average) / count;
      intercept = average - (slope * (count + 1)) / 2;
    }
    const spread = Math.sqrt(sigma2 * (1 + k * alpha * alpha));
    const index = seasonal ? seasonal.indices[(n + k) % seasonal.indices.length]! : 0;
    mean[k] = !seasonal ? expected : seasonal.kind === 'multiplicative' ? expected * index : expected + index;
    sigma[k] = seasonal?.kind === 'multiplicative' ? spread * index : spread;
  }
  uncondition(input, mean, sigma);
  return finiteForecast(name, mean, sigma, input.log ? 'log' : 'linear');
}

/** The least-squares line through the known values, the first of them at 1. */
function straightLine(y: Float64Array): Line {
  const first = firstKnown(y);
  let count = 0;
  let sumT = 0;
  let sumY = 0;
  for (let t = first; t < y.length; t++) {
    if (Number.isNaN(y[t])) continue;
    count++;
    sumT += t - first + 1;
    sumY += y[t]!;
  }
  const meanT = sumT / count;
  const meanY = sumY / count;
  let cross = 0;
  let square = 0;
  for (let t = first; t < y.length; t++) {
    if (Number.isNaN(y[t])) continue;
    const dt = t - first + 1 - meanT;
    cross += dt * (y[t]! - meanY);
    square += dt * dt;
  }
  const slope = square > 0 ? cross / square : 0;
  return { intercept: meanY - slope * meanT, slope };
}
