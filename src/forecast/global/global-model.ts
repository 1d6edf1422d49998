import {
  type BoostingModel,
  binFeatures,
  type FeatureTable,
  ForecastRefusal,
  trainBoosting,
} from '../../models/index.ts';
import type { CaseMaker, Cases } from './cases.ts';
import { PART_NAMES, type PartName } from './origin-features.ts';
import { predictRidge, type RidgeInput } from './ridge-member.ts';
import type { RidgeOf } from './ridges-at-origin.ts';

/** The forecasts that are averaged: two boosted models over all series, and a regression of each near that of all. */
export const MEMBER_NAMES = ['boosted-l1', 'boosted-l2', 'ridge'] as const;
export type MemberName = (typeof MEMBER_NAMES)[number];

type Shares = Readonly<Record<MemberName, number>>;
/** Chosen on Japanese wholesale prices before 2024. */
const SHARE: Shares = { 'boosted-l1': 0.1, 'boosted-l2': 0.1, ridge: 0.8 };
/** The regression looks at no covariates, so where there are some the trees have as much to say. */
const SHARE_WITH_COVARIATES: Shares = { 'boosted-l1': 0.25, 'boosted-l2': 0.25, ridge: 0.5 };

const BOOSTING = {
  leaves: 15,
  learningRate: 0.04,
  minRowsPerLeaf: 40,
  lambdaL2: 5,
  columnFraction: 0.6,
  rowFraction: 0.7,
} as const;
export const DEFAULT_TREES = 100;

export interface LearnOptions {
  readonly trees: number;
  readonly seed: number;
  /** Rows count as much as the level of their series (under log: errors in money), or one each. */
  readonly weights: 'equal' | 'level';
  readonly log: boolean;
}

/** The moves, from the anchor and in the view's terms, that a model answers to rows. */
export interface Answers {
  readonly move: Float64Array;
  readonly sigma: Float64Array;
  readonly members: Readonly<Record<MemberName, Float64Array>>;
  /** Each part's share of the move, when asked for; the bias and the anchor are level. */
  readonly parts?: Readonly<Record<PartName, Float64Array>>;
}

/** The boosted members, learnt now and then; the regressions come with each question, since they are learnt often. */
export interface LearntTrees {
  answer(
    cases: Cases,
    leads: ArrayLike<number>,
    ridge: RidgeOf,
    inputs: readonly RidgeInput[],
    explain: boolean,
  ): Answers;
}

/** Learns the boosted members from rows. */
export function learnTrees(maker: CaseMaker, cases: Cases, options: LearnOptions): LearntTrees {
  if (cases.rows === 0) throw new ForecastRefusal('too-short', 'no series has a case to learn from');
  const table = binFeatures(tableOf(maker, cases), { seed: options.seed });
  const shared = { ...BOOSTING, trees: options.trees, seed: options.seed, ...weightsOf(cases, options) };
  const boosted: readonly BoostingModel[] = [
    trainBoosting(table, cases.target, { ...shared, objective: { kind: 'l1' } }),
    trainBoosting(table, cases.target, { ...shared, objective: { kind: 'l2' }, seed: options.seed + 1 }),
  ];
  const shareOf = maker.covariates ? SHARE_WITH_COVARIATES : SHARE;
  return {
    answer(asked, askedLeads, ridge, inputs, explain) {
      const askedTable = tableOf(maker, asked);
      const move = new Float64Array(asked.rows);
      const sigma = new Float64Array(asked.rows);
      const members = {
        'boosted-l1': boosted[0]!.predict(askedTable),
        'boosted-l2': boosted[1]!.predict(askedTable),
        ridge: new Float64Array(asked.rows),
      };
      const parts = explain ? emptyParts(asked.rows) : undefined;
      for (let row = 0; row < asked.rows; row++) {
        const fit = ridge(asked.series[row]!, askedLeads[row]!);
        sigma[row] = fit.sigma * asked.unit[row]!;
        members.ridge[row] = predictRidge(fit, asked.columns, inputs, row, (input, share) => {
          const part = input < inputs.length ? maker.parts[inputs[input]!.column]! : 'level';
          if (parts) parts[part][row]! += shareOf.ridge * share * asked.unit[row]!;
        });
      }
      for (const name of MEMBER_NAMES) {
        for (let row = 0; row < asked.rows; row++) {
          members[name][row] = members[name][row]! * asked.unit[row]!;
          move[row] = move[row]! + shareOf[name] * members[name][row]!;
        }
      }
      if (parts) {
        boosted.forEach((model, m) => {
          addShares(parts, maker.parts, model.contributions(askedTable), asked, shareOf[MEMBER_NAMES[m]!]);
        });
      }
      return { move, sigma, members, ...(parts ? { parts } : {}) };
    },
  };
}

function tableOf({ names, categorical }: CaseMaker, { columns }: Cases): FeatureTable {
  return { names, columns, categorical };
}

function weightsOf({ anchor }: Cases, { weights, log }: LearnOptions): { weights?: Float64Array } {
  if (weights === 'equal' || !log) return {};
  let sum = 0;
  for (const level of anchor) sum += Math.exp(level);
  // around 1, because the least weight of a leaf is stated in rows
  return { weights: anchor.map((level) => (Math.exp(level) * anchor.length) / sum) };
}

function emptyParts(rows: number): Record<PartName, Float64Array> {
  return Object.fromEntries(PART_NAMES.map((name) => [name, new Float64Array(rows)])) as Record<
    PartName,
    Float64Array
  >;
}

function addShares(
  parts: Record<PartName, Float64Array>,
  partOf: readonly PartName[],
  contributions: Float64Array,
  { rows, unit }: Cases,
  share: number,
): void {
  const width = partOf.length + 1;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column++) {
      const part = parts[partOf[column] ?? 'level'];
      part[row] = part[row]! + share * contributions[row * width + column]! * unit[row]!;
    }
  }
}
