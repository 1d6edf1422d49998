import { compare } from '../rules/condition.ts';
import {
  impossibleWeather,
  NO_OBSERVED_DAY,
  NOTHING_OBSERVED,
  TEMPERATURES_OUT_OF_ORDER,
  UNREADABLE_WEATHER,
} from '../rules/observation-rules.ts';
import type { Rule } from '../rules/rule.ts';

export const RULES: readonly Rule[] = [
  NO_OBSERVED_DAY,
  UNREADABLE_WEATHER,
  NOTHING_OBSERVED,
  // Korea has seen −33 °C and 41 °C, and 871 mm in one day
  impossibleWeather(
    'rejected',
    compare('min_temperature_c', 'lt', -45),
    compare('mean_temperature_c', 'lt', -45),
    compare('max_temperature_c', 'gt', 48),
    compare('mean_temperature_c', 'gt', 48),
    compare('rain_mm', 'gt', 1200),
  ),
  TEMPERATURES_OUT_OF_ORDER,
];
