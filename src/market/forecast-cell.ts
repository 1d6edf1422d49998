import { type FeedProfile, forecastHorizons } from '../domain/index.ts';
import type { ForecastCell, ForecastStatus } from './answers.ts';
import { reasonSays } from './forecast-reasons.ts';
import { numberOrNull, type Row, textOf, textOrNull } from './result-rows.ts';

/** The horizons a feed is forecast for. */
export function horizonsOf({ granularity }: FeedProfile): readonly string[] {
  return forecastHorizons(granularity);
}

/** Beside each price of the newest day stands its forecast so far ahead: about a month. */
export function boardHorizon({ granularity }: FeedProfile): string {
  return granularity === 'dekad' ? 'S3' : 'W4';
}

/** What of `f` (forecast_cell) `forecastCell` reads: all that there is, so that files of an earlier release are read too. */
export const FORECAST_CELL_COLUMNS = 'f.* exclude (series, issued_at, conditions_version)';

/** A cell as issued. A withheld one never carries a number, whatever the file says. */
export function forecastCell(row: Row): ForecastCell {
  const status = textOf(row, 'status') as ForecastStatus;
  const shown = status !== 'withheld';
  const value = (name: string) => (shown ? numberOrNull(row, name) : null);
  return {
    horizon: textOf(row, 'horizon'),
    status,
    reason: reasonSays(textOf(row, 'reason')),
    originDay: textOrNull(row, 'origin_day'),
    targetDay: textOrNull(row, 'target_day'),
    model: textOrNull(row, 'model'),
    baseline: textOrNull(row, 'baseline'),
    mean: value('mean'),
    lo50: value('lo50'),
    hi50: value('hi50'),
    lo80: value('lo80'),
    hi80: value('hi80'),
    lo95: value('lo95'),
    hi95: value('hi95'),
    skill: numberOrNull(row, 'skill'),
    coverage80: numberOrNull(row, 'coverage80'),
    originsScored: numberOrNull(row, 'origins_scored') ?? 0,
    wape: numberOrNull(row, 'wape'),
    wapeNaive: numberOrNull(row, 'wape_naive'),
    reasons: shown ? reasonsOf(row) : null,
  };
}

/** A cell that no run has reached yet: said so, and never filled with a fallback. */
export function cellBeingComputed(horizon: string): ForecastCell {
  return {
    horizon,
    status: 'being-computed',
    reason: null,
    originDay: null,
    targetDay: null,
    model: null,
    baseline: null,
    mean: null,
    lo50: null,
    hi50: null,
    lo80: null,
    hi80: null,
    lo95: null,
    hi95: null,
    skill: null,
    coverage80: null,
    originsScored: 0,
    wape: null,
    wapeNaive: null,
    reasons: null,
  };
}

function reasonsOf(row: Row): ForecastCell['reasons'] {
  const level = numberOrNull(row, 'part_level');
  const season = numberOrNull(row, 'part_season');
  const recent = numberOrNull(row, 'part_recent');
  return level === null || season === null || recent === null ? null : { level, season, recent };
}
