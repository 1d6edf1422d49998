import { type FittedModel, type ForecastModel, finiteForecast } from '../model.ts';
import { type Conditioned, condition, requireCount, uncondition } from './conditioning.ts';
import { minimise } from './nelder-mead.ts';

/** How a season enters: not at all, as the whole model at a lag of one season, beside it without or with a potential. */
export type CesForm = 'none' | 'simple' | 'partial' | 'full';

/** What {@link ces} may be told. */
export interface CesOptions {
  /** The forms to choose from by AICc; default all four where there is a season of at most 48 steps, else `none`. */
  readonly forms?: readonly CesForm[];
  readonly maxIterations?: number;
}

const ALL_FORMS: readonly CesForm[] = ['none', 'simple', 'partial', 'full'];
/** Longer seasons have more states than the forms can tell apart. */
const LONGEST_SEASON = 48;
const INFEASIBLE = 1e300;
/** Without a season, what a squared error still counts one step later: half after 600 steps. */
const KEPT = 2 ** (-1 / 600);
/** Without a season, the deviation of a1 around 1, where a level lasts; it decides little but on short samples. */
const LASTING = 0.05;

/** The smoothing parameters: those of the level, and of the season (`partial` uses `b0` alone). */
interface Smoothing {
  a0: number;
  a1: number;
  b0: number;
  b1: number;
}

/** The level and its information potential, and both for each position of the season. */
interface CesState {
  level: number;
  potential: number;
  readonly season: Float64Array;
  readonly seasonPotential: Float64Array;
}

interface FittedForm {
  readonly form: CesForm;
  readonly smoothing: Smoothing;
  readonly m: number;
  readonly sigma2: number;
  readonly aicc: number;
}

/**
 * Complex exponential smoothing: a level and a hidden potential that turn into each other, so that one model follows
 * both level and trend without choosing between them.
 *
 *   y = l + e      l <- l - (1 - a1) c + (a0 - a1) e      c <- l + (1 - a0) c + (a0 + a1) e
 *
 * Parameters minimise the squared one-step errors within the stability region; the start states come from running the
 * sample forwards, backwards and forwards again. Without a season old errors count less and a level that lasts is held
 * to be likelier than one that decays: both were better on weeks at four earlier ends of the sample. Missing values have
 * no error. Intervals: the response of the model to a unit error, summed in squares. Needs 4 known values (else
 * `too-short`), a season two full cycles.
 * Source: I. Svetunkov, N. Kourentzes, J. K. Ord, "Complex exponential smoothing", Naval Research Logistics 69 (2022).
 */
export function ces(options: CesOptions = {}): ForecastModel {
  const maxIterations = options.maxIterations ?? 100;
  return {
    name: 'ces',
    wholeHistory: false,
    fit(values, context = {}): FittedModel {
      const conditioned = condition(values, 'ces', context.log ?? false);
      requireCount(conditioned, 4, 'ces');
      const season = context.season ?? 1;
      const m = season >= 2 && season <= LONGEST_SEASON && conditioned.count >= 2 * season + 4 ? season : 0;
      const forms = (options.forms ?? ALL_FORMS).filter((form) => form === 'none' || m > 0);
      const fitted = (forms.length > 0 ? forms : (['none'] as const)).map((form) =>
        fitForm(conditioned, form, m, maxIterations),
      );
      const best = fitted.reduce((least, one) => (one.aicc < least.aicc ? one : least));
      return {
        model: 'ces',
        forecast: (longer, horizon) =>
          project(
            best,
            longer === values ? conditioned : condition(longer, 'ces', conditioned.log, conditioned),
            horizon,
          ),
      };
    },
  };
}

function fitForm(input: Conditioned, form: CesForm, season: number, maxIterations: number): FittedForm {
  const m = form === 'none' ? 0 : season;
  const y = input.values;
  const smoothing: Smoothing = { a0: 1.3, a1: 1, b0: form === 'partial' ? 0.1 : 1.3, b1: 1 };
  const start = startState(y, form, m);
  const state = startState(y, form, m);
  const x = Float64Array.from(
    { none: [1.3, 1], simple: [1.3, 1], partial: [1.3, 1, 0.1], full: [1.3, 1, 1.3, 1] }[form],
  );
  const height = (at: Float64Array): number => {
    if (!readSmoothing(at, form, smoothing)) return INFEASIBLE;
    copyState(start, state);
    let squares = settle(y, form, m, smoothing, state, form === 'none' ? KEPT : 1);
    if (form === 'none') squares *= Math.exp(((smoothing.a1 - 1) / LASTING) ** 2 / input.count);
    return Number.isFinite(squares) ? squares : INFEASIBLE;
  };
  const least = minimise(
    height,
    x,
    x.map(() => -0.1),
    { maxIterations, tolerance: 1e-7 },
  );
  readSmoothing(x, form, smoothing);
  copyState(start, state);
  const squares = least < INFEASIBLE ? settle(y, form, m, smoothing, state, 1) : INFEASIBLE;
  const states = { none: 2, simple: 2 * m, partial: 2 + m, full: 2 + 2 * m }[form];
  const parameters = x.length + states + 1;
  const spare = input.count - parameters - 1;
  return {
    form,
    smoothing,
    m,
    sigma2: squares / Math.max(1, input.count - x.length),
    aicc:
      spare > 0 && squares < INFEASIBLE
        ? input.count * Math.log((squares + 1e-26 * input.count) / input.count) +
          2 * parameters +
          (2 * parameters * (parameters + 1)) / spare
        : Infinity,
  };
}

/** Puts a simplex point into the parameters; false outside the region in which old errors are forgotten. */
function readSmoothing(x: Float64Array, form: CesForm, into: Smoothing): boolean {
  if (form === 'simple') {
    into.b0 = x[0]!;
    into.b1 = x[1]!;
    return isStable(into.b0, into.b1);
  }
  into.a0 = x[0]!;
  into.a1 = x[1]!;
  if (!isStable(into.a0, into.a1)) return false;
  if (form === 'none') return true;
  into.b0 = x[2]!;
  if (form === 'partial') return into.b0 >= 0 && into.b0 <= 1;
  into.b1 = x[3]!;
  return isStable(into.b0, into.b1);
}

/** Both eigenvalues of the discount matrix lie within the unit circle (equation 16 of the source). */
function isStable(a0: number, a1: number): boolean {
  const trace = 2 - 2 * a0 + a1;
  const determinant = (1 - a0 + a1) * (1 - a0) + (1 - a1) * (1 - a0 - a1);
  return Math.abs(determinant) < 1 && Math.abs(trace) < 1 + determinant;
}

function startState(y: Float64Array, form: CesForm, m: number): CesState {
  const span = Math.min(y.length, m > 0 ? m : 10);
  let sum = 0;
  let count = 0;
  for (let t = 0; t < y.length && (t < span || count === 0); t++) {
    if (Number.isNaN(y[t])) continue;
    sum += y[t]!;
    count++;
  }
  const level = sum / count;
  const season = new Float64Array(m);
  for (let k = 0; k < m; k++) {
    const first = Number.isNaN(y[k]) ? level : y[k]!;
    season[k] = form === 'simple' ? first : first - level;
  }
  return { level, potential: level / 1.1, season, seasonPotential: season.map((value) => value / 1.1) };
}

function copyState(from: CesState, to: CesState): void {
  to.level = from.level;
  to.potential = from.potential;
  to.season.set(from.season);
  to.seasonPotential.set(from.seasonPotential);
}

/** Forwards, backwards, forwards: the sum of squared errors of the last run, which begins where the sample suggests. */
function settle(
  y: Float64Array,
  form: CesForm,
  m: number,
  smoothing: Smoothing,
  state: CesState,
  kept: number,
): number {
  run(y, 0, y.length, 1, form, m, smoothing, state, 1);
  turn(form, smoothing, state);
  run(y, y.length - 1, -1, -1, form, m, smoothing, state, 1);
  turn(form, smoothing, state);
  return run(y, 0, y.length, 1, form, m, smoothing, state, kept);
}

/**
 * A run that turns round starts from what is expected beyond the last value, one step for the level and for each position
 * of the season: the last value itself must not be met with the state that it has just made.
 */
function turn(form: CesForm, { a0, a1, b0, b1 }: Smoothing, state: CesState): void {
  const { level, potential, season, seasonPotential } = state;
  state.level = level - (1 - a1) * potential;
  state.potential = level + (1 - a0) * potential;
  if (form === 'partial') return;
  for (let k = 0; k < season.length; k++) {
    const seasonal = season[k]!;
    const hidden = seasonPotential[k]!;
    season[k] = seasonal - (1 - b1) * hidden;
    seasonPotential[k] = seasonal + (1 - b0) * hidden;
  }
}

/**
 * One run over `y` from position `from` to before `to`; the state is left as it stands after the last value. Answers the
 * sum of squared errors, each worth the share `kept` one step later.
 */
function run(
  y: Float64Array,
  from: number,
  to: number,
  step: 1 | -1,
  form: CesForm,
  m: number,
  { a0, a1, b0, b1 }: Smoothing,
  state: CesState,
  kept: number,
): number {
  const { season, seasonPotential } = state;
  const hasLevel = form !== 'simple';
  const isPartial = form === 'partial';
  let { level, potential } = state;
  if (!hasLevel) level = 0;
  let squares = 0;
  let k = m > 0 ? from % m : 0;
  for (let t = from; t !== to; t += step) {
    const seasonal = m > 0 ? season[k]! : 0;
    const known = y[t]!;
    let e = known - level - seasonal;
    if (Number.isNaN(e)) e = 0;
    squares = kept * squares + e * e;
    if (hasLevel) {
      const before = level;
      level = before - (1 - a1) * potential + (a0 - a1) * e;
      potential = before + (1 - a0) * potential + (a0 + a1) * e;
    }
    if (m > 0) {
      if (isPartial) season[k] = seasonal + b0 * e;
      else {
        const hidden = seasonPotential[k]!;
        season[k] = seasonal - (1 - b1) * hidden + (b0 - b1) * e;
        seasonPotential[k] = seasonal + (1 - b0) * hidden + (b0 + b1) * e;
      }
      k += step;
      if (k === m) k = 0;
      else if (k < 0) k = m - 1;
    }
  }
  state.level = level;
  state.potential = potential;
  return squares;
}

function project({ form, smoothing, m, sigma2 }: FittedForm, input: Conditioned, horizon: number) {
  const y = input.values;
  const state = startState(y, form, m);
  settle(y, form, m, smoothing, state, 1);
  const mean = path(form, m, smoothing, state, y.length, horizon);
  const response = responses(form, m, smoothing, y.length, horizon);
  const sigma = new Float64Array(horizon);
  let variance = sigma2;
  for (let h = 0; h < horizon; h++) {
    sigma[h] = Math.sqrt(variance);
    variance += sigma2 * response[h]! * response[h]!;
  }
  uncondition(input, mean, sigma);
  return finiteForecast('ces', mean, sigma, input.log ? 'log' : 'linear');
}

/** What the model expects of the steps after position `n`, without errors. */
function path(
  form: CesForm,
  m: number,
  smoothing: Smoothing,
  state: CesState,
  n: number,
  horizon: number,
): Float64Array {
  const ahead = new Float64Array(n + horizon).fill(Number.NaN);
  const mean = new Float64Array(horizon);
  for (let h = 0; h < horizon; h++) {
    mean[h] = (form === 'simple' ? 0 : state.level) + (m > 0 ? state.season[(n + h) % m]! : 0);
    run(ahead, n + h, n + h + 1, 1, form, m, smoothing, state, 1);
  }
  return mean;
}

/** By how much a unit error moves the expectation of each later step: the model run from nothing but that error. */
function responses(form: CesForm, m: number, smoothing: Smoothing, n: number, horizon: number): Float64Array {
  const state: CesState = {
    level: 0,
    potential: 0,
    season: new Float64Array(m),
    seasonPotential: new Float64Array(m),
  };
  const unit = new Float64Array(n + 1).fill(Number.NaN);
  unit[n] = 1;
  run(unit, n, n + 1, 1, form, m, smoothing, state, 1);
  return path(form, m, smoothing, state, n + 1, horizon);
}
