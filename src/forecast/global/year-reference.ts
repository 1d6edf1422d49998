import type { SeriesView } from './series-view.ts';

/**
 * Mean over earlier years of what stood there at the same time of the year, at each position.
 *
 * Year positions lie far enough back for a smoothing window of `halves.narrow`; a window that would reach the position
 * itself is left out.
 */
export function yearReference(
  smooth: Float64Array,
  ago: readonly Int32Array[],
  { halves }: Pick<SeriesView, 'halves'>,
): Float64Array {
  return smooth.map((_, t) => {
    let sum = 0;
    let count = 0;
    for (const positions of ago) {
      const value = readAt(smooth, positions[t]!, t, halves.narrow);
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
    return count > 0 ? sum / count : Number.NaN;
  });
}

/** A centred mean at an earlier position whose window of `half` ends at or before `now`, else NaN. */
export function readAt(smooth: Float64Array, position: number, now: number, half: number): number {
  return position >= 0 && position + half <= now ? smooth[position]! : Number.NaN;
}
