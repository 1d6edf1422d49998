import { describe, expect, it } from 'vitest';
import { type YearPositions, yearPositionsByLength } from '../../models/index.ts';
import { type GlobalOptions, globalAtOrigins } from './global-forecast.ts';
import type { GlobalPanel, PanelColumns } from './panel.ts';
import { pooledQuantiles } from './pooled-quantiles.ts';

const LENGTH = 160;
const HORIZON = 4;
const YEAR = 26;
const options: GlobalOptions = {
  horizon: HORIZON,
  log: true,
  trees: 12,
  refitEvery: 2,
  explain: true,
};
const origins = [120, 128, 136];

/** Seasonal prices with shocks, gaps and everything that a panel can hold. */
function panelOf(series = 6, seed = 7): GlobalPanel {
  let state = seed;
  const draw = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const columns = (make: (i: number, t: number) => number, length = LENGTH): Float64Array[] =>
    Array.from({ length: series }, (_, i) => Float64Array.from({ length }, (_unused, t) => make(i, t)));
  const values = columns((i, t) =>
    draw() > 0.45
      ? Number.NaN
      : 100 * (i + 1) * Math.exp(0.4 * Math.sin((2 * Math.PI * (t + i)) / YEAR) + 0.1 * draw()),
  );
  return {
    values,
    volumes: columns(() => 1000 + 500 * draw()),
    fresh: { newest: values.map((column) => column.map((value) => value * (1 + 0.05 * draw()))) },
    freshVolumes: columns(() => 100 + 50 * draw()),
    past: { rain: columns(() => draw()) },
    future: { holiday: columns((_, t) => (t % 9 === 0 ? 1 : 0), LENGTH + HORIZON) },
    groups: { market: Int32Array.from({ length: series }, (_, i) => i % 2) },
    years: betweenPositions(yearPositionsByLength(LENGTH + HORIZON, YEAR)),
    cycles: {
      phase: Float64Array.from({ length: LENGTH + HORIZON }, (_, t) => t % YEAR),
      'year sine': Float64Array.from({ length: LENGTH + HORIZON }, (_, t) =>
        Math.sin((2 * Math.PI * t) / YEAR),
      ),
    },
    events: { feast: Float64Array.from({ length: LENGTH + HORIZON }, (_, t) => (t % 40 === 3 ? 1 : 0)) },
  };
}

/** The same days of earlier years, a part of a step before or behind the positions. */
function betweenPositions({ ago }: YearPositions): YearPositions {
  return {
    ago,
    beyond: ago.map((column, j) => Float64Array.from(column, (_, t) => ((t + j) % 3) / 4 - 0.25)),
  };
}

function plantedAfter(columns: PanelColumns, known: number): Float64Array[] {
  return columns.map((column, i) =>
    column.map((value, t) => (t < known ? value : i % 2 === 0 ? Number.NaN : 1e6 * (t + 1))),
  );
}

/** The panel with everything after `known` altered that is not known in advance. */
function planted(panel: GlobalPanel, known: number): GlobalPanel {
  const all = (group: Readonly<Record<string, PanelColumns>>) =>
    Object.fromEntries(Object.entries(group).map(([name, columns]) => [name, plantedAfter(columns, known)]));
  return {
    ...panel,
    values: plantedAfter(panel.values, known),
    volumes: plantedAfter(panel.volumes!, known),
    fresh: all(panel.fresh!),
    freshVolumes: plantedAfter(panel.freshVolumes!, known),
    past: all(panel.past!),
  };
}

const rowsUntil = (column: Float64Array, origin: number) => [...column.subarray(0, (origin + 1) * HORIZON)];

describe('the global model', () => {
  it('cannot see what comes after an origin: planting a future changes no bit there', {
    timeout: 60_000,
  }, () => {
    for (const season of [1, 4, 5]) {
      const panel = panelOf();
      const honest = globalAtOrigins(panel, origins, { ...options, season });
      for (const [j, origin] of origins.entries()) {
        const changed = globalAtOrigins(planted(panel, origin), origins, { ...options, season });
        honest.forEach((path, i) => {
          const other = changed[i]!;
          expect(rowsUntil(other.mean, j)).toEqual(rowsUntil(path.mean, j));
          expect(rowsUntil(other.sigma, j)).toEqual(rowsUntil(path.sigma, j));
          for (const name of ['boosted-l1', 'boosted-l2', 'ridge'] as const)
            expect(rowsUntil(other.members[name], j)).toEqual(rowsUntil(path.members[name], j));
          if (j === origins.length - 1) expect(other.parts).toEqual(path.parts);
        });
        const settings = { origins, horizon: HORIZON, levels: [0.1, 0.9] };
        const before = pooledQuantiles(honest, panel.values, settings);
        const after = pooledQuantiles(changed, planted(panel, origin).values, settings);
        before.forEach((own, i) => {
          own.forEach((column, l) => {
            expect(rowsUntil(after[i]![l]!, j)).toEqual(rowsUntil(column, j));
          });
        });
      }
    }
  });

  it('does see what is known before an origin', () => {
    const panel = panelOf();
    const [honest] = globalAtOrigins(panel, origins, options);
    const [changed] = globalAtOrigins(planted(panel, 119), origins, options);
    expect([...changed!.mean]).not.toEqual([...honest!.mean]);
  });

  it('explains the newest forecast by parts that add up to its logarithm', () => {
    const paths = globalAtOrigins(panelOf(), origins, options);
    for (const { mean, parts } of paths) {
      for (let step = 0; step < HORIZON; step++) {
        const sum = Object.values(parts!).reduce((total, part) => total + part[step]!, 0);
        expect(sum).toBeCloseTo(Math.log(mean[(origins.length - 1) * HORIZON + step]!), 9);
      }
    }
    expect(paths.some(({ parts }) => parts!.season.some((share) => share !== 0))).toBe(true);
  });

  it('gives the same bits again', () => {
    expect(globalAtOrigins(panelOf(), origins, options)).toEqual(
      globalAtOrigins(panelOf(), origins, options),
    );
  });

  it('forecasts a constant by itself, and a series without values not at all', () => {
    const { values } = panelOf();
    const panel = {
      values: [...values, new Float64Array(LENGTH).fill(50), new Float64Array(LENGTH).fill(Number.NaN)],
    };
    const paths = globalAtOrigins(panel, [140], { ...options, weights: 'equal' });
    for (const value of paths[6]!.mean) expect(Math.abs(Math.log(value / 50))).toBeLessThan(0.1);
    expect([...paths[7]!.mean]).toEqual(new Array(HORIZON).fill(Number.NaN));
    for (const { mean } of paths.slice(0, 7))
      expect(mean.every((value) => Number.isFinite(value))).toBe(true);
  });

  it('takes negative, zero and enormous values when it does not learn logarithms', () => {
    const wave = (size: number) => Float64Array.from({ length: LENGTH }, (_, t) => size * Math.sin(t / 3));
    const spiked = wave(5).map((value, t) => (t === 70 ? 1e12 : value));
    const values = [wave(1), wave(1e9), new Float64Array(LENGTH), spiked];
    const paths = globalAtOrigins({ values }, [150], { ...options, log: false });
    for (const { mean, sigma } of paths) {
      expect(mean.every((value) => Number.isFinite(value))).toBe(true);
      expect(sigma.every((value) => value >= 0)).toBe(true);
    }
    expect(Math.abs(paths[0]!.mean[0]!)).toBeLessThan(3);
  });

  it('refuses what it cannot learn from, by name', () => {
    const empty = { values: [new Float64Array(LENGTH).fill(Number.NaN)] };
    expect(() => globalAtOrigins(empty, [100], options)).toThrow('no series has a case');
    expect(() => globalAtOrigins({ values: [] }, [100], options)).toThrow('no series with values');
    const infinite = { values: [new Float64Array(LENGTH).fill(Infinity)] };
    expect(() => globalAtOrigins(infinite, [100], options)).toThrow('infinite');
    const { values } = panelOf();
    expect(() =>
      globalAtOrigins({ values, years: yearPositionsByLength(LENGTH, 26) }, [100], options),
    ).toThrow('year positions');
  });
});

describe('quantiles pooled over series', () => {
  it('hold 80% of what comes although series differ in size, and never cross', () => {
    let state = 3;
    const draw = () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return state / 2 ** 32;
    };
    const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
    const at = Array.from({ length: 60 }, (_, j) => 10 + j);
    const actual = Array.from({ length: 12 }, (_, i) =>
      Float64Array.from({ length: 80 }, () => (i + 1) * normal()),
    );
    const paths = actual.map(() => ({
      name: 'global',
      role: 'model' as const,
      mean: new Float64Array(60),
      sigma: new Float64Array(60).fill(0.3),
      scale: 'linear' as const,
    }));
    const levels = [0.1, 0.5, 0.9];
    const quantiles = pooledQuantiles(paths, actual, { origins: at, horizon: 1, levels, halfLife: 40 });
    let inside = 0;
    let cells = 0;
    quantiles.forEach(([low, middle, high], i) => {
      for (let j = 30; j < 60; j++) {
        const outcome = actual[i]![at[j]!]!;
        cells++;
        if (outcome >= low![j]! && outcome <= high![j]!) inside++;
        expect(low![j]!).toBeLessThanOrEqual(middle![j]!);
        expect(middle![j]!).toBeLessThanOrEqual(high![j]!);
      }
    });
    expect(inside / cells).toBeGreaterThan(0.73);
    expect(inside / cells).toBeLessThan(0.87);
    // nothing is said before there are 40 errors: 12 series, one known error each from the second origin on
    expect(Number.isNaN(quantiles[0]![0]![3]!)).toBe(true);
    expect(Number.isNaN(quantiles[0]![0]![4]!)).toBe(false);
  });
});
