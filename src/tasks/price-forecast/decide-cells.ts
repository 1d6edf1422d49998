import type { ForecastHorizon } from '../../domain/index.ts';
import {
  type CandidatePaths,
  type Cell,
  type CellCandidate,
  type ChosenCell,
  type Contributions,
  cellCandidates,
  chooseAtOrigins,
  explain,
  forecastAtOrigins,
  levelRecent,
  marketCandidates,
  withheldReason,
} from '../../forecast/index.ts';
import { seasonalNaive, usableYears } from '../../models/index.ts';
import { isStale, type MarketAxis, positionsKnown } from './market-axis.ts';
import { damped, onSameTargets } from './said-before.ts';
import type { GivenPaths } from './snapshot.ts';
import { actualOf, targetOn } from './targets.ts';

/** The interval levels of every price forecast, as shares. */
export const LEVELS = [0.5, 0.8, 0.95] as const;

/** Parameters are estimated once a quarter and rolled forward in between. */
const REFIT_EVERY = 13;
/** Years of market days that say something about smoothing parameters; older ones cost time only. */
const FIT_WINDOW_YEARS = 3;
const WEEKS_PER_YEAR = 52;

/** One horizon of one series: what the candidates foretold at every origin, what came true, and what was shown. */
export interface DecidedCell extends ChosenCell {
  readonly horizon: ForecastHorizon;
  readonly cell: Cell;
  /** Market days (weeks, 순) from each origin to the end of its target, 0 = no target. */
  readonly steps: Int32Array;
  /** What the candidates said of the same days one market day (week, 순) before each origin; when asked for. */
  readonly before: readonly CellCandidate[] | undefined;
}

/** How a series is decided on. */
export interface DecideOptions {
  /** Share, 0 to 1, of what a model said before that it holds on to; by default it says afresh what it sees. */
  readonly damping?: number;
  /** Whether to work out what was said before, to tell how much forecasts jump. */
  readonly revisions?: boolean;
  /** Candidates whose forecasts were made elsewhere. */
  readonly given?: readonly GivenPaths[];
  /** The models to weigh beside the baselines; all by default. */
  readonly models?: readonly string[];
}

export interface DecidedSeries {
  readonly cells: readonly DecidedCell[];
  /** The candidates' paths from each origin, `pathSteps` a row. */
  readonly paths: readonly CandidatePaths[];
  readonly pathSteps: number;
  /** The series' recent level, against which the newest forecasts are explained. */
  readonly level: number;
}

/**
 * Forecasts a series from every origin (days, rising) for every horizon and decides what was to be shown there.
 * Everything at an origin comes from positions known at its end; nothing from later ones. An origin whose last price is
 * stale shows nothing, so its outcome counts for nothing either.
 */
export function decideCells(
  axis: MarketAxis,
  originDays: Int32Array,
  horizons: readonly ForecastHorizon[],
  { damping = 0, revisions = false, given = [], models }: DecideOptions = {},
): DecidedSeries {
  const { values, stepsPerWeek, years, periodsPerYear } = axis;
  const known = originDays.map((day) => positionsKnown(axis, day));
  const targets = horizons.map((horizon) => Array.from(originDays, (day) => targetOn(axis, horizon, day)));
  const pathSteps = Math.max(1, ...targets.flat().map(({ to }) => to));
  const { level, values: instead } = levelRecent(values.subarray(0, known.at(-1)!), stepsPerWeek);
  const all = candidates(axis, known.at(-1)!).filter(
    ({ name, role }) => role === 'baseline' || !models || models.includes(name),
  );
  const said = (lag: number): CandidatePaths[] => {
    const origins = known.map((count) => Math.max(0, count - lag));
    const paths = forecastAtOrigins(values, origins, pathSteps + lag, all, {
      log: true,
      years,
      refitEvery: REFIT_EVERY,
      fitWindow: FIT_WINDOW_YEARS * (periodsPerYear ?? WEEKS_PER_YEAR * stepsPerWeek),
      ...(lag === 0 ? { instead } : {}),
    });
    return lag === 0 ? paths : onSameTargets(paths, pathSteps, lag);
  };
  const fresh = [...said(0), ...given.map((one) => laidOn(originDays, pathSteps, one))];
  const earlier = damping > 0 || revisions ? said(1) : [];
  const paths = damping > 0 ? damped(fresh, earlier, damping) : fresh;
  const pathsBefore = revisions ? (damping > 0 ? damped(earlier, said(2), damping) : earlier) : undefined;
  const withheld = Array.from(known, (count) => withheldReason(values.subarray(0, count), stepsPerWeek));
  const stale = Array.from(originDays, (day, j) => isStale(axis, day, known[j]!));
  const cells = horizons.map((horizon, index): DecidedCell => {
    const steps = Int32Array.from(targets[index]!, ({ to }) => to);
    const targetSteps = { from: targets[index]!.map(({ from }) => from), to: steps };
    const targetDay = Int32Array.from(targets[index]!, ({ day }) => day);
    const cell: Cell = {
      horizon,
      originDay: originDays,
      targetDay,
      actual: Float64Array.from(targets[index]!, (target, j) =>
        stale[j] ? Number.NaN : actualOf(axis, known[j]!, target),
      ),
      candidates: cellCandidates(paths, targetSteps),
      scale: 'log',
      withheld,
    };
    const before = pathsBefore && cellCandidates(pathsBefore, targetSteps);
    return { horizon, cell, steps, before, ...chooseAtOrigins(cell, LEVELS) };
  });
  return { cells, paths, pathSteps, level };
}

/** Given paths as rows of these origins. */
function laidOn(originDays: Int32Array, pathSteps: number, given: GivenPaths): CandidatePaths {
  const rows = new Map(Array.from(given.originDays, (day, row) => [day, row]));
  const steps = Math.min(pathSteps, given.steps);
  const lay = (from: Float64Array) => {
    const out = new Float64Array(originDays.length * pathSteps).fill(Number.NaN);
    originDays.forEach((day, j) => {
      const row = rows.get(day);
      if (row !== undefined)
        out.set(from.subarray(row * given.steps, row * given.steps + steps), j * pathSteps);
    });
    return out;
  };
  return { name: given.name, role: 'model', mean: lay(given.mean), sigma: lay(given.sigma), scale: 'log' };
}

/** Why the newest forecast of a cell stands where it stands. */
export function reasonsOf({ cell, decisions }: DecidedCell, level: number): Contributions | null {
  const { mean, parts } = decisions.at(-1)!;
  return Number.isNaN(mean) ? null : explain(mean, parts, cell.candidates, level);
}

/** On weekly data and prices by 순 the season is the year: the same period of last year stands beside the other baselines. */
function candidates({ values, years, stepsPerWeek, periodsPerYear }: MarketAxis, known: number) {
  const next = Math.min(known, years.ago[0]!.length - 1);
  const reference = { halfWindow: stepsPerWeek > 1 ? 2 : 0 };
  const fiveYears = usableYears(values.subarray(0, known), years, next, reference) === 5;
  const market = marketCandidates({ stepsPerWeek, fiveYears });
  if (periodsPerYear === null) return market;
  const lastYear = {
    name: 'seasonal-naive',
    role: 'baseline',
    model: seasonalNaive,
    context: { season: periodsPerYear },
  } as const;
  return [market[0]!, lastYear, ...market.slice(1)];
}
