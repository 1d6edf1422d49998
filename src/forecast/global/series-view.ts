import { type GlobalPanel, positionsPerYear } from './panel.ts';
import { centredMean, lastKnown, moveOver, trailingMean } from './trailing.ts';

/** How values become comparable between series. */
export interface ViewOptions {
  /** Positions in a week or another short season; 1 = none. */
  readonly season: number;
  /** Values are learnt as logarithms; otherwise in units of the series' own usual move. */
  readonly log: boolean;
}

/** One series as the features see it: logarithms, or values; whatever is said at a position was known there. */
export interface SeriesView {
  readonly index: number;
  /** NaN where nothing is known. */
  readonly values: Float64Array;
  readonly last: Float64Array;
  /** The mean of the newest season: what is meant by "now" when the rhythm within a week should not matter. */
  readonly level: Float64Array;
  /** Where a forecast starts from. */
  readonly anchor: Float64Array;
  /** By how much differences are divided: 1 for logarithms. */
  readonly unit: Float64Array;
  readonly fresh: Readonly<Record<string, Float64Array>>;
  readonly volume?: VolumeView;
  /** Centred means, to be read of earlier years only. */
  readonly narrow: Float64Array;
  readonly wide: Float64Array;
  readonly halves: { readonly narrow: number; readonly wide: number };
}

export interface VolumeView {
  readonly last: Float64Array;
  readonly level: Float64Array;
  readonly raw: Float64Array;
  readonly narrow: Float64Array;
  /** Of the newest days, where the panel has it. */
  readonly fresh?: Float64Array;
}

const USUAL_MOVE_SEASONS = 26;

export function viewOf(panel: GlobalPanel, index: number, { season, log }: ViewOptions): SeriesView {
  const scaled = (column: Float64Array) => (log ? logarithms(column) : column);
  const values = scaled(panel.values[index]!);
  const last = lastKnown(values);
  const level = season > 1 ? lastKnown(trailingMean(values, season)) : last;
  const fresh: Record<string, Float64Array> = {};
  for (const [name, columns] of Object.entries(panel.fresh ?? {})) {
    const readings = lastKnown(scaled(columns[index]!));
    fresh[name] = readings.map((reading, t) => (Number.isNaN(reading) ? last[t]! : reading));
  }
  const unit = log
    ? new Float64Array(values.length).fill(1)
    : trailingMean(moveOver(last, 1).map(Math.abs), USUAL_MOVE_SEASONS * season).map((move, t) =>
        move > 0 ? move : Math.max(1e-9, Math.abs(last[t]!)),
      );
  const halves = halvesOf(panel, season);
  return {
    index,
    values,
    last,
    level,
    anchor: Object.values(fresh)[0] ?? last,
    unit,
    fresh,
    ...(panel.volumes ? { volume: volumeOf(panel, index, season, halves.narrow) } : {}),
    narrow: centredMean(values, halves.narrow),
    wide: centredMean(values, halves.wide),
    halves,
  };
}

function volumeOf(
  { volumes, freshVolumes }: GlobalPanel,
  index: number,
  season: number,
  half: number,
): VolumeView {
  const raw = logarithms(volumes![index]!);
  const level = season > 1 ? lastKnown(trailingMean(raw, season)) : lastKnown(raw);
  const fresh = freshVolumes && { fresh: lastKnown(logarithms(freshVolumes[index]!)) };
  return { raw, last: lastKnown(raw), level, narrow: centredMean(raw, half), ...fresh };
}

/** Earlier years are smoothed over a season where a year has many positions, and not at all where it has few. */
function halvesOf({ years }: GlobalPanel, season: number): SeriesView['halves'] {
  const narrow = positionsPerYear(years) >= 40 ? Math.max(1, Math.floor(season / 2)) : 0;
  return { narrow, wide: 2 * narrow + 1 };
}

/** NaN for what has none: a price or an amount of nothing is not known. */
export function logarithms(values: Float64Array): Float64Array {
  return values.map((value) => (value > 0 ? Math.log(value) : Number.NaN));
}
