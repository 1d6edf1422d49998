import { compare } from '../rules/condition.ts';
import {
  impossibleWeather,
  NO_OBSERVED_DAY,
  TEMPERATURES_OUT_OF_ORDER,
  UNREADABLE_WEATHER,
} from '../rules/observation-rules.ts';
import type { Rule } from '../rules/rule.ts';

export const RULES: readonly Rule[] = [
  NO_OBSERVED_DAY,
  UNREADABLE_WEATHER,
  // Taiwan's plains have never been below freezing by much nor at 45 °C
  impossibleWeather(
    'flagged',
    compare('min_temperature_c', 'lt', -20),
    compare('max_temperature_c', 'gt', 45),
  ),
  TEMPERATURES_OUT_OF_ORDER,
];
