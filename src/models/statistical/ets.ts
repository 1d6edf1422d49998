import type { FittedModel, ForecastModel, ModelContext } from '../model.ts';
import { type Conditioned, condition, requireCount } from './conditioning.ts';
import { type FittedForm, projectForms, type WeightedForm } from './ets-average.ts';
import { ETS_FORMS, type EtsForm, type EtsShape, shapeOf } from './ets-form.ts';
import { type EtsParameters, etsRun } from './ets-kernel.ts';
import { leadError } from './ets-lead-error.ts';
import { firstStates, improveStates, runForm } from './ets-start.ts';
import { minimise, NEAR } from './nelder-mead.ts';
import { isSeasonal } from './seasonality.ts';

/** What {@link ets} may be told. */
export interface EtsOptions {
  /**
   * The forms to choose from; default all fifteen. Those with a season take part where there is one, and alone where the
   * season passes its test; those with relative errors where every value is positive and no logarithm was asked for.
   */
  readonly forms?: readonly EtsForm[];
  /** Simplex iterations for each of the two rounds of a form. */
  readonly maxIterations?: number;
  /** Longest season whose states are estimated; a longer one counts as none. */
  readonly maxSeason?: number;
}

const INFEASIBLE = 1e300;
/** Forms whose criterion was further than this behind the best one's at an earlier end are not fitted to a later one. */
const REACH = 60;

/**
 * Exponential smoothing with fitted parameters and estimated start states, the form chosen by what it says of the sample one
 * step ahead (AICc) and of the leads of a season together: n log of the mean squared error over up to twelve leads is
 * added. One step alone prefers trends that run away; with both, forecasts of M3 and M4 one horizon before the end of
 * their training parts were 4 to 10% better. With a season the answer is the mean of the forms nearly as good as the best
 * one, by Akaike weights: forms with a dozen states are hard to tell apart on a short sample, and on months their mean was
 * 2% better. Without one it is the best form alone, which was better on weeks.
 *
 * Smoothing parameters come from Nelder-Mead on the likelihood; start states are least squares given those, exact for
 * additive errors and by Gauss-Newton steps for relative ones; the two alternate twice. A form with relative errors
 * begins where its additive twin ended, since both run the same recursion. Values may be missing. Under `log` only
 * additive forms are tried: the season and the trend are multiplicative already. Intervals: the closed forms of
 * classes 1 and 2, and the approximation of class 3. Needs 4 known values (else `too-short`); a season needs two full
 * cycles, else it is ignored.
 * Source: Hyndman, Koehler, Ord, Snyder, "Forecasting with Exponential Smoothing", 2008, chapters 2, 5, 6.
 */
export function ets(options: EtsOptions = {}): ForecastModel {
  const { forms = ETS_FORMS, maxIterations = 120, maxSeason = 24 } = options;
  const fitFrom = (values: Float64Array, context: ModelContext, earlier?: FittedForms): FittedModel => {
    const conditioned = condition(values, 'ets', context.log ?? false);
    requireCount(conditioned, 4, 'ets');
    const m = usableSeason(conditioned, context.season ?? 1, maxSeason);
    const fitted = fitForms(conditioned, m, forms, maxIterations, earlier);
    const chosen = m > 0 ? weighted(fitted.forms) : [{ fitted: best(fitted.forms), weight: 1 }];
    return {
      model: 'ets',
      forecast: (longer, horizon) => {
        const input =
          longer === values ? conditioned : condition(longer, 'ets', conditioned.log, conditioned);
        return projectForms(chosen, input, horizon);
      },
      refit: (longer) => fitFrom(longer, context, fitted),
    };
  };
  return {
    name: 'ets',
    wholeHistory: false,
    fit: (values, context = {}) => fitFrom(values, context),
  };
}

/** Every form that was fitted, and what decides which forms there are. */
interface FittedForms {
  readonly m: number;
  readonly positive: boolean;
  readonly forms: readonly FittedForm[];
}

function usableSeason(conditioned: Conditioned, season: number, maxSeason: number): number {
  return season >= 2 && season <= maxSeason && conditioned.count >= 2 * season + 4 ? season : 0;
}

function fitForms(
  input: Conditioned,
  m: number,
  forms: readonly EtsForm[],
  maxIterations: number,
  earlier: FittedForms | undefined,
): FittedForms {
  const positive = !input.log && input.values.every((value) => Number.isNaN(value) || value > 0);
  if (earlier && earlier.m === m && earlier.positive === positive) {
    const within = best(earlier.forms).criterion + REACH;
    const again = earlier.forms
      .filter(({ criterion }) => criterion <= within || criterion === Infinity)
      .map((one) => fitForm(input, one.shape, maxIterations, beginningAfter(input, one)));
    return { m, positive, forms: again };
  }
  const seasonal = m > 0 && isSeasonal(input.values, m);
  const fitted = new Map<EtsForm, FittedForm>();
  for (const form of forms) {
    const shape = shapeOf(form);
    if ((shape.season !== 'none' && m === 0) || (shape.relative && !positive)) continue;
    if (shape.season === 'none' && seasonal && forms.length > 1) continue;
    const twin = fitted.get(twinOf(form));
    fitted.set(form, fitForm(input, shape, maxIterations, beginningOf(input, shape, m, twin)));
  }
  if (fitted.size === 0) {
    const shape = shapeOf('ANN');
    fitted.set('ANN', fitForm(input, shape, maxIterations, beginningOf(input, shape, 0, undefined)));
  }
  return { m, positive, forms: [...fitted.values()] };
}

function best(forms: readonly FittedForm[]): FittedForm {
  return forms.reduce((least, one) => (one.criterion < least.criterion ? one : least));
}

/**
 * The criterion counts the errors of one step and those of the leads, which tell much the same: half of it is held to be
 * a deviance, so that a share falls by e for every four.
 */
const CRITERION_PER_E = 4;
/** Forms with less than this share of the best one's are left out. */
const SMALLEST_SHARE = 1 / 50;

/** Forms nearly as good as the best, with their Akaike weights. */
function weighted(forms: readonly FittedForm[]): WeightedForm[] {
  const first = best(forms);
  if (first.criterion === Infinity) return [{ fitted: first, weight: 1 }];
  const shares = forms
    .map((fitted) => ({ fitted, share: Math.exp((first.criterion - fitted.criterion) / CRITERION_PER_E) }))
    .filter(({ share }) => share >= SMALLEST_SHARE);
  const total = shares.reduce((sum, { share }) => sum + share, 0);
  return shares.map(({ fitted, share }) => ({ fitted, weight: share / total }));
}

/** The form with additive errors, and where possible the same season, whose parameters are a good beginning. */
function twinOf(form: EtsForm): EtsForm {
  return `A${form.slice(1, -1)}${form.endsWith('N') ? 'N' : 'A'}` as EtsForm;
}

/** Where the search for a form's parameters begins. */
interface Beginning {
  readonly parameters: EtsParameters;
  readonly season: Float64Array;
  /** What is known of them: nothing, what the twin came to, or the smoothing of an earlier end of the sample. */
  readonly from: 'nothing' | 'twin' | 'earlier';
}

function beginningOf(
  input: Conditioned,
  shape: EtsShape,
  m: number,
  twin: FittedForm | undefined,
): Beginning {
  const parameters: EtsParameters = {
    alpha: 0.3,
    beta: 0.03,
    gamma: 0.1,
    phi: 0.95,
    level: 0,
    slope: 0,
    ...twin?.parameters,
  };
  const season = new Float64Array(shape.season === 'none' ? 0 : m);
  if (twin && shape.season !== 'multiplicative') season.set(twin.season);
  else firstStates(shape, input.values, parameters, season);
  return { parameters, season, from: twin ? 'twin' : 'nothing' };
}

/** The first states are guessed anew: from those of the earlier fit they would go further than the data outweigh a guess. */
function beginningAfter(input: Conditioned, earlier: FittedForm): Beginning {
  const parameters = { ...earlier.parameters };
  const season = new Float64Array(earlier.season.length);
  firstStates(earlier.shape, input.values, parameters, season);
  return { parameters, season, from: 'earlier' };
}

function fitForm(
  input: Conditioned,
  shape: EtsShape,
  maxIterations: number,
  { parameters: p, season: start, from }: Beginning,
): FittedForm {
  const y = input.values;
  const n = y.length;
  const m = start.length;
  const season = new Float64Array(m);
  const run = etsRun();
  const cost = (): number => {
    season.set(start);
    const { squares, logs } = runForm(shape, y, n, p, season, run);
    if (!shape.relative) return squares;
    const known = input.count;
    // the likelihood as a sum of squares: the same order of size for the simplex, whatever the form
    const height = squares * Math.exp((2 * logs) / known);
    return Number.isFinite(height) ? height : INFEASIBLE;
  };
  const at = simplexPoint(shape, p);
  const steps = simplexSteps(shape).map((step) => (from === 'earlier' ? step * NEAR : step));
  const height = (x: Float64Array): number => (readParameters(x, shape, p) ? cost() : INFEASIBLE);
  if (from === 'earlier') keepBetterStates(shape, y, p, start, cost);
  for (let round = from === 'nothing' ? 0 : 1; round < 2; round++) {
    minimise(height, at, steps, {
      maxIterations: round === 0 ? maxIterations : maxIterations >> 1,
      tolerance: 1e-6,
    });
    readParameters(at, shape, p);
    keepBetterStates(shape, y, p, start, cost);
    for (let j = 0; j < steps.length; j++) steps[j] = steps[j]! / 3;
  }
  const least = cost();
  const { squares } = run;
  const count = input.count;
  const parameters = at.length + 1 + (shape.trend ? 1 : 0) + (m > 0 ? m - 1 : 0) + 1;
  const spare = count - parameters - 1;
  const tiny = 1e-26;
  const aicc =
    count * Math.log(least / count + tiny) + 2 * parameters + (2 * parameters * (parameters + 1)) / spare;
  const criterion = aicc + count * Math.log(leadError(shape, y, p, start) + tiny);
  return {
    shape,
    parameters: { ...p },
    season: start,
    sigma2: squares / Math.max(1, count - Math.min(parameters - 1, count >> 1)),
    criterion: spare > 0 && Number.isFinite(criterion) && least < INFEASIBLE ? criterion : Infinity,
  };
}

/** Least-squares start states where they lower the cost; a step too far is halved once. */
function keepBetterStates(
  shape: EtsShape,
  y: Float64Array,
  p: EtsParameters,
  start: Float64Array,
  cost: () => number,
): void {
  const before = { level: p.level, slope: p.slope, season: Float64Array.from(start), cost: cost() };
  if (improveStates(shape, y, p, start) && cost() <= before.cost) return;
  p.level = (p.level + before.level) / 2;
  p.slope = (p.slope + before.slope) / 2;
  for (let k = 0; k < start.length; k++) start[k] = (start[k]! + before.season[k]!) / 2;
  if (cost() <= before.cost) return;
  p.level = before.level;
  p.slope = before.slope;
  start.set(before.season);
}

function simplexPoint({ trend, damped, season }: EtsShape, p: EtsParameters): Float64Array {
  return Float64Array.from([
    p.alpha,
    ...(trend ? [p.beta] : []),
    ...(season === 'none' ? [] : [p.gamma]),
    ...(damped ? [p.phi] : []),
  ]);
}

function simplexSteps({ trend, damped, season }: EtsShape): number[] {
  return [0.2, ...(trend ? [0.05] : []), ...(season === 'none' ? [] : [0.1]), ...(damped ? [-0.05] : [])];
}

/** Puts a simplex point into the parameters; false outside the usual region 0 < beta < alpha < 1, gamma < 1 - alpha. */
function readParameters(x: Float64Array, { trend, damped, season }: EtsShape, p: EtsParameters): boolean {
  let j = 0;
  p.alpha = x[j++]!;
  p.beta = trend ? x[j++]! : 0;
  p.gamma = season === 'none' ? 0 : x[j++]!;
  p.phi = damped ? x[j]! : 1;
  return (
    p.alpha >= 1e-4 &&
    p.alpha <= 0.9999 &&
    p.beta >= 0 &&
    p.beta <= p.alpha &&
    p.gamma >= 0 &&
    p.gamma <= 1 - p.alpha &&
    (!damped || (p.phi >= 0.8 && p.phi <= 0.98))
  );
}
