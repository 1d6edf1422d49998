import { fromDayNumber, type Table, type Tables } from '../../domain/index.ts';
import type { OriginScores } from '../../evaluate/index.ts';
import type { EvaluationScore } from '../../records/index.ts';
import { rangesOf } from '../column-ranges.ts';

/*
 * From what two recipes showed at past origins (`origin_outcome` of their artefacts) to scores by origin. A loss is |error| ÷
 * price, as the Korean price contests score: of every size of price alike. Origins are named by the Monday of their week: runs
 * on a Friday before a holiday and on a Saturday look at the same week, and it counts once.
 */

/** What a case came to. */
interface Case {
  readonly week: number;
  readonly horizon: string;
  readonly loss: number;
  readonly naiveLoss: number;
  readonly inside80: boolean;
}

/** Rows of one series in one of the parts of an artefact. */
interface Rows {
  readonly table: Table;
  readonly from: number;
  readonly to: number;
}

/**
 * Scores of two artefacts on the cases that both have: the same series, horizon and origin, scored with the same price.
 * Artefacts come in parts, the rows of a series together in one; series are looked at one by one, so that a country's
 * millions of outcomes need no more room than their columns.
 */
export function pairedScores(
  one: readonly Tables[],
  other: readonly Tables[],
): readonly [EvaluationScore[], EvaluationScore[]] {
  const sums = [new Map<string, Sum>(), new Map<string, Sum>()] as const;
  const others = seriesIn(other);
  for (const [series, rows] of seriesIn(one)) {
    const theirs = others.get(series);
    if (!theirs) continue;
    const cases = casesOf(theirs);
    for (const [key, found] of casesOf(rows)) {
      const partner = cases.get(key);
      if (!partner) continue;
      add(sums[0], found);
      add(sums[1], partner);
    }
  }
  return [scoresOf(sums[0]), scoresOf(sums[1])];
}

/** Scores of one artefact on all its cases. */
export function ownScores(parts: readonly Tables[]): EvaluationScore[] {
  const sums = new Map<string, Sum>();
  for (const rows of seriesIn(parts).values()) for (const found of casesOf(rows).values()) add(sums, found);
  return scoresOf(sums);
}

function seriesIn(parts: readonly Tables[]): Map<string, Rows> {
  const found = new Map<string, Rows>();
  for (const { origin_outcome: table } of parts) {
    if (!table) continue;
    const names = Array.from(table.series!.values, String);
    for (const [series, [from, to]] of rangesOf(names, names.length)) found.set(series, { table, from, to });
  }
  return found;
}

/** Every case of a series that can be scored, by horizon, origin and price. */
function casesOf({ table, from, to }: Rows): Map<string, Case> {
  const cases = new Map<string, Case>();
  const number = (name: string, row: number) => numberAt(table, name, row);
  for (let row = from; row < to; row++) {
    const actual = number('actual', row);
    const loss = Math.abs(number('mean', row) / actual - 1);
    const naiveLoss = Math.abs(number('naive', row) / actual - 1);
    if (Number.isNaN(loss) || Number.isNaN(naiveLoss) || Number.isNaN(number('lo80', row))) continue;
    const origin = number('origin_day', row);
    const horizon = String(table.horizon!.values[row]);
    const inside80 = actual >= number('lo80', row) && actual <= number('hi80', row);
    cases.set(`${horizon} ${origin} ${actual}`, {
      week: mondayOf(origin),
      horizon,
      loss,
      naiveLoss,
      inside80,
    });
  }
  return cases;
}

interface Sum {
  readonly week: number;
  readonly horizon: string;
  loss: number;
  naiveLoss: number;
  inside80: number;
  cases: number;
}

function add(sums: Map<string, Sum>, { week, horizon, loss, naiveLoss, inside80 }: Case): void {
  const key = `${week} ${horizon}`;
  const sum = sums.get(key) ?? { week, horizon, loss: 0, naiveLoss: 0, inside80: 0, cases: 0 };
  sums.set(key, sum);
  sum.loss += loss;
  sum.naiveLoss += naiveLoss;
  sum.inside80 += inside80 ? 1 : 0;
  sum.cases++;
}

function scoresOf(sums: ReadonlyMap<string, Sum>): EvaluationScore[] {
  return [...sums.values()].map(({ week, horizon, loss, naiveLoss, inside80, cases }) => ({
    originDay: fromDayNumber(week),
    horizon,
    loss: loss / cases,
    naiveLoss: naiveLoss / cases,
    inside80: inside80 / cases,
    cases,
  }));
}

/** Kept scores of two versions on common origins and horizons, in order of time. */
export function alignScores(
  one: readonly EvaluationScore[],
  other: readonly EvaluationScore[],
): readonly [OriginScores, OriginScores] {
  const weeks = [...new Set([...one, ...other].map(({ originDay }) => originDay))].sort();
  const horizons = [...new Set(one.map(({ horizon }) => horizon))].sort();
  const laid = (scores: readonly EvaluationScore[]): OriginScores => {
    const at = new Map(scores.map((score) => [`${score.originDay} ${score.horizon}`, score]));
    const column = (horizon: string, of: (score: EvaluationScore) => number) =>
      weeks.map((week) => {
        const score = at.get(`${week} ${horizon}`);
        return score ? of(score) : Number.NaN;
      });
    return {
      originDays: weeks.map((week) => Date.parse(week) / 86_400_000),
      horizons: horizons.map((horizon) => ({
        horizon,
        loss: column(horizon, ({ loss }) => loss),
        inside80: column(horizon, ({ inside80 }) => inside80),
      })),
    };
  };
  return [laid(one), laid(other)];
}

/** Day 0, 1970-01-01, was a Thursday. */
function mondayOf(day: number): number {
  return day - ((((day + 3) % 7) + 7) % 7);
}

function numberAt(table: Table, name: string, row: number): number {
  const value = table[name]?.values[row];
  return typeof value === 'number' ? value : Number.NaN;
}
