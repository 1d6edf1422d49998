import type { CombinationPart } from '../../forecast/index.ts';
import { type DecidedSeries, LEVELS } from './decide-cells.ts';
import type { MarketAxis } from './market-axis.ts';
import type { PriceCell } from './price-cell.ts';
import { isDekadHorizon } from './targets.ts';

/** One day of the fan; lo and hi of each of the levels 50, 80, 95%. */
export interface FanDay {
  readonly day: number;
  readonly mean: number;
  readonly intervals: readonly { readonly lo: number; readonly hi: number }[];
}

/** A published cell on the log scale, as a point that the fan goes through. */
interface Knot {
  readonly step: number;
  readonly mean: number;
  /** How far lo lies below and hi above the mean, by level. */
  readonly below: readonly number[];
  readonly above: readonly number[];
}

/**
 * The way from the last price to the furthest cell, one entry a market day.
 *
 * The shape between the cells is the path of what the furthest cell shows (the members of a combination with its
 * weights), bent so that it meets each cell: the log distance is spread evenly over the days between. Widths grow
 * from 0 at the origin to the first cell and on to the next with the root of the step, as errors of a random walk do.
 * So every cell is a point of the fan (the mean over a 순 is none among days), and every day keeps lo ≤ mean ≤ hi, wider levels around narrower ones.
 */
export function fanThrough(
  { cells: decided, paths, pathSteps }: DecidedSeries,
  cells: readonly PriceCell[],
  { days, values, granularity }: MarketAxis,
  lastPrice: number,
): FanDay[] {
  const knots: Knot[] = [
    { step: 0, mean: Math.log(lastPrice), below: LEVELS.map(() => 0), above: LEVELS.map(() => 0) },
  ];
  const isPoint = ({ status, horizon }: PriceCell): boolean =>
    status !== 'withheld' && (granularity === 'dekad' || !isDekadHorizon(horizon));
  for (const [index, cell] of cells.entries()) {
    const step = decided[index]!.steps.at(-1)!;
    if (!isPoint(cell) || step <= knots.at(-1)!.step) continue;
    knots.push({
      step,
      mean: Math.log(cell.mean),
      below: cell.intervals.map(({ lo }) => Math.log(cell.mean / lo)),
      above: cell.intervals.map(({ hi }) => Math.log(hi / cell.mean)),
    });
  }
  const furthest = cells.findLastIndex(isPoint);
  if (furthest < 0 || knots.length === 1) return [];
  const { parts } = decided[furthest]!.decisions.at(-1)!;
  const path = logPath(paths, pathSteps, parts, knots.at(-1)!.step, lastPrice);

  const fan: FanDay[] = [];
  for (let k = 1; k < knots.length; k++) {
    const from = knots[k - 1]!;
    const to = knots[k]!;
    const bendFrom = from.mean - path[from.step]!;
    const bendTo = to.mean - path[to.step]!;
    for (let step = from.step + 1; step <= to.step; step++) {
      const way = (step - from.step) / (to.step - from.step);
      const rootWay = (Math.sqrt(step) - Math.sqrt(from.step)) / (Math.sqrt(to.step) - Math.sqrt(from.step));
      const mean = path[step]! + bendFrom + way * (bendTo - bendFrom);
      const width = (a: number, b: number): number => a + rootWay * (b - a);
      fan.push({
        day: days[values.length - 1 + step]!,
        mean: Math.exp(mean),
        intervals: LEVELS.map((_, level) => ({
          lo: Math.exp(mean - width(from.below[level]!, to.below[level]!)),
          hi: Math.exp(mean + width(from.above[level]!, to.above[level]!)),
        })),
      });
    }
  }
  return fan;
}

/** The weighted log path from the last origin; position 0 is the last price. */
function logPath(
  paths: DecidedSeries['paths'],
  pathSteps: number,
  parts: readonly CombinationPart[],
  steps: number,
  lastPrice: number,
): Float64Array {
  const out = new Float64Array(steps + 1);
  out[0] = Math.log(lastPrice);
  for (const { name, weight } of parts) {
    const path = paths.find((one) => one.name === name)!.mean.subarray(-pathSteps);
    for (let step = 1; step <= steps; step++) out[step] = out[step]! + weight * Math.log(path[step - 1]!);
  }
  return out;
}
