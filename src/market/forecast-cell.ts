import { type FeedProfile, HORIZONS } from '../domain/index.ts';
import type { ForecastCell, ForecastStatus } from './answers.ts';
import { reasonSays } from './forecast-reasons.ts';
import { numberOrNull, type Row, textOf, textOrNull } from './result-rows.ts';

/** The horizons a feed is forecast for: a weekly one has no next market day apart from next week, one by 순 has none yet. */
export function horizonsOf(profile: FeedProfile): readonly string[] {
  if (profile.granularity === 'dekad') return [];
  return profile.granularity === 'week' ? HORIZONS.filter((horizon) => horizon !== 'MD1') : HORIZONS;
}

/** The columns of `f` (forecast_cell) that `forecastCell` reads. */
export const FORECAST_CELL_COLUMNS = `f.horizon, f.status, f.reason, f.origin_day, f.target_day, f.model, f.baseline, f.mean, f.lo50, f.hi50,
  f.lo80, f.hi80, f.lo95, f.hi95, f.skill, f.coverage80, f.origins_scored, f.wape, f.wape_naive`;

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
  };
}
