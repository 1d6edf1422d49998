/**
 * How one version of a task did, by origin: of each horizon the mean over the series forecast there. Two versions that
 * are compared share origins, horizons and, behind each mean, the very same cases.
 */
export interface OriginScores {
  /** Days since 1970-01-01, rising, a week apart. */
  readonly originDays: ArrayLike<number>;
  readonly horizons: readonly HorizonScores[];
}

/** One horizon by origin; NaN where no target has come yet. */
export interface HorizonScores {
  readonly horizon: string;
  /** Mean loss over the series, each loss over its series' price level; smaller is better. */
  readonly loss: ArrayLike<number>;
  /** Share of the outcomes inside the 80% interval. */
  readonly inside80: ArrayLike<number>;
}
