import {
  DEKAD_HORIZONS,
  type DekadHorizon,
  type ForecastHorizon,
  targetDay,
  targetDekad,
} from '../../domain/index.ts';
import { type MarketAxis, positionsKnown } from './market-axis.ts';

/** Of a 순 so many of its market days must have traded for it to have a price. */
const TRADED_SHARE = 0.5;

/** What a horizon foretells from an origin: a market day (week), or the market days of a 순 together. */
export interface Target {
  /** The day after whose end it is known: the last one. */
  readonly day: number;
  /** Steps from the origin to its first and its last position, equal for a single day; 0 = no target. */
  readonly from: number;
  readonly to: number;
}

export function isDekadHorizon(horizon: ForecastHorizon): horizon is DekadHorizon {
  return (DEKAD_HORIZONS as readonly string[]).includes(horizon);
}

/** The target of a horizon from an origin. */
export function targetOn(axis: MarketAxis, horizon: ForecastHorizon, originDay: number): Target {
  const known = positionsKnown(axis, originDay);
  const isOpen = (day: number): boolean => axis.days[positionsKnown(axis, day) - 1] === day;
  if (!isDekadHorizon(horizon)) {
    const day = targetDay(horizon, originDay, isOpen);
    if (day === undefined) return { day: originDay, from: 0, to: 0 };
    const step = positionsKnown(axis, day) - known;
    return { day, from: step, to: step };
  }
  const { first, last } = targetDekad(horizon, originDay);
  const to = positionsKnown(axis, last);
  const from = positionsKnown(axis, first - 1);
  if (to === from) return { day: originDay, from: 0, to: 0 };
  return { day: axis.days[to - 1]!, from: from - known + 1, to: to - known };
}

/**
 * The price that came true, NaN when it is not known or did not trade. Of several days it is Σ amount ÷ Σ units where
 * the units of all of them are known, else the mean of their prices; NaN when fewer than half of them traded.
 */
export function actualOf({ values, units }: MarketAxis, known: number, { from, to }: Target): number {
  if (from === 0 || known + to > values.length) return Number.NaN;
  let amount = 0;
  let sold = 0;
  let sum = 0;
  let count = 0;
  for (let t = known + from - 1; t < known + to; t++) {
    const price = values[t]!;
    if (Number.isNaN(price)) continue;
    amount += price * units[t]!;
    sold += units[t]!;
    sum += price;
    count++;
  }
  if (count < TRADED_SHARE * (to - from + 1)) return Number.NaN;
  return sold > 0 ? amount / sold : sum / count;
}
