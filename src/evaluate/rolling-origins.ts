/** Where a rolling-origin backtest stands. */
export interface RollingOptions {
  /** How many origins, the last one `horizon` steps before the end. */
  readonly origins: number;
  /** Steps between successive origins. */
  readonly step: number;
  readonly horizon: number;
  /** Fewest values before the first origin; origins with less are left out. Default 1. */
  readonly minTraining?: number;
}

/**
 * The origins of a backtest over a series of `length` values, oldest first. An origin is the *number of values
 * known*: a forecast made there sees `values[0 .. origin)` and is scored on `values[origin .. origin + horizon)`.
 * Empty when the series is too short for one.
 */
export function rollingOrigins(length: number, options: RollingOptions): number[] {
  const { origins, step, horizon, minTraining = 1 } = options;
  if (!(origins >= 1 && step >= 1 && horizon >= 1)) {
    throw new RangeError(
      `origins, step and horizon must be at least 1 (got ${origins}, ${step}, ${horizon})`,
    );
  }
  const list: number[] = [];
  for (let j = origins - 1; j >= 0; j--) {
    const origin = length - horizon - j * step;
    if (origin >= minTraining) list.push(origin);
  }
  return list;
}

/**
 * Runs `predict` at each origin with a copy of what was known there, and nothing else: the copy ends at the
 * origin, so that even a faulty model can neither read nor change what comes later.
 */
export function rollForward<T>(
  values: Float64Array,
  origins: readonly number[],
  predict: (known: Float64Array, origin: number) => T,
): T[] {
  return origins.map((origin) => predict(values.slice(0, origin), origin));
}
