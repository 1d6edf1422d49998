/*
 * Point metrics. Arrays hold actuals and forecasts case by case; a case whose actual or forecast is NaN is left out
 * (not traded, not known, refused). Without a usable case, or with a denominator of zero, the answer is NaN: "not
 * measured", never 0.
 */

/** Weighted absolute percentage error: sum |y - f| / sum |y|. The primary point metric; pool per item and horizon. */
export function wape(actual: ArrayLike<number>, forecast: ArrayLike<number>): number {
  let error = 0;
  let size = 0;
  for (let i = 0; i < actual.length; i++) {
    const gap = Math.abs(actual[i]! - forecast[i]!);
    if (Number.isNaN(gap)) continue;
    error += gap;
    size += Math.abs(actual[i]!);
  }
  return size > 0 ? error / size : Number.NaN;
}

/** Mean |y - f| / |y| over y other than 0: the NMAE of the Korean price contests, elsewhere called MAPE. */
export function nmae(actual: ArrayLike<number>, forecast: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < actual.length; i++) {
    const gap = Math.abs((actual[i]! - forecast[i]!) / actual[i]!);
    if (!Number.isFinite(gap)) continue;
    sum += gap;
    count++;
  }
  return count > 0 ? sum / count : Number.NaN;
}

/** Mean 200 |y - f| / (|y| + |f|), from 0 to 200, with 0/0 = 0. Source: the M4 competition's definition. */
export function smape(actual: ArrayLike<number>, forecast: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < actual.length; i++) {
    const gap = Math.abs(actual[i]! - forecast[i]!);
    if (Number.isNaN(gap)) continue;
    const size = Math.abs(actual[i]!) + Math.abs(forecast[i]!);
    sum += size > 0 ? (200 * gap) / size : 0;
    count++;
  }
  return count > 0 ? sum / count : Number.NaN;
}

/**
 * The scale of MASE: mean |x_t - x_{t-m}| over the training values, in their units; NaN when nothing can be
 * differenced. Print `m` beside every MASE: 1, 6 for an auction week, 5 for a survey week.
 */
export function maseScale(training: ArrayLike<number>, m: number): number {
  let sum = 0;
  let count = 0;
  for (let t = m; t < training.length; t++) {
    const gap = Math.abs(training[t]! - training[t - m]!);
    if (Number.isNaN(gap)) continue;
    sum += gap;
    count++;
  }
  return count > 0 ? sum / count : Number.NaN;
}

/**
 * Mean absolute scaled error: mean |y - f| over {@link maseScale}; above 1 = not better than the in-sample naive.
 * Source: R. Hyndman, A. Koehler, "Another look at measures of forecast accuracy", 2006.
 */
export function mase(
  actual: ArrayLike<number>,
  forecast: ArrayLike<number>,
  training: ArrayLike<number>,
  m: number,
): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < actual.length; i++) {
    const gap = Math.abs(actual[i]! - forecast[i]!);
    if (Number.isNaN(gap)) continue;
    sum += gap;
    count++;
  }
  const scale = maseScale(training, m);
  return count > 0 && scale > 0 ? sum / count / scale : Number.NaN;
}

/** sMAPE and MASE of one method, each already averaged over the series. */
export interface OwaParts {
  readonly smape: number;
  readonly mase: number;
}

/** Overall weighted average: half of sMAPE and half of MASE, each relative to Naive2's. Source: the M4 competition. */
export function owa(method: OwaParts, naive2: OwaParts): number {
  return (method.smape / naive2.smape + method.mase / naive2.mase) / 2;
}

/** 1 - loss / best baseline's loss, both over the same cases: 0.05 = five percent better. */
export function relativeSkill(loss: number, bestBaselineLoss: number): number {
  return bestBaselineLoss > 0 ? 1 - loss / bestBaselineLoss : Number.NaN;
}

/**
 * Mean |f_next(t) - f(t)| / |y(t)| for the same target t from two successive origins: how much the forecast jumps
 * from day to day, apart from being right or wrong.
 */
export function stability(
  earlier: ArrayLike<number>,
  later: ArrayLike<number>,
  actual: ArrayLike<number>,
): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < actual.length; i++) {
    const jump = Math.abs((later[i]! - earlier[i]!) / actual[i]!);
    if (!Number.isFinite(jump)) continue;
    sum += jump;
    count++;
  }
  return count > 0 ? sum / count : Number.NaN;
}
