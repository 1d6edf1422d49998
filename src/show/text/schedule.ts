import type { Language } from '../language.ts';

/** The words of schedules and their mornings, apart from the others: only the command line says them. */
const ko = {
  none: '예약이 아직 없습니다: sihwang schedule add daily --default',
  name: '이름',
  plan: '계획',
  scheduled: '예정',
  missed: '놓친 때',
  overlap: '겹칠 때',
  last: '마지막',
  next: '다음',
  catchUp: { latest: '마지막 것만', none: '안 함' } as Readonly<Record<string, string>>,
  catchUpAll: (limit: number) => `모두, 많아야 ${limit}번`,
  overlaps: { queue: '기다림', skip: '건너뜀', 'cancel-running': '앞의 것을 끝냄' } as Readonly<
    Record<string, string>
  >,
  ticks: {
    due: '시작 전',
    started: '진행',
    ended: '끝남',
    skipped: '건너뜀',
    missed: '놓침',
    refused: '돌릴 수 없음',
  } as Readonly<Record<string, string>>,
  paused: '멈춤',
  noNext: '없음',
  pausedHead: '멈춤: 아무것도 시작하지 않음',
  noTick: '두 해 안에 예정이 없음',
  aboutDay: (day: string) => `${day} 장`,
  added: (name: string, plan: string, text: string) => `${name} 예약, 계획 ${plan}: ${text}`,
  starts: '예정된 것은 sihwang start 나 sihwang orchestrate 가 시작합니다.',
  changed: { remove: '없앰', pause: '멈춤', resume: '다시 시작' },
  triggered: (name: string, at: string) =>
    `${name} ${at} 예정을 넣었습니다. 앞의 작업이 끝나면 sihwang start 나 sihwang orchestrate 가 시작합니다.`,
  tick: '예정',
  marketDay: '장날',
  standing: '결과',
  freshAt: '나온 때',
  run: '작업',
  inTime: (schedule: string, inTime: number, judged: number, minutes: number) =>
    judged === 0
      ? `${schedule}: 가려 볼 아침이 아직 없습니다`
      : `${schedule}: 아침 ${judged}번 가운데 ${inTime}번 제때 나옴 (${minutes}분 안)`,
};

type ScheduleText = typeof ko;

const en: ScheduleText = {
  none: 'no schedule yet: sihwang schedule add daily --default',
  name: 'name',
  plan: 'plan',
  scheduled: 'scheduled',
  missed: 'missed',
  overlap: 'overlap',
  last: 'last',
  next: 'next',
  catchUp: { latest: 'the latest', none: 'none' },
  catchUpAll: (limit) => `all, at most ${limit}`,
  overlaps: { queue: 'queue', skip: 'skip', 'cancel-running': 'cancel the running one' },
  ticks: {
    due: 'due',
    started: 'started',
    ended: 'ended',
    skipped: 'skipped',
    missed: 'missed',
    refused: 'refused',
  },
  paused: 'paused',
  noNext: 'none',
  pausedHead: 'paused: nothing starts',
  noTick: 'no tick within two years',
  aboutDay: (day) => `market day ${day}`,
  added: (name, plan, text) => `${name} runs ${plan}: ${text}`,
  starts: 'sihwang start and sihwang orchestrate start what is due.',
  changed: { remove: 'removed', pause: 'paused', resume: 'resumed' },
  triggered: (name, at) =>
    `${name} is due for ${at}; sihwang start or sihwang orchestrate starts it when the run before is over`,
  tick: 'tick',
  marketDay: 'market day',
  standing: 'standing',
  freshAt: 'fresh at',
  run: 'run',
  inTime: (schedule, inTime, judged, minutes) =>
    judged === 0
      ? `no morning of ${schedule} to judge yet`
      : `in time on ${inTime} of ${judged} mornings of ${schedule} (within ${minutes} minutes)`,
};

export function scheduleTextOf(language: Language): ScheduleText {
  return language === 'ko' ? ko : en;
}
