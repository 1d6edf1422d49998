import type { Language } from '../language.ts';

/** What became of a feed's forecasts that a person asked for. */
export interface FeedForecasts {
  readonly feed: string;
  /** Series computed by this very command; the others were up to date or made by somebody else. */
  readonly computed: number;
  readonly failed: number;
}

/** The same in a line. */
export function feedForecastText(language: Language, { feed, computed, failed }: FeedForecasts): string {
  if (language === 'ko') {
    const done = computed === 0 ? '예측이 모두 최신' : `${computed}개 계열의 예측을 내어 공표함`;
    return `${feed}: ${done}${failed === 0 ? '' : `. ${failed}개는 실패해 내지 않았고 다음에 다시 해 봅니다`}`;
  }
  const done =
    computed === 0
      ? 'all forecasts are up to date'
      : `forecasts of ${computed} series computed and published`;
  return `${feed}: ${done}${failed === 0 ? '' : `; ${failed} failed, are withheld and tried again next time`}`;
}
