import type { Bilingual } from '../domain/index.ts';

/** Why a cell shows the baseline, a wide interval or nothing, by the code that the forecast run wrote. */
const REASONS: Readonly<Record<string, Bilingual>> = {
  'too-few-cases': { ko: '점수를 매길 과거 예측이 아직 적습니다', en: 'too few past forecasts to score yet' },
  'below-threshold': { ko: '기준선보다 충분히 낫지 않았습니다', en: 'not enough better than the baseline' },
  'no-model': { ko: '이 계열에 맞출 수 있는 모델이 없습니다', en: 'no model could be fitted to this series' },
  'too-few-weeks': { ko: '기록이 너무 짧습니다', en: 'the record is too short' },
  'rarely-moves': { ko: '가격이 거의 움직이지 않습니다', en: 'the price hardly moves' },
  'few-distinct-values': {
    ko: '서로 다른 가격이 너무 적습니다',
    en: 'the price takes too few different values',
  },
  'no-forecast': { ko: '이 시점에는 예측할 수 없습니다', en: 'nothing could be forecast at this moment' },
};

/** The reason behind a status that is less than a model's own; null for a model shown on its merit. */
export function reasonSays(code: string): Bilingual | null {
  if (code === '' || code === 'skill-earned') return null;
  return REASONS[code] ?? { ko: code, en: code };
}
