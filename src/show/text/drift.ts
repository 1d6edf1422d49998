import type { Language } from '../language.ts';

/** The words of drift alarms, apart from the others so that only who shows them loads them. */
const ko = {
  heading: '예측의 이탈 경보',
  none: '열린 이탈 경보가 없습니다.',
  open: (count: string) => `열린 이탈 경보 ${count}건`,
  more: (count: string) => `그 밖에 ${count}건: sihwang models drift`,
  kinds: {
    coverage: '80% 구간이 너무 자주 빗나감',
    skill: '마지막 가격보다 오차가 큼',
    promise: '과거 재현이 약속한 성적을 벗어남',
    'not-renewed': '계산이 실패해 지난 예측이 그대로 남음',
  } as Readonly<Record<string, string>>,
  wholeFeed: '자료 전체',
  since: '언제부터',
  until: '언제까지',
  stillOpen: '열려 있음',
  what: '무엇이',
  where: '어디서',
  horizon: '기간',
  figures: '수치',
  coverage: (percent: string) => `적중 ${percent}`,
  skill: (percent: string) => `개선 ${percent}`,
  cases: (scored: string, weeks: string) => `예측 ${scored}건, ${weeks}주`,
};

type DriftText = typeof ko;

const en: DriftText = {
  heading: 'Drift alarms of the forecasts',
  none: 'No drift alarm is open.',
  open: (count) => `Open drift alarms: ${count}`,
  more: (count) => `${count} more: sihwang models drift`,
  kinds: {
    coverage: '80% intervals miss far too often',
    skill: 'errors larger than those of the last price',
    promise: 'outside what the backtest promised',
    'not-renewed': 'could not be computed; the earlier forecast stands',
  },
  wholeFeed: 'the whole feed',
  since: 'Since',
  until: 'Until',
  stillOpen: 'open',
  what: 'What',
  where: 'Where',
  horizon: 'Horizon',
  figures: 'Figures',
  coverage: (percent) => `coverage ${percent}`,
  skill: (percent) => `improvement ${percent}`,
  cases: (scored, weeks) => `${scored} forecasts, ${weeks} weeks`,
};

export function driftTextOf(language: Language): DriftText {
  return language === 'ko' ? ko : en;
}

/** How numbers are said, handed in so that these words bring nothing with them. */
interface FigureForms {
  readonly percent: (percent: number, language: Language) => string;
  readonly signedPercent: (percent: number, language: Language) => string;
}

/** The live figures of an alarm about a cell in words; '' where it has none. */
export function driftFigures(
  figures: Readonly<Record<string, unknown>>,
  language: Language,
  { percent, signedPercent }: FigureForms,
): string {
  const words = driftTextOf(language);
  const { coverage80, skill, scored, weeks } = figures;
  return [
    typeof coverage80 === 'number' ? words.coverage(percent(coverage80 * 100, language)) : '',
    typeof skill === 'number' ? words.skill(signedPercent(skill * 100, language)) : '',
    typeof scored === 'number' ? words.cases(String(scored), String(weeks)) : '',
  ]
    .filter(Boolean)
    .join(', ');
}
