import type { GlobalPanel } from './panel.ts';
import type { SeriesView } from './series-view.ts';
import { meanAcross, meanOfLast, minus, moveOver, trailingMax, trailingMean } from './trailing.ts';
import { yearReference } from './year-reference.ts';

/** What a forecast is explained by. */
export const PART_NAMES = ['level', 'season', 'recent', 'volume', 'weather', 'event'] as const;
export type PartName = (typeof PART_NAMES)[number];

/** One feature: a number at every position. */
export interface Feature {
  readonly name: string;
  readonly part: PartName;
  readonly column: Float64Array;
}

/** Lags and windows in seasons (weeks); counts of newest values in positions. */
const LAGS = [1, 2, 3, 4, 6, 8, 13, 26];
const WINDOWS = [4, 8, 13, 26, 52];
const EXTREME_WINDOWS = [13, 52];
const UNREST_WINDOWS = [4, 26];
const VOLUME_LAGS = [1, 2, 4];
const VOLUME_WINDOWS = [4, 13, 52];
const NEWEST = [2, 3, 5, 10, 20, 60];
const NEWEST_VOLUMES = 4;

/**
 * What one series says at each position: how it stands against its own past, its earlier years, its volume.
 *
 * Everything is a difference (of logarithms for prices), so that a turnip teaches about a melon, and every number at a
 * position is made of values at or before it. The kinds of feature were chosen on Japanese wholesale prices before 2024.
 */
export function originFeatures(panel: GlobalPanel, view: SeriesView, season: number): Feature[] {
  const features: Feature[] = [];
  const { values, last, level, unit } = view;
  const add = (part: PartName, name: string, column: Float64Array) => {
    features.push({ name, part, column });
  };
  const addMove = (part: PartName, name: string, column: Float64Array) => {
    add(
      part,
      name,
      column.map((move, t) => move / unit[t]!),
    );
  };
  for (const [name, readings] of Object.entries(view.fresh))
    addMove('recent', `fresh ${name}`, minus(readings, level));
  if (season > 1) {
    addMove('recent', 'last against week', minus(last, level));
    for (const count of NEWEST) addMove('recent', `newest ${count}`, minus(last, meanOfLast(values, count)));
    add('recent', 'positions without a value', positionsWithout(values));
  }
  for (const lag of LAGS) addMove('recent', `move ${lag}`, moveOver(level, lag * season));
  for (const window of WINDOWS) {
    addMove('level', `against mean ${window}`, minus(level, trailingMean(values, window * season, 2)));
  }
  for (const window of EXTREME_WINDOWS) {
    const least = trailingMax(negated(level), window * season);
    addMove(
      'level',
      `over least ${window}`,
      level.map((now, t) => now + least[t]!),
    );
    addMove('level', `under most ${window}`, minus(level, trailingMax(level, window * season)));
  }
  const moves = moveOver(last, 1).map((move, t) =>
    Number.isNaN(values[t]) ? Number.NaN : Math.abs(move) / unit[t]!,
  );
  for (const window of UNREST_WINDOWS)
    add('level', `unrest ${window}`, trailingMean(moves, window * season, 2));
  if (panel.years) {
    const { ago } = panel.years;
    addMove('level', 'against last year', minus(level, yearReference(view.narrow, ago.slice(0, 1), view)));
    addMove('level', 'against years', minus(level, yearReference(view.narrow, ago.slice(0, 5), view)));
  }
  if (view.volume) addVolume(view, panel, season, add);
  return features;
}

function addVolume(
  view: SeriesView,
  { years }: GlobalPanel,
  season: number,
  add: (part: PartName, name: string, column: Float64Array) => void,
): void {
  const { raw, last, level, narrow, fresh } = view.volume!;
  if (season > 1) add('volume', 'volume today', minus(last, level));
  for (const lag of VOLUME_LAGS) add('volume', `volume move ${lag}`, moveOver(level, lag * season));
  for (const window of VOLUME_WINDOWS)
    add('volume', `volume against mean ${window}`, minus(level, trailingMean(raw, window * season, 2)));
  if (fresh) {
    const before = trailingMean(fresh, NEWEST_VOLUMES);
    const now = fresh.map((value, t) => (t > 0 ? value - before[t - 1]! : Number.NaN));
    add('volume', 'newest volume', now);
  }
  if (!years) return;
  add('volume', 'volume against last year', minus(level, yearReference(narrow, years.ago.slice(0, 1), view)));
  add('volume', 'volume against years', minus(level, yearReference(narrow, years.ago.slice(0, 5), view)));
}

/** Features of which the mean over all series is a feature too: where the whole market stands and goes. */
const OF_THE_MARKET = new Set([
  'move 1',
  'move 4',
  'newest 2',
  'last against week',
  'against mean 52',
  'against years',
  'volume today',
  'volume against years',
]);

/** Collects the market's means, one series after another. */
export function marketMeans(perSeries: Iterable<readonly Feature[]>, positions: number): Feature[] {
  const columns = new Map<string, { readonly part: PartName; readonly sums: Float64Array[] }>();
  for (const features of perSeries) {
    for (const { name, part, column } of features) {
      if (!OF_THE_MARKET.has(name) && !name.startsWith('fresh')) continue;
      const kept = columns.get(name) ?? { part, sums: [] };
      columns.set(name, kept);
      kept.sums.push(column);
    }
  }
  return [...columns].map(([name, { part, sums }]) => ({
    name: `market: ${name}`,
    part,
    column: meanAcross(sums, positions),
  }));
}

function negated(values: Float64Array): Float64Array {
  return values.map((value) => -value);
}

/** How many positions ago the last value was known. */
function positionsWithout(values: Float64Array): Float64Array {
  let count = Number.NaN;
  return values.map((value) => {
    count = Number.isNaN(value) ? count + 1 : 0;
    return count;
  });
}
