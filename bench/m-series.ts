// The series, cuts and scores of the M3 and M4 benches: the last horizon of every training part is held back, and
// OWA is against Naive2 with the competitions' own seasons.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maseScale, naive2, owa, smape } from '../src/evaluate/index.ts';

export type SetName = 'M3 monthly' | 'M4 weekly' | 'M4 hourly';

export interface SeriesSet {
  readonly name: SetName;
  readonly horizon: number;
  /** The season that a method is told. */
  readonly season: number;
  /** The season of Naive2 and of the scale of MASE. */
  readonly scoreSeason: number;
  readonly series: readonly CutSeries[];
}

export interface CutSeries {
  readonly id: string;
  readonly known: Float64Array;
  readonly actual: Float64Array;
}

/** sMAPE (0 to 200), MASE and OWA, means over the series. */
export interface Scores {
  readonly series: number;
  readonly smape: number;
  readonly mase: number;
  readonly owa: number;
}

const folder = process.env.SIHWANG_TEST_DATA ?? '../shared/data';

const sets: Record<SetName, { horizon: number; season: number; scoreSeason: number; read: () => Named[] }> = {
  'M3 monthly': { horizon: 18, season: 12, scoreSeason: 12, read: () => readM3('MONTHLY') },
  'M4 weekly': { horizon: 13, season: 52, scoreSeason: 1, read: () => readWide('Weekly-train.csv') },
  'M4 hourly': { horizon: 48, season: 24, scoreSeason: 24, read: () => readWide('Hourly-train.csv') },
};

export const setNames = Object.keys(sets) as SetName[];

/** Why the benches cannot run here, or undefined when the series are there. */
export function seriesMissing(): string | undefined {
  if (existsSync(join(folder, 'm4')) && existsSync(join(folder, 'm3'))) return undefined;
  return `${folder} has no m3/ and m4/; set SIHWANG_TEST_DATA to the folder that holds them`;
}

/**
 * One set, cut: `heldFurther` horizons are dropped first (1 = the cut that settings are chosen on), then the last
 * horizon is held back. `every` keeps series 0, every, 2 every, ...
 */
export function readSet(name: SetName, { heldFurther = 0, every = 1 } = {}): SeriesSet {
  const { horizon, season, scoreSeason, read } = sets[name];
  const series = read()
    .filter((_, i) => i % every === 0)
    .map(({ id, values }) => {
      const end = values.length - heldFurther * horizon;
      return {
        id,
        known: values.subarray(0, Math.max(0, end - horizon)),
        actual: values.subarray(end - horizon, end),
      };
    })
    .filter(({ known }) => known.length > 2 * scoreSeason);
  return { name, horizon, season, scoreSeason, series };
}

/** Scores forecasts given in the order of the set's series. */
export function scoreSet(set: SeriesSet, forecasts: readonly ArrayLike<number>[]): Scores {
  const method = { smape: 0, mase: 0 };
  const reference = { smape: 0, mase: 0 };
  const count = set.series.length;
  set.series.forEach((one, i) => {
    const scale = maseScale(one.known, set.scoreSeason);
    const yardstick = naive2(one.known, set.scoreSeason, set.horizon);
    for (const [sum, mean] of [
      [method, forecasts[i]!],
      [reference, yardstick],
    ] as const) {
      if (mean.length !== set.horizon)
        throw new RangeError(`${one.id}: ${mean.length} steps, not ${set.horizon}`);
      sum.smape += smape(one.actual, mean) / count;
      sum.mase += meanAbsoluteError(one.actual, mean) / scale / count;
    }
  });
  return { series: count, smape: method.smape, mase: method.mase, owa: owa(method, reference) };
}

function meanAbsoluteError(actual: ArrayLike<number>, mean: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < actual.length; k++) sum += Math.abs(actual[k]! - mean[k]!);
  return sum / actual.length;
}

interface Named {
  readonly id: string;
  readonly values: Float64Array;
}

/** Series of a wide file: an id, then as many numbers as there are. */
function readWide(name: string): Named[] {
  return rows('m4', name).map(([id, ...cells]) => ({
    id: id!,
    values: Float64Array.from(cells.filter((cell) => cell.trim() !== '').map(Number)),
  }));
}

/** The training parts of one period of M3, from a long file and the file that says which series has which period. */
function readM3(period: string): Named[] {
  const values = new Map<string, number[]>();
  for (const [id, , of] of rows('m3', 'm3_meta.csv')) if (of === period) values.set(id!, []);
  for (const [id, part, , value] of rows('m3', 'm3_train_long.csv')) {
    if (part === 'train') values.get(id!)?.push(Number(value));
  }
  return [...values].map(([id, list]) => ({ id, values: Float64Array.from(list) }));
}

function rows(set: string, name: string): string[][] {
  const lines = readFileSync(join(folder, set, name), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  return lines.map((line) => line.trim().replaceAll('"', '').split(','));
}
