// The series, cuts and scores of the M3 and M4 benches: the last horizon of every training part is held back, or the
// whole training part is known and the official test part is scored. OWA is against Naive2 with the competitions' own
// seasons. In SIHWANG_TEST_DATA, laid out as published:
//   m4/Weekly-train.csv, m4/Hourly-train.csv    a header, then an id and its values a line
//   m4/Weekly-test.csv, m4/Hourly-test.csv      the official test parts, the same way
//   m3/m3_meta.csv, m3/m3_train_long.csv        id,part,t,value with part = train
//   m3/m3_test_long.csv                         the same with part = test; such rows may stand in m3_train_long.csv too
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

const M3_TEST = 'm3_test_long.csv';

type Part = 'train' | 'test';

interface SetLayout {
  readonly horizon: number;
  readonly season: number;
  readonly scoreSeason: number;
  /** No series where the files have no such part. */
  readonly read: (part: Part) => Named[];
  /** The file that the official test part is looked for in. */
  readonly testFile: string;
}

const sets: Record<SetName, SetLayout> = {
  'M3 monthly': {
    horizon: 18,
    season: 12,
    scoreSeason: 12,
    read: (part) => readM3('MONTHLY', part),
    testFile: join('m3', M3_TEST),
  },
  'M4 weekly': {
    horizon: 13,
    season: 52,
    scoreSeason: 1,
    read: (part) => readWide(`Weekly-${part}.csv`),
    testFile: join('m4', 'Weekly-test.csv'),
  },
  'M4 hourly': {
    horizon: 48,
    season: 24,
    scoreSeason: 24,
    read: (part) => readWide(`Hourly-${part}.csv`),
    testFile: join('m4', 'Hourly-test.csv'),
  },
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
  const series = read('train')
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

/** Why a set cannot be scored on its official test part, or undefined when it can. */
export function officialMissing(name: SetName): string | undefined {
  const { read, testFile } = sets[name];
  return read('test').length > 0
    ? undefined
    : `the official test part is not there: ${join(folder, testFile)}`;
}

/**
 * One set whole: all of the training part is known, the official test part is what comes after. Series that the test
 * part does not have are left out. Throws RangeError for a test part that is not as long as the competition's horizon.
 */
export function readOfficial(name: SetName): SeriesSet {
  const { horizon, season, scoreSeason, read } = sets[name];
  const after = new Map(read('test').map(({ id, values }) => [id, values]));
  const series = read('train').flatMap(({ id, values }): CutSeries[] => {
    const actual = after.get(id);
    if (!actual) return [];
    if (actual.length !== horizon || !actual.every(Number.isFinite)) {
      throw new RangeError(`${name} ${id}: ${actual.length} test values, where ${horizon} numbers are due`);
    }
    return [{ id, known: values, actual }];
  });
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

/** One part of the series of one period of M3, from the long files and the file that says which has which period. */
function readM3(period: string, part: Part): Named[] {
  const values = new Map<string, { t: number; value: number }[]>();
  for (const [id, , of] of rows('m3', 'm3_meta.csv')) if (of === period) values.set(id!, []);
  const files = part === 'test' ? ['m3_train_long.csv', M3_TEST] : ['m3_train_long.csv'];
  for (const [id, of, t, value] of files.flatMap((name) => rows('m3', name))) {
    if (of === part) values.get(id!)?.push({ t: Number(t), value: Number(value) });
  }
  return [...values]
    .filter(([, list]) => list.length > 0)
    .map(([id, list]) => ({
      id,
      values: Float64Array.from(list.sort((a, b) => a.t - b.t).map(({ value }) => value)),
    }));
}

/** The lines below the header, in cells; none where the file is not there. */
function rows(set: string, name: string): string[][] {
  const path = join(folder, set, name);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => line.trim().replaceAll('"', '').split(','));
}
