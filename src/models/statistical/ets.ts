import { type FittedModel, type ForecastModel, finiteForecast } from '../model.ts';
import { type Conditioned, condition, requireCount, uncondition } from './conditioning.ts';
import { type EtsParameters, type EtsState, etsFilter } from './ets-kernel.ts';
import { solveSymmetric } from './least-squares.ts';
import { minimise } from './nelder-mead.ts';

/** Error, trend and season of a form: additive error; no, additive or damped trend; no or additive season. */
export type EtsForm = 'ANN' | 'AAN' | 'AAdN' | 'ANA' | 'AAA' | 'AAdA';

/** What {@link ets} may be told. */
export interface EtsOptions {
  /** The forms to choose from by AICc; default: the three without a season, and with one all six. */
  readonly forms?: readonly EtsForm[];
  /** Simplex iterations for each of the two rounds of a form. */
  readonly maxIterations?: number;
  /** Longest season whose states are estimated; a longer one counts as none. */
  readonly maxSeason?: number;
}

const ALL_FORMS: readonly EtsForm[] = ['ANN', 'AAN', 'AAdN', 'ANA', 'AAA', 'AAdA'];
const INFEASIBLE = 1e300;

interface FittedForm {
  form: EtsForm;
  parameters: EtsParameters;
  season: Float64Array;
  sigma2: number;
  aicc: number;
}

/**
 * Exponential smoothing with fitted parameters and estimated start states, the form chosen by AICc.
 *
 * Smoothing parameters come from Nelder-Mead on the squared one-step errors; the errors are affine in the start
 * states, so those are the exact least-squares solution, and the two alternate twice. Values may be missing.
 * Under `log` the seasonal and trend become multiplicative. Intervals: the closed-form variance of class 1.
 * Needs 4 known values (else `too-short`); a season needs two full cycles, else the season is ignored.
 * Source: Hyndman, Koehler, Ord, Snyder, "Forecasting with Exponential Smoothing", 2008, chapters 2, 5, 6.
 */
export function ets(options: EtsOptions = {}): ForecastModel {
  const maxIterations = options.maxIterations ?? 120;
  return {
    name: 'ets',
    wholeHistory: false,
    fit(values, context = {}): FittedModel {
      const conditioned = condition(values, 'ets', context.log ?? false);
      requireCount(conditioned, 4, 'ets');
      const m = usableSeason(conditioned, context.season ?? 1, options.maxSeason ?? 24);
      const best = fitBest(conditioned, m, options.forms ?? ALL_FORMS, maxIterations);
      return {
        model: 'ets',
        forecast: (longer, horizon) => {
          const input =
            longer === values ? conditioned : condition(longer, 'ets', conditioned.log, conditioned);
          return project(best, input, horizon);
        },
      };
    },
  };
}

function usableSeason(conditioned: Conditioned, season: number, maxSeason: number): number {
  return season >= 2 && season <= maxSeason && conditioned.count >= 2 * season + 4 ? season : 0;
}

function fitBest(
  input: Conditioned,
  m: number,
  forms: readonly EtsForm[],
  maxIterations: number,
): FittedForm {
  let best: FittedForm | undefined;
  for (const form of forms) {
    if (form.endsWith('A') && m === 0) continue;
    const fitted = fitForm(input, form, form.endsWith('A') ? m : 0, maxIterations);
    if (!best || fitted.aicc < best.aicc) best = fitted;
  }
  return best ?? fitForm(input, 'ANN', 0, maxIterations);
}

function fitForm(input: Conditioned, form: EtsForm, m: number, maxIterations: number): FittedForm {
  const y = input.values;
  const n = y.length;
  const trend = form.startsWith('AA');
  const damped = form.startsWith('AAd');
  const p: EtsParameters = { alpha: 0.3, beta: 0, gamma: 0, phi: damped ? 0.95 : 1, level: 0, slope: 0 };
  const start = new Float64Array(m);
  startStates(y, m, p, start);
  const season = new Float64Array(m);

  const x: number[] = [0.3];
  const steps: number[] = [0.2];
  if (trend) {
    x.push(0.03);
    steps.push(0.05);
  }
  if (m > 0) {
    x.push(0.1);
    steps.push(0.1);
  }
  if (damped) {
    x.push(0.95);
    steps.push(-0.05);
  }
  const at = Float64Array.from(x);
  const height = (candidate: Float64Array): number => {
    if (!readParameters(candidate, trend, m > 0, damped, p)) return INFEASIBLE;
    season.set(start);
    return etsFilter(y, n, p, season, m);
  };
  for (let round = 0; round < 2; round++) {
    minimise(height, at, steps, {
      maxIterations: round === 0 ? maxIterations : maxIterations >> 1,
      tolerance: 1e-7,
    });
    readParameters(at, trend, m > 0, damped, p);
    estimateStartStates(y, p, start, m, trend);
    for (let j = 0; j < steps.length; j++) steps[j] = steps[j]! / 3;
  }
  season.set(start);
  const sse = etsFilter(y, n, p, season, m);
  const count = input.count;
  const parameters = at.length + 1 + (trend ? 1 : 0) + (m > 0 ? m - 1 : 0) + 1;
  const tiny = 1e-26 * count;
  const spare = count - parameters - 1;
  const aicc =
    spare > 0
      ? count * Math.log((sse + tiny) / count) + 2 * parameters + (2 * parameters * (parameters + 1)) / spare
      : Infinity;
  return {
    form,
    parameters: { ...p },
    season: start,
    sigma2: sse / Math.max(1, count - Math.min(parameters - 1, count >> 1)),
    aicc,
  };
}

/** Puts a simplex point into the parameters; false outside the usual region 0 < beta < alpha < 1, gamma < 1 - alpha. */
function readParameters(
  x: Float64Array,
  trend: boolean,
  seasonal: boolean,
  damped: boolean,
  p: EtsParameters,
): boolean {
  let j = 0;
  p.alpha = x[j++]!;
  if (!(p.alpha >= 1e-4 && p.alpha <= 0.9999)) return false;
  if (trend) {
    p.beta = x[j++]!;
    if (!(p.beta >= 0 && p.beta <= p.alpha)) return false;
  }
  if (seasonal) {
    p.gamma = x[j++]!;
    if (!(p.gamma >= 0 && p.gamma <= 1 - p.alpha)) return false;
  }
  if (damped) {
    p.phi = x[j++]!;
    if (!(p.phi >= 0.8 && p.phi <= 0.98)) return false;
  }
  return true;
}

function startStates(y: Float64Array, m: number, p: EtsParameters, season: Float64Array): void {
  const span = m > 0 ? Math.min(y.length, 2 * m) : Math.min(y.length, 10);
  let sum = 0;
  let count = 0;
  for (let t = 0; t < y.length && (t < span || count === 0); t++) {
    if (!Number.isNaN(y[t])) {
      sum += y[t]!;
      count++;
    }
  }
  p.level = sum / count;
  p.slope = 0;
  for (let k = 0; k < m; k++) {
    let total = 0;
    let seen = 0;
    for (let t = k; t < span; t += m) {
      if (!Number.isNaN(y[t])) {
        total += y[t]! - p.level;
        seen++;
      }
    }
    season[k] = seen > 0 ? total / seen : 0;
  }
}

/** Values beyond this many state-times-step cells say nothing more about the start, and cost much. */
const MAX_DESIGN_CELLS = 60_000;

/**
 * The least-squares start states for given smoothing parameters: column j of the design is the error path of the
 * recursion on zeros that starts from unit state j. A small ridge settles what the data cannot (a level and
 * seasonal states that move against each other).
 */
function estimateStartStates(
  y: Float64Array,
  p: EtsParameters,
  season: Float64Array,
  m: number,
  trend: boolean,
): void {
  const states = 1 + (trend ? 1 : 0) + m;
  const n = Math.min(y.length, Math.max(3 * states, Math.floor(MAX_DESIGN_CELLS / states)));
  const mask = new Float64Array(n);
  for (let t = 0; t < n; t++) mask[t] = Number.isNaN(y[t]) ? Number.NaN : 0;
  const design = new Float64Array(states * n);
  const scratch = new Float64Array(m);
  const base = new Float64Array(n);
  const bare: EtsParameters = { ...p, level: 0, slope: 0 };
  etsFilter(y, n, bare, scratch, m, undefined, base);
  for (let j = 0; j < states; j++) {
    scratch.fill(0);
    bare.level = j === 0 ? 1 : 0;
    bare.slope = trend && j === 1 ? 1 : 0;
    const k = j - 1 - (trend ? 1 : 0);
    if (k >= 0) scratch[k] = 1;
    etsFilter(mask, n, bare, scratch, m, undefined, design.subarray(j * n, (j + 1) * n));
  }
  for (let t = 0; t < n; t++) {
    if (mask[t] === 0) continue;
    base[t] = 0;
    for (let j = 0; j < states; j++) design[j * n + t] = 0;
  }
  const normal = new Float64Array(states * states);
  const right = new Float64Array(states);
  for (let i = 0; i < states; i++) {
    const columnI = i * n;
    let sum = 0;
    for (let t = 0; t < n; t++) sum -= design[columnI + t]! * base[t]!;
    right[i] = sum;
    for (let j = 0; j <= i; j++) {
      const columnJ = j * n;
      let product = 0;
      for (let t = 0; t < n; t++) product += design[columnI + t]! * design[columnJ + t]!;
      normal[i * states + j] = product;
    }
  }
  for (let i = 0; i < states; i++)
    normal[i * states + i] = normal[i * states + i]! * (1 + 1e-9) + (i > 0 ? 1e-6 : 1e-9);
  if (!solveSymmetric(normal, right, states)) return;
  p.level = right[0]!;
  if (trend) p.slope = right[1]!;
  for (let k = 0; k < m; k++) season[k] = right[k + 1 + (trend ? 1 : 0)]!;
}

function project(fitted: FittedForm, input: Conditioned, horizon: number) {
  const { alpha, beta, gamma, phi } = fitted.parameters;
  const m = fitted.season.length;
  const season = Float64Array.from(fitted.season);
  const state: EtsState = { level: 0, slope: 0, at: 0 };
  etsFilter(input.values, input.values.length, fitted.parameters, season, m, state);
  const mean = new Float64Array(horizon);
  const sigma = new Float64Array(horizon);
  let dampedSum = 0;
  let power = 1;
  let variance = fitted.sigma2;
  for (let k = 0; k < horizon; k++) {
    power *= phi;
    dampedSum += power;
    mean[k] = state.level + dampedSum * state.slope + (m > 0 ? season[(state.at + k) % m]! : 0);
    sigma[k] = Math.sqrt(variance);
    const reaction = alpha + beta * dampedSum + (m > 0 && (k + 1) % m === 0 ? gamma : 0);
    variance += fitted.sigma2 * reaction * reaction;
  }
  uncondition(input, mean, sigma);
  return finiteForecast('ets', mean, sigma, input.log ? 'log' : 'linear');
}
