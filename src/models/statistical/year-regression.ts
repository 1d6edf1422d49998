import { type FittedModel, type ForecastModel, finiteForecast } from '../model.ts';
import { ForecastRefusal } from '../refusal.ts';
import { type Conditioned, condition, requireCount, uncondition } from './conditioning.ts';
import { solveSymmetric } from './least-squares.ts';
import type { YearPositions } from './year-positions.ts';

/** What {@link yearRegression} may be told. */
export interface YearRegressionOptions {
  /** A year reference is the mean over this many positions on each side; 2 on a market-day axis, 0 for weeks. */
  readonly halfWindow: number;
  /** Positions in the short mean (a week) and, four times as long, in the month mean. */
  readonly stepsPerWeek: number;
}

const FEATURES = 6;
/** Weight of the prior, in cases: without evidence every coefficient is 0 and the forecast is the last value. */
const PRIOR_CASES = 60;
/** Fewest complete cases for a regression. */
const MIN_CASES = 60;

/**
 * A direct regression for each step ahead: how far the value moves from the last one, explained by how it moved over the
 * same days of earlier years, how far it stands from those years, from its own week and from its own month.
 *
 * Ridge least squares towards "no move", so that a series without a yearly pattern keeps the last value. Needs year
 * positions over values and horizon (else `no-season`) and 60 days that have a year before them (else `too-short`).
 * The coefficients come from the fitted values; later values move the features only. Intervals: the residuals'
 * root mean square at each step. Made for logarithms of prices.
 */
export function yearRegression(options: YearRegressionOptions): ForecastModel {
  const name = 'year-regression';
  return {
    name,
    wholeHistory: true,
    fit(values, context = {}): FittedModel {
      const conditioned = condition(values, name, context.log ?? false);
      requireCount(conditioned, MIN_CASES, name);
      const years = context.years;
      if (!years || years.ago.length === 0) {
        throw new ForecastRefusal('no-season', `${name} needs year positions`);
      }
      const training = new Features(conditioned.values, years, options);
      const steps: Step[] = [];
      return {
        model: name,
        forecast(longer, horizon) {
          const last = longer.length + horizon;
          if (years.ago[0]!.length < last) {
            throw new ForecastRefusal('no-season', `${name} needs year positions for all ${last} positions`);
          }
          while (steps.length < horizon) steps.push(fitStep(training, steps.length + 1, name));
          const input =
            longer === values ? conditioned : condition(longer, name, conditioned.log, conditioned);
          return project(name, new Features(input.values, years, options), steps, input, horizon);
        },
      };
    },
  };
}

interface Step {
  readonly coefficients: Float64Array;
  readonly sigma: number;
}

/** The features of any (position, lead), read from one array of values. */
class Features {
  readonly length: number;
  private readonly values: Float64Array;
  private readonly years: YearPositions;
  private readonly smooth: Float64Array;
  private readonly last: Float64Array;
  private readonly week: Float64Array;
  private readonly month: Float64Array;

  constructor(values: Float64Array, years: YearPositions, options: YearRegressionOptions) {
    this.values = values;
    this.years = years;
    this.length = values.length;
    this.smooth = centredMean(values, options.halfWindow);
    this.last = trailingMean(values, 1);
    this.week = trailingMean(values, options.stepsPerWeek);
    this.month = trailingMean(values, 4 * options.stepsPerWeek);
  }

  /** The last known value at position t. */
  lastAt(t: number): number {
    return this.last[t]!;
  }

  /** The move from the last value at t to the value `lead` later, NaN when unknown. */
  move(t: number, lead: number): number {
    return this.values[t + lead]! - this.last[t]!;
  }

  /** Writes the features of (t, lead); false when the years before t have nothing to say. */
  read(t: number, lead: number, x: Float64Array): boolean {
    const { ago } = this.years;
    let moves = 0;
    let references = 0;
    let count = 0;
    let lastYear = Number.NaN;
    for (let j = 0; j < ago.length && j < 5; j++) {
      const from = this.at(ago[j]![t]!, t);
      const to = this.at(ago[j]![t + lead]!, t);
      const move = to - from;
      if (Number.isNaN(move)) continue;
      if (j === 0) lastYear = move;
      moves += move;
      references += from;
      count++;
    }
    if (count === 0) return false;
    const week = this.week[t]!;
    x[0] = moves / count;
    x[1] = Number.isNaN(lastYear) ? moves / count : lastYear;
    x[2] = references / count - week;
    x[3] = week - this.last[t]!;
    x[4] = this.month[t]! - week;
    x[5] = 1;
    return true;
  }

  /** The smoothed value at an earlier year's position, taken only where its window ends at or before t. */
  private at(position: number, t: number): number {
    return position >= 0 && position < t ? this.smooth[position]! : Number.NaN;
  }
}

function fitStep(features: Features, lead: number, name: string): Step {
  const normal = new Float64Array(FEATURES * FEATURES);
  const right = new Float64Array(FEATURES);
  const size = new Float64Array(FEATURES);
  const x = new Float64Array(FEATURES);
  let cases = 0;
  let total = 0;
  for (let t = 0; t + lead < features.length; t++) {
    const move = features.move(t, lead);
    if (Number.isNaN(move) || !features.read(t, lead, x)) continue;
    cases++;
    total += move * move;
    for (let i = 0; i < FEATURES; i++) {
      right[i] = right[i]! + x[i]! * move;
      for (let j = 0; j <= i; j++) normal[i * FEATURES + j] = normal[i * FEATURES + j]! + x[i]! * x[j]!;
    }
  }
  if (cases < MIN_CASES) {
    throw new ForecastRefusal(
      'too-short',
      `${name} needs ${MIN_CASES} days with a year before them, not ${cases}`,
    );
  }
  const gram = Float64Array.from(normal);
  const coefficients = Float64Array.from(right);
  // Overlapping leads repeat their shocks, so the prior weighs more the longer the lead.
  const prior = (PRIOR_CASES * Math.sqrt(lead)) / cases;
  for (let i = 0; i < FEATURES; i++) {
    size[i] = gram[i * FEATURES + i]!;
    gram[i * FEATURES + i] = size[i]! * (1 + prior) + 1e-12 * (1 + size[i]!);
  }
  if (!solveSymmetric(gram, coefficients, FEATURES)) coefficients.fill(0);
  let squares = total;
  for (let i = 0; i < FEATURES; i++) {
    squares -= 2 * coefficients[i]! * right[i]!;
    for (let j = 0; j < FEATURES; j++) {
      const product = j <= i ? normal[i * FEATURES + j]! : normal[j * FEATURES + i]!;
      squares += coefficients[i]! * coefficients[j]! * product;
    }
  }
  return { coefficients, sigma: Math.sqrt(Math.max(0, squares) / (cases - FEATURES)) };
}

function project(
  name: string,
  features: Features,
  steps: readonly Step[],
  input: Conditioned,
  horizon: number,
) {
  const t = features.length - 1;
  const mean = new Float64Array(horizon);
  const sigma = new Float64Array(horizon);
  const x = new Float64Array(FEATURES);
  for (let k = 0; k < horizon; k++) {
    if (!features.read(t, k + 1, x)) {
      throw new ForecastRefusal('no-season', `${name}: no earlier year has a value for step ${k + 1}`);
    }
    let move = 0;
    const { coefficients } = steps[k]!;
    for (let i = 0; i < FEATURES; i++) move += coefficients[i]! * x[i]!;
    mean[k] = features.lastAt(t) + move;
    sigma[k] = Math.max(steps[k]!.sigma, k > 0 ? sigma[k - 1]! : 0);
  }
  uncondition(input, mean, sigma);
  return finiteForecast(name, mean, sigma, input.log ? 'log' : 'linear');
}

/** Mean of the known values within `half` positions, NaN where there is none. */
function centredMean(values: Float64Array, half: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let t = 0; t < values.length; t++) {
    let sum = 0;
    let count = 0;
    for (let j = Math.max(0, t - half); j <= Math.min(values.length - 1, t + half); j++) {
      if (Number.isNaN(values[j])) continue;
      sum += values[j]!;
      count++;
    }
    out[t] = count > 0 ? sum / count : Number.NaN;
  }
  return out;
}

/** Mean of the last `width` known values up to each position, fewer at the start, NaN before the first. */
function trailingMean(values: Float64Array, width: number): Float64Array {
  const window = new Float64Array(width);
  const out = new Float64Array(values.length);
  let seen = 0;
  let sum = 0;
  for (let t = 0; t < values.length; t++) {
    const value = values[t]!;
    if (!Number.isNaN(value)) {
      const place = seen++ % width;
      sum += value - window[place]!;
      window[place] = value;
      // Summed anew once a round, so that rounding does not build up.
      if (place === width - 1) sum = window.reduce((total, one) => total + one, 0);
    }
    out[t] = sum / Math.min(seen, width);
  }
  return out;
}
