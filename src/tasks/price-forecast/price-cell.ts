import type { ForecastHorizon } from '../../domain/index.ts';
import type { CellStatus, Contributions } from '../../forecast/index.ts';

/** Why a cell shows the baseline, a wide interval or nothing; `null` beside a model that earned its place. */
export type ForecastReason =
  | 'too-few-origins'
  | 'no-skill'
  | 'step-like'
  | 'thin-series'
  | 'too-short'
  | 'stale'
  | 'no-target'
  | 'no-forecast'
  | 'computation-failed';

/** What is published for one horizon. Numbers are NaN where there is none; prices in the series' own unit. */
export interface PriceCell {
  readonly horizon: ForecastHorizon;
  readonly status: CellStatus;
  readonly reason: ForecastReason | null;
  /** Day numbers. */
  readonly originDay: number;
  /** The last market day of the target where that is a 순; null where the market has no day near it. */
  readonly targetDay: number | null;
  readonly model: string | null;
  /** The single baseline that was best on the outcomes scored; `null` before there are any. */
  readonly baseline: string | null;
  readonly mean: number;
  /** lo and hi of each of the levels 50, 80, 95%. */
  readonly intervals: readonly { readonly lo: number; readonly hi: number }[];
  /**
   * 1 − error ÷ that of `baseline`, of what was shown at each origin scored, after the gate. The baseline is picked with
   * hindsight, so a fair choice among baselines earns a little less than 0. Never negative beside a model.
   */
  readonly skill: number;
  /** Share of the same outcomes inside the 80% intervals as they were shown. */
  readonly coverage80: number;
  /** The newest outcomes known at the origin at which something was shown, at most 26. */
  readonly originsScored: number;
  /** Σ|error| ÷ Σ|price| of what was shown, and of the last price, on the same outcomes. */
  readonly wape: number;
  readonly wapeNaive: number;
  /** What level, season and recent move make of it, in the price's unit; `null` when withheld. */
  readonly reasons: Contributions | null;
}
