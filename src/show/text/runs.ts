import type { Language } from '../language.ts';

/** The words of the page of runs, apart from the others so that only that page loads them. */
const ko = {
  title: '작업',
  none: '아직 돈 작업이 없습니다. sihwang run daily 로 한 번 돌리거나 sihwang schedule add daily --default 로 예약하세요.',
  mornings: '제때 나온 아침',
  inTime: (inTime: number, judged: number, minutes: number) =>
    judged === 0
      ? '예약된 아침이 아직 오지 않았습니다'
      : `최근 30일: 아침 ${judged}번 가운데 ${inTime}번은 ${minutes}분 안에 나왔습니다`,
  noSchedule: '매일 도는 예약이 없습니다: sihwang schedule add daily --default',
  standing: {
    'in-time': '제때',
    late: '늦음',
    failed: '실패',
    missed: '빠짐',
    open: '진행 중',
    paused: '멈춤',
  } as Readonly<Record<string, string>>,
  list: '최근 작업',
  plan: '계획',
  scheduledFor: '기준 시각',
  state: '상태',
  states: {
    planned: '대기',
    running: '진행',
    succeeded: '성공',
    partly: '일부 실패',
    skipped: '건너뜀',
    failed: '실패',
    blocked: '막힘',
    cancelled: '취소',
  } as Readonly<Record<string, string>>,
  took: '걸린 시간',
  steps: '단계',
  stepsDone: (done: number, total: number) => `${total}단계 중 ${done}단계`,
  timeline: '단계별 진행',
  tries: (begun: number) => `${begun}번째 시도`,
  events: '기록',
  noEvents: '아직 남긴 기록이 없습니다.',
  retry: '실패한 단계 다시',
  cancel: '끝내기',
  asked: '요청했습니다. 작업을 맡은 프로세스가 곧 처리합니다.',
  cancelling: '끝내는 중',
  askedBy: (who: string) => `시작: ${who}`,
};

export type RunsText = typeof ko;

const en: RunsText = {
  title: 'Runs',
  none: 'Nothing was run yet. Run once with sihwang run daily, or schedule it: sihwang schedule add daily --default.',
  mornings: 'Mornings in time',
  inTime: (inTime, judged, minutes) =>
    judged === 0
      ? 'No morning of the schedule has come yet'
      : `Last 30 days: on ${inTime} of ${judged} mornings the numbers were there within ${minutes} minutes`,
  noSchedule: 'No schedule runs every day: sihwang schedule add daily --default',
  standing: {
    'in-time': 'in time',
    late: 'late',
    failed: 'failed',
    missed: 'missed',
    open: 'going on',
    paused: 'paused',
  },
  list: 'Latest runs',
  plan: 'Plan',
  scheduledFor: 'For',
  state: 'State',
  states: {
    planned: 'waiting',
    running: 'running',
    succeeded: 'succeeded',
    partly: 'done in part',
    skipped: 'skipped',
    failed: 'failed',
    blocked: 'blocked',
    cancelled: 'cancelled',
  },
  took: 'Took',
  steps: 'Steps',
  stepsDone: (done, total) => `${done} of ${total} steps`,
  timeline: 'Step by step',
  tries: (begun) => `begun ${begun} times`,
  events: 'Log',
  noEvents: 'It has said nothing yet.',
  retry: 'Do what failed again',
  cancel: 'End it',
  asked: 'Asked for. The process that carries runs out acts on it soon.',
  cancelling: 'ending',
  askedBy: (who) => `started by ${who}`,
};

export function runsTextOf(language: Language): RunsText {
  return language === 'ko' ? ko : en;
}
