import type { Cases, Question } from './cases.ts';
import {
  addCase,
  addSums,
  emptySums,
  fade,
  fitRidges,
  type RidgeFit,
  type RidgeInput,
  type RidgeSums,
} from './ridge-member.ts';

/** Which regression answers a series and lead. */
export type RidgeOf = (series: number, lead: number) => RidgeFit;

export interface RidgeOptions {
  readonly horizon: number;
  readonly season: number;
  /** A case counts half as much when it is so many positions old. */
  readonly halfLife: number;
  /** Series count as much as their level (under log: errors in money), or one each. */
  readonly weights: 'equal' | 'level';
  readonly log: boolean;
}

/**
 * Neighbouring leads share their cases, by a bell of this width in seasons: a lead of its own has too few, and a week of
 * leads under one regression holds the first day for as uncertain as the seventh. Chosen on Japanese wholesale prices of
 * 2020 to 2023.
 */
const SHARED_SEASONS = 0.2;
/** What counts less than this is left out. */
const LEAST_SHARE = 0.02;
/** A series' own spread counts against that of all series as so many cases would. */
const SPREAD_PRIOR_CASES = 50;

/** What one series has said so far: its sums by lead, and the mean level that its errors are measured by. */
interface SeriesSums {
  readonly byLead: readonly RidgeSums[];
  levels: number;
  rows: number;
}

/**
 * A regression for each series and lead, learnt anew at every origin from the cases whose outcome is known there.
 *
 * Every case is added once, at the first origin that knows its outcome, and what was added before fades; so origins have
 * to be asked for in rising order, and one more origin costs no pass over the cases.
 */
export class RollingRidges {
  private readonly cases: Cases;
  private readonly questions: readonly Question[];
  private readonly inputs: readonly RidgeInput[];
  private readonly options: RidgeOptions;
  private readonly place = new Map<number, number>();
  private readonly series: SeriesSums[] = [];
  /** Rows by the position at which their outcome stands, rising; `next` is the first that is not added yet. */
  private readonly order: Int32Array;
  private next = 0;
  private known = 0;

  constructor(
    cases: Cases,
    questions: readonly Question[],
    inputs: readonly RidgeInput[],
    options: RidgeOptions,
  ) {
    this.cases = cases;
    this.questions = questions;
    this.inputs = inputs;
    this.options = options;
    this.order = Int32Array.from({ length: cases.rows }, (_, row) => row).sort(
      (a, b) => this.outcomeAt(a) - this.outcomeAt(b) || a - b,
    );
  }

  /** The regressions of an origin, the number of positions known there. */
  at(known: number): RidgeOf {
    const { horizon, season, weights, log } = this.options;
    this.learnUpTo(known);
    const levels = this.series.map(({ levels: sum, rows }) => (weights === 'equal' || !log ? 1 : sum / rows));
    const p = this.inputs.length + 1;
    const byLead = Array.from({ length: horizon }, (_, k) => {
      const near = shares(k, horizon, season);
      const fits = fitRidges(
        this.inputs,
        this.series.map((own, i) => ({ sums: mixed(own.byLead, near, p), level: levels[i]! })),
        Math.floor(k / season) + 1,
      );
      return withPooledSpread(fits);
    });
    return (of, lead) => {
      const { own, pooled } = byLead[lead - 1]!;
      return own[this.place.get(of) ?? -1] ?? pooled;
    };
  }

  private learnUpTo(known: number): void {
    const { cases, questions, inputs, order } = this;
    const { halfLife } = this.options;
    const faded = 2 ** (-(known - this.known) / halfLife);
    for (const { byLead } of this.series) for (const sums of byLead) fade(sums, faded);
    this.known = known;
    for (; this.next < order.length && this.outcomeAt(order[this.next]!) < known; this.next++) {
      const row = order[this.next]!;
      const { position, lead } = questions[cases.question[row]!]!;
      const own = this.sumsOf(cases.series[row]!);
      addCase(
        own.byLead[lead - 1]!,
        cases.columns,
        inputs,
        row,
        cases.target[row]!,
        2 ** (-(known - position) / halfLife),
      );
      own.levels += Math.exp(cases.anchor[row]!);
      own.rows++;
    }
  }

  private sumsOf(series: number): SeriesSums {
    const at = this.place.get(series) ?? this.series.length;
    if (at === this.series.length) {
      const p = this.inputs.length + 1;
      const byLead = Array.from({ length: this.options.horizon }, () => emptySums(p));
      this.series.push({ byLead, levels: 0, rows: 0 });
      this.place.set(series, at);
    }
    return this.series[at]!;
  }

  private outcomeAt(row: number): number {
    const { position, lead } = this.questions[this.cases.question[row]!]!;
    return position + lead;
  }
}

/** How much the cases of each lead count for the lead k, from 0. */
function shares(
  k: number,
  horizon: number,
  season: number,
): { readonly lead: number; readonly share: number }[] {
  const width = SHARED_SEASONS * season;
  return Array.from({ length: horizon }, (_, lead) => ({
    lead,
    share: Math.exp(-0.5 * ((lead - k) / width) ** 2),
  })).filter(({ share }) => share >= LEAST_SHARE);
}

function mixed(byLead: readonly RidgeSums[], near: ReturnType<typeof shares>, p: number): RidgeSums {
  if (near.length === 1) return byLead[near[0]!.lead]!;
  const sums = emptySums(p);
  for (const { lead, share } of near) addSums(sums, byLead[lead]!, share);
  return sums;
}

/** Draws each series' spread towards that of all. */
function withPooledSpread({ own, pooled }: ReturnType<typeof fitRidges>): ReturnType<typeof fitRidges> {
  let squares = 0;
  let cases = 0;
  for (const fit of own) {
    squares += fit.cases * fit.sigma ** 2;
    cases += fit.cases;
  }
  const usual = cases > 0 ? squares / cases : Number.NaN;
  const spread = (fit: RidgeFit): RidgeFit => ({
    ...fit,
    sigma: Math.sqrt(
      (fit.cases * fit.sigma ** 2 + SPREAD_PRIOR_CASES * usual) / (fit.cases + SPREAD_PRIOR_CASES),
    ),
  });
  return { own: own.map(spread), pooled: spread({ ...pooled, cases: 0 }) };
}
