import type { Language } from '../language.ts';

/** The words of a run's report, apart from the others: no page shows them. */
const ko = {
  title: (plan: string, at: string) => `${plan} 보고, 기준 시각 ${at}`,
  good: '이상 없음',
  trouble: '살펴볼 일이 있음',
  run: '작업',
  askedBy: '시작',
  look: '살펴볼 일',
  failed: (step: string, state: string, message: string) => `${step} ${state}: ${message}`,
  states: { failed: '실패', partly: '일부 실패', blocked: '막힘', cancelled: '취소' } as Readonly<
    Record<string, string>
  >,
  behind: '앞 단계가 끝나지 못함',
  red: (feed: string, findings: string) => `${feed} 점검 빨강, 공표하지 않음: ${findings}`,
  silent: (feed: string, since: string, lastDay: string) =>
    `${feed} 자료가 ${since}부터 오지 않음 (마지막 장 ${lastDay})`,
  drift: (where: string, what: string) => `새 이탈 경보: ${where}, ${what}`,
  feeds: '자료별',
  feed: '자료',
  lastDay: '마지막 장',
  check: '점검',
  checks: { green: '초록', yellow: '노랑', red: '빨강' } as Readonly<Record<string, string>>,
  conditions: '시황 판',
  forecasts: '예측 판',
  scores: '채점',
  fresh: '새로 공표',
  kept: '그대로',
  notRenewed: (count: number) => `갱신 못 함 ${count}`,
  scored: (scored: number, revised: number, through: string) =>
    `${scored}건 (고침 ${revised}), ${through}까지`,
  notes: '알아 둘 것',
  openDrift: (count: number) => `열린 이탈 경보 ${count}건: sihwang models drift`,
  decision: (feed: string, kind: string, subject: string, reason: string) =>
    `${feed} 모델 판정 ${kind}: ${subject} (${reason})`,
  none: '–',
};

type ReportText = typeof ko;

const en: ReportText = {
  title: (plan, at) => `Report of ${plan} for ${at}`,
  good: 'All is well',
  trouble: 'There is something to look at',
  run: 'Run',
  askedBy: 'started by',
  look: 'To look at',
  failed: (step, state, message) => `${step} ${state}: ${message}`,
  states: { failed: 'failed', partly: 'partly failed', blocked: 'was not done', cancelled: 'was cancelled' },
  behind: 'what it needs did not come to its end',
  red: (feed, findings) => `${feed}: the check is red, nothing was published: ${findings}`,
  silent: (feed, since, lastDay) => `${feed} has been silent since ${since} (last market day ${lastDay})`,
  drift: (where, what) => `new drift alarm: ${where}, ${what}`,
  feeds: 'By feed',
  feed: 'Feed',
  lastDay: 'Last market day',
  check: 'Check',
  checks: { green: 'green', yellow: 'yellow', red: 'red' },
  conditions: 'Conditions',
  forecasts: 'Forecasts',
  scores: 'Scored',
  fresh: 'published',
  kept: 'as before',
  notRenewed: (count) => `${count} not renewed`,
  scored: (scored, revised, through) => `${scored} (${revised} again), through ${through}`,
  notes: 'To know',
  openDrift: (count) => `open drift alarms: ${count}, see sihwang models drift`,
  decision: (feed, kind, subject, reason) => `${feed}: ${kind} of ${subject} (${reason})`,
  none: '–',
};

export function reportTextOf(language: Language): ReportText {
  return language === 'ko' ? ko : en;
}
