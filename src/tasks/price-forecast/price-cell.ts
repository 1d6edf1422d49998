import type { Horizon } from '../../domain/index.ts';
import type { CellStatus } from '../../forecast/index.ts';

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
  readonly horizon: Horizon;
  readonly status: CellStatus;
  readonly reason: ForecastReason | null;
  /** Day numbers; the target is `null` where the market has no day near it. */
  readonly originDay: number;
  readonly targetDay: number | null;
  readonly model: string | null;
  readonly baseline: string | null;
  readonly mean: number;
  /** lo and hi of each of the levels 50, 80, 95%. */
  readonly intervals: readonly { readonly lo: number; readonly hi: number }[];
  /** 1 − error ÷ the best baseline's, of the models as they were chosen at each past origin. */
  readonly skill: number;
  /** Share of outcomes inside the 80% intervals as they were. */
  readonly coverage80: number;
  readonly originsScored: number;
  /** Σ|error| ÷ Σ|price| of what is shown (its past choices), and of the last price on the same outcomes. */
  readonly wape: number;
  readonly wapeNaive: number;
}
