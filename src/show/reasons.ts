import type { Language } from './language.ts';
import { formatDecimal, roundTo, shownDigits } from './numbers.ts';

/** Parts that add up to a forecast, in its unit. */
export interface ForecastReasons {
  readonly level: number;
  readonly season: number;
  readonly recent: number;
}

/**
 * The parts as a reader sees them, with as many decimals as the forecast, the two moves with their sign. They add up as
 * shown too: what rounding leaves over goes to the larger move.
 */
export function formatReasons(
  mean: number,
  reasons: ForecastReasons,
  language: Language,
): Readonly<Record<keyof ForecastReasons, string>> {
  const digits = shownDigits.price(mean);
  const level = roundTo(reasons.level, digits);
  const moved = roundTo(mean, digits) - level;
  const seasonRules = Math.abs(reasons.season) > Math.abs(reasons.recent);
  const smaller = roundTo(seasonRules ? reasons.recent : reasons.season, digits);
  const larger = roundTo(moved - smaller, digits);
  const signed = (value: number) => `${value > 0 ? '+' : ''}${formatDecimal(value, digits, language)}`;
  return {
    level: formatDecimal(level, digits, language),
    season: signed(seasonRules ? larger : smaller),
    recent: signed(seasonRules ? smaller : larger),
  };
}
