import { type FittedModel, type ForecastModel, finiteForecast } from '../model.ts';
import { type Conditioned, condition, requireCount, uncondition } from './conditioning.ts';
import { minimise } from './nelder-mead.ts';

/** What {@link croston} may be told. */
export interface CrostonOptions {
  /**
   * `classic`: size and interval smoothed with 0.1; `optimised`: with fitted parameters; `sba`: classic, corrected for
   * its bias (Syntetos and Boylan); `tsb`: size and the chance of a demand, which falls in every empty step, both
   * fitted (Teunter, Syntetos and Babai). Default `sba`.
   */
  readonly variant?: 'classic' | 'optimised' | 'sba' | 'tsb';
  /** Smoothing of the size, and of the interval or the chance, instead of the variant's own. */
  readonly smoothing?: readonly [size: number, often: number];
}

const CLASSIC = 0.1;
const INFEASIBLE = 1e300;

/** What is expected of every later step, and the squared one-step errors on the way there. */
interface Rate {
  readonly rate: number;
  readonly squares: number;
}

/**
 * For series that are mostly zero: how large a demand is when there is one, and how often there is one, are followed
 * apart. The forecast is the mean demand a step, the same for every step ahead. Missing values are no steps at all; a
 * series without a demand is forecast as zero. Intervals: the one-step errors' standard deviation at every step (the
 * rate hardly moves between demands). Needs two known values (else `too-short`); logs are refused as `not-positive`
 * where there is a zero. Negative values count as demands of that size.
 * Source: J. D. Croston (1972); A. Syntetos, J. Boylan (2005); R. Teunter, A. Syntetos, M. Z. Babai (2011).
 */
export function croston(options: CrostonOptions = {}): ForecastModel {
  const variant = options.variant ?? 'sba';
  const name = variant === 'sba' || variant === 'tsb' ? variant : `croston-${variant}`;
  return {
    name,
    wholeHistory: false,
    fit(values, context = {}): FittedModel {
      const conditioned = condition(values, name, context.log ?? false);
      requireCount(conditioned, 2, name);
      const x = options.smoothing
        ? Float64Array.from(options.smoothing)
        : fitSmoothing(conditioned.values, variant);
      return {
        model: name,
        forecast: (longer, horizon) =>
          project(name, condition(longer, name, conditioned.log, conditioned), variant, x, horizon),
      };
    },
  };
}

/** [of the size, of the interval or the chance]. */
function fitSmoothing(y: Float64Array, variant: NonNullable<CrostonOptions['variant']>): Float64Array {
  const x = Float64Array.of(CLASSIC, CLASSIC);
  if (variant === 'classic' || variant === 'sba') return x;
  const height = (at: Float64Array): number => {
    const [size, often] = at as unknown as [number, number];
    if (!(size >= 0.01 && size <= 1 && often >= 0.01 && often <= 1)) return INFEASIBLE;
    return follow(y, variant, size, often).squares;
  };
  minimise(height, x, [0.2, 0.1], { maxIterations: 80, tolerance: 1e-6 });
  return x;
}

function follow(
  y: Float64Array,
  variant: NonNullable<CrostonOptions['variant']>,
  smoothSize: number,
  smoothOften: number,
): Rate {
  return variant === 'tsb'
    ? followChance(y, smoothSize, smoothOften)
    : followInterval(y, smoothSize, smoothOften, variant === 'sba' ? 1 - smoothOften / 2 : 1);
}

function followInterval(
  y: Float64Array,
  smoothSize: number,
  smoothInterval: number,
  correction: number,
): Rate {
  let size = Number.NaN;
  let interval = Number.NaN;
  let since = 0;
  let squares = 0;
  for (let t = 0; t < y.length; t++) {
    const value = y[t]!;
    if (Number.isNaN(value)) continue;
    since++;
    const e = value - (Number.isNaN(size) ? 0 : (correction * size) / interval);
    squares += e * e;
    if (value === 0) continue;
    size = Number.isNaN(size) ? value : size + smoothSize * (value - size);
    interval = Number.isNaN(interval) ? since : interval + smoothInterval * (since - interval);
    since = 0;
  }
  return { rate: Number.isNaN(size) ? 0 : (correction * size) / interval, squares };
}

function followChance(y: Float64Array, smoothSize: number, smoothChance: number): Rate {
  let size = Number.NaN;
  let chance = Number.NaN;
  let squares = 0;
  for (let t = 0; t < y.length; t++) {
    const value = y[t]!;
    if (Number.isNaN(value)) continue;
    const demand = value === 0 ? 0 : 1;
    if (!Number.isNaN(size)) {
      const e = value - chance * size;
      squares += e * e;
    }
    if (demand === 1) size = Number.isNaN(size) ? value : size + smoothSize * (value - size);
    chance = Number.isNaN(chance) ? demand : chance + smoothChance * (demand - chance);
  }
  return { rate: Number.isNaN(size) ? 0 : chance * size, squares };
}

function project(
  name: string,
  input: Conditioned,
  variant: NonNullable<CrostonOptions['variant']>,
  x: Float64Array,
  horizon: number,
) {
  const { rate, squares } = follow(input.values, variant, x[0]!, x[1]!);
  const mean = new Float64Array(horizon).fill(rate);
  const sigma = new Float64Array(horizon).fill(Math.sqrt(squares / input.count));
  uncondition(input, mean, sigma);
  return finiteForecast(name, mean, sigma, input.log ? 'log' : 'linear');
}
