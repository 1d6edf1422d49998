import { and, type Condition, compare, isIn, isNull, not, or } from './condition.ts';
import type { Rule } from './rule.ts';

/** Rules that feeds of daily weather share; a feed lists the ones it needs, in its own order. */

/** Evidence columns: the temperatures and the rain as published, under these names. */
const READ_NUMBERS = [
  ['mean_temperature_c', 'mean_text'],
  ['min_temperature_c', 'min_text'],
  ['max_temperature_c', 'max_text'],
  ['rain_mm', 'rain_text'],
] as const;
const BLANKS = ['', '-', 'N/A', 'null'];

export const NO_OBSERVED_DAY: Rule = {
  id: 'no-day',
  outcome: 'rejected',
  when: isNull('market_day'),
  says: { ko: '날짜를 읽을 수 없음', en: 'the day cannot be read' },
};

export const UNREADABLE_WEATHER: Rule = {
  id: 'unreadable-number',
  outcome: 'rejected',
  when: or(
    ...READ_NUMBERS.map(([value, text]) => and(isNull(value), not(isNull(text)), not(isIn(text, BLANKS)))),
  ),
  says: { ko: '기온 또는 강수량이 숫자가 아님', en: 'a temperature or the rain is not a number' },
};

export const NOTHING_OBSERVED: Rule = {
  id: 'nothing-observed',
  outcome: 'rejected',
  when: and(...READ_NUMBERS.map(([value]) => isNull(value))),
  says: { ko: '관측값 없음', en: 'nothing was observed' },
};

/** What no day has had anywhere: rain or sunshine below nothing, more than 24 hours of it, air wetter than wet. */
const NOWHERE: readonly Condition[] = [
  compare('rain_mm', 'lt', 0),
  compare('relative_humidity_pct', 'lt', 0),
  compare('relative_humidity_pct', 'gt', 100),
  compare('sunshine_hours', 'lt', 0),
  compare('sunshine_hours', 'gt', 24),
];

/** Beyond these the instrument or the transfer is at fault; `beyond` are the limits of the feed's own country. */
export function impossibleWeather(outcome: Rule['outcome'], ...beyond: readonly Condition[]): Rule {
  return {
    id: 'impossible-weather',
    outcome,
    when: or(...beyond, ...NOWHERE),
    says: { ko: '있을 수 없는 관측값', en: 'a reading that cannot be' },
  };
}

export const TEMPERATURES_OUT_OF_ORDER: Rule = {
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
