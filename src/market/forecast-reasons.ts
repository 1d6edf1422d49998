import type { Bilingual } from '../domain/index.ts';

/** Why a cell shows the baseline, a wide interval or nothing, by the code that the forecast run wrote. */
const REASONS: Readonly<Record<string, Bilingual>> = {
  'too-few-origins': {
    ko: '점수를 매길 과거 예측이 아직 적습니다',
    en: 'too few past forecasts to score yet',
  },
  'no-skill': { ko: '기준선보다 충분히 낫지 않았습니다', en: 'not enough better than the baseline' },
  'step-like': {
    ko: '가격이 계단처럼 움직이거나 거의 움직이지 않습니다',
    en: 'the price moves in steps, or hardly at all',
  },
  'thin-series': { ko: '거래가 드물어 값이 모자랍니다', en: 'trade is too thin' },
  'too-short': { ko: '기록이 너무 짧습니다', en: 'the record is too short' },
  stale: { ko: '최근 거래가 없습니다', en: 'there has been no recent trade' },
  'no-target': { ko: '그 무렵에 장이 서지 않습니다', en: 'no market day near the target' },
  'no-forecast': { ko: '이 시점에는 예측할 수 없습니다', en: 'nothing could be forecast at this moment' },
  'computation-failed': {
    ko: '계산에 실패해 다시 시도합니다',
    en: 'the computation failed and will be tried again',
  },
};

/** The reason behind a status that is less than a model's own; null for a model shown on its merit, or a code of a newer release. */
export function reasonSays(code: string): Bilingual | null {
  return Object.hasOwn(REASONS, code) ? REASONS[code]! : null;
}
