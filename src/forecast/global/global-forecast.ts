import type { CandidatePaths } from '../at-origins.ts';
import { CaseMaker, type Cases, casesAt, type Question } from './cases.ts';
import {
  DEFAULT_TREES,
  type LearntTrees,
  learnTrees,
  MEMBER_NAMES,
  type MemberName,
} from './global-model.ts';
import { PART_NAMES, type PartName } from './origin-features.ts';
import { type GlobalPanel, positionsPerYear } from './panel.ts';
import { type RidgeInput, ridgeInputs } from './ridge-member.ts';
import { type RidgeOf, RollingRidges } from './ridges-at-origin.ts';
import { trainingQuestions } from './training-questions.ts';

/** How {@link globalAtOrigins} learns. */
export interface GlobalOptions {
  /** Steps ahead, from 1. */
  readonly horizon: number;
  /** Positions in a week or another short season; default 1 = none. A year is told by the panel's `years`. */
  readonly season?: number;
  /** Learn logarithms: for prices. Values of zero or less count as missing then. */
  readonly log?: boolean;
  /** The trees are learnt anew at every `refitEvery`-th origin, default 13; the regressions at every one. */
  readonly refitEvery?: number;
  /** Under `log`: errors count in money ('level', the default) or each series' errors alike ('equal'). */
  readonly weights?: 'equal' | 'level';
  /** Trees of each boosted member; default 100. */
  readonly trees?: number;
  /** Rows to learn from, about; default 120,000. */
  readonly rowsAtMost?: number;
  readonly seed?: number;
  /** Also say of what each forecast is made, at the newest origin; default no. */
  readonly explain?: boolean;
}

/** One series' forecasts by the global model: the layout of {@link CandidatePaths}. */
export interface GlobalPaths extends CandidatePaths {
  readonly members: Readonly<Record<MemberName, Float64Array>>;
  /** At the newest origin, by step: they add up to the forecast, its logarithm under `log`. */
  readonly parts?: Readonly<Record<PartName, Float64Array>>;
}

/**
 * One model over all series of a panel, direct for every step ahead, asked at each origin.
 *
 * An origin is the number of positions known there, in rising order. What is learnt at an origin has its outcome before
 * it, and every feature of a position is made of values at or before it. The answer is a mean of two boosted
 * models and a ridge regression of each series; a series without any value at an origin has NaN there. Deterministic
 * for a seed. Throws {@link ForecastRefusal} when the panel's arrays do not fit or nothing can be learnt.
 */
export function globalAtOrigins(
  panel: GlobalPanel,
  origins: ArrayLike<number>,
  options: GlobalOptions,
): GlobalPaths[] {
  const { horizon, season = 1, log = false, refitEvery = 13, explain = false } = options;
  const { weights = 'level' } = options;
  const maker = new CaseMaker(panel, { season, log }, horizon);
  const asked = Array.from(
    { length: origins.length * horizon },
    (_, at): Question => ({
      position: origins[Math.floor(at / horizon)]! - 1,
      lead: (at % horizon) + 1,
    }),
  );
  const askedCases = maker.make(asked, true);
  const learntFrom = trainingQuestions(panel, {
    origins,
    end: origins[origins.length - 1]!,
    horizon,
    season,
    rowsAtMost: options.rowsAtMost ?? 120_000,
  });
  const training = maker.make(learntFrom, false);
  const halfLife = HALF_LIFE_YEARS * positionsPerYear(panel.years);
  const answers = panel.values.map(() => emptyPaths(origins.length * horizon, log, explain ? horizon : 0));
  const inputs = ridgeInputs(maker.names);
  let trees: LearntTrees | undefined;
  const ridges = new RollingRidges(training, learntFrom, inputs, { horizon, season, halfLife, weights, log });
  for (let j = 0; j < origins.length; j++) {
    const known = origins[j]!;
    if (!trees || j % refitEvery === 0) trees = treesAt(known, maker, training, learntFrom, options);
    const model = { trees, ridge: ridges.at(known), inputs };
    write(answers, askedCases, asked, model, j, horizon, log, explain && j === origins.length - 1);
  }
  return answers;
}

/** Markets change, and the earlier years that a case could look back on were fewer. */
const HALF_LIFE_YEARS = 1.5;

function treesAt(
  known: number,
  maker: CaseMaker,
  training: Cases,
  questions: readonly Question[],
  { trees = DEFAULT_TREES, seed = 1, weights = 'level', log = false }: GlobalOptions,
): LearntTrees {
  const before = (row: number) => {
    const { position, lead } = questions[training.question[row]!]!;
    return position + lead < known;
  };
  const cases = casesAt(training, rowsWhere(training, before));
  return learnTrees(maker, cases, { trees, seed, weights, log });
}

interface ModelAtOrigin {
  readonly trees: LearntTrees;
  readonly ridge: RidgeOf;
  readonly inputs: readonly RidgeInput[];
}

function write(
  answers: readonly Mutable[],
  askedCases: Cases,
  asked: readonly Question[],
  { trees, ridge, inputs }: ModelAtOrigin,
  origin: number,
  horizon: number,
  log: boolean,
  explain: boolean,
): void {
  const here = (row: number) => Math.floor(askedCases.question[row]! / horizon) === origin;
  const cases = casesAt(askedCases, rowsWhere(askedCases, here));
  const leads = leadsOf(cases, asked);
  const { move, sigma, members, parts } = trees.answer(cases, leads, ridge, inputs, explain);
  const shown = (value: number) => (log ? Math.exp(value) : value);
  for (let row = 0; row < cases.rows; row++) {
    const into = answers[cases.series[row]!]!;
    const at = cases.question[row]!;
    const start = cases.anchor[row]!;
    into.mean[at] = shown(start + move[row]!);
    into.sigma[at] = sigma[row]!;
    for (const name of MEMBER_NAMES) into.members[name][at] = shown(start + members[name][row]!);
    if (!parts || !into.parts) continue;
    for (const name of PART_NAMES) into.parts[name][at % horizon] = parts[name][row]!;
    into.parts.level[at % horizon]! += start;
  }
}

type Mutable = ReturnType<typeof emptyPaths>;

function emptyPaths(size: number, log: boolean, explained: number) {
  const empty = (length: number) => new Float64Array(length).fill(Number.NaN);
  return {
    name: 'global',
    role: 'model' as const,
    mean: empty(size),
    sigma: empty(size),
    scale: log ? ('log' as const) : ('linear' as const),
    members: {
      'boosted-l1': empty(size),
      'boosted-l2': empty(size),
      ridge: empty(size),
    } satisfies Record<MemberName, Float64Array>,
    ...(explained > 0
      ? {
          parts: Object.fromEntries(PART_NAMES.map((name) => [name, empty(explained)])) as Record<
            PartName,
            Float64Array
          >,
        }
      : {}),
  };
}

function leadsOf({ question }: Cases, questions: readonly Question[]): Int32Array {
  return question.map((asked) => questions[asked]!.lead);
}

function rowsWhere({ rows }: Cases, holds: (row: number) => boolean): Int32Array {
  const found: number[] = [];
  for (let row = 0; row < rows; row++) if (holds(row)) found.push(row);
  return Int32Array.from(found);
}
