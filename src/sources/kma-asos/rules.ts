import { and, compare, isIn, isNull, not, or } from '../rules/condition.ts';
import type { Rule } from '../rules/rule.ts';

/** Evidence columns: each number as published, under these names. */
const READ_NUMBERS = [
  ['mean_temperature_c', 'mean_text'],
  ['min_temperature_c', 'min_text'],
  ['max_temperature_c', 'max_text'],
  ['rain_mm', 'rain_text'],
] as const;
const BLANKS = ['', '-', 'N/A', 'null'];

const UNREADABLE: Rule = {
  id: 'unreadable-number',
  outcome: 'rejected',
  when: or(
    ...READ_NUMBERS.map(([value, text]) => and(isNull(value), not(isNull(text)), not(isIn(text, BLANKS)))),
  ),
  says: { ko: '기온 또는 강수량이 숫자가 아님', en: 'a temperature or the rain is not a number' },
};

/** Korea has seen −33 °C and 41 °C, and 871 mm in one day: beyond these the instrument or the transfer is at fault. */
const IMPOSSIBLE: Rule = {
  id: 'impossible-weather',
  outcome: 'rejected',
  when: or(
    compare('min_temperature_c', 'lt', -45),
    compare('mean_temperature_c', 'lt', -45),
    compare('max_temperature_c', 'gt', 48),
    compare('mean_temperature_c', 'gt', 48),
    compare('rain_mm', 'lt', 0),
    compare('rain_mm', 'gt', 1200),
    compare('relative_humidity_pct', 'lt', 0),
    compare('relative_humidity_pct', 'gt', 100),
    compare('sunshine_hours', 'lt', 0),
    compare('sunshine_hours', 'gt', 24),
  ),
  says: { ko: '있을 수 없는 관측값', en: 'a reading that cannot be' },
};

const NOTHING_OBSERVED: Rule = {
  id: 'nothing-observed',
  outcome: 'rejected',
  when: and(...READ_NUMBERS.map(([value]) => isNull(value))),
  says: { ko: '관측값 없음', en: 'nothing was observed' },
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

const NO_DAY: Rule = {
  id: 'no-day',
  outcome: 'rejected',
  when: isNull('market_day'),
  says: { ko: '날짜를 읽을 수 없음', en: 'the day cannot be read' },
};

export const RULES: readonly Rule[] = [NO_DAY, UNREADABLE, NOTHING_OBSERVED, IMPOSSIBLE, OUT_OF_ORDER];
