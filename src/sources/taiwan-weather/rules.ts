import { and, compare, isNull, not, or } from '../rules/condition.ts';
import type { Rule } from '../rules/rule.ts';

/** Evidence columns: the temperatures and the rain as published. */
const TEXTS = [
  ['mean_temperature_c', 'mean_text'],
  ['min_temperature_c', 'min_text'],
  ['max_temperature_c', 'max_text'],
  ['rain_mm', 'rain_text'],
] as const;

const NO_DAY: Rule = {
  id: 'no-day',
  outcome: 'rejected',
  when: isNull('market_day'),
  says: { ko: '날짜를 읽을 수 없음', en: 'the day cannot be read' },
};

const UNREADABLE: Rule = {
  id: 'unreadable-number',
  outcome: 'rejected',
  when: or(...TEXTS.map(([value, text]) => and(isNull(value), not(isNull(text))))),
  says: { ko: '기온 또는 강수량이 숫자가 아님', en: 'a temperature or the rain is not a number' },
};

/** Taiwan's plains have never been below freezing by much nor at 45 °C; no day has 25 hours of sunshine. */
const IMPOSSIBLE: Rule = {
  id: 'impossible-weather',
  outcome: 'flagged',
  when: or(
    compare('min_temperature_c', 'lt', -20),
    compare('max_temperature_c', 'gt', 45),
    compare('rain_mm', 'lt', 0),
    compare('relative_humidity_pct', 'lt', 0),
    compare('relative_humidity_pct', 'gt', 100),
    compare('sunshine_hours', 'lt', 0),
    compare('sunshine_hours', 'gt', 24),
  ),
  says: { ko: '있을 수 없는 관측값', en: 'a reading that cannot be' },
};

const OUT_OF_ORDER: Rule = {
  id: 'temperatures-out-of-order',
  outcome: 'flagged',
  when: or(
    compare('min_temperature_c', 'gt', 'max_temperature_c'),
    compare('mean_temperature_c', 'lt', 'min_temperature_c'),
    compare('mean_temperature_c', 'gt', 'max_temperature_c'),
  ),
  says: {
    ko: '최저 ≤ 평균 ≤ 최고 기온 순서가 어긋남',
    en: 'lowest ≤ mean ≤ highest temperature does not hold',
  },
};

export const RULES: readonly Rule[] = [NO_DAY, UNREADABLE, IMPOSSIBLE, OUT_OF_ORDER];
