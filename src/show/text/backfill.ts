import type { Language } from '../language.ts';

/** The words of backfills of plans, apart from the others: only the command line says them. */
const ko = {
  id: '번호',
  plan: '계획',
  days: '날',
  state: '상태',
  partitions: '장날',
  asked: '요청',
  askedBy: (at: string, who: string) => `${at} ${who}`,
  staleOnly: (days: string) => `${days}, 낡은 것만`,
  none: '아직 어느 계획도 지난날을 메운 적이 없습니다: sihwang backfill --plan daily --from DAY --to DAY',
  day: '날',
  run: '작업',
  toDo: '할 일',
  because: '까닭',
  wanted: { run: '돌림', retry: '다시 돌림', redo: '새로 함', keep: '그대로 둠' },
  reasons: {
    succeeded: '성공했음',
    failed: '실패했음',
    cancelled: '취소되었음',
    unrecorded: '무엇에 바탕했는지 남지 않음',
  } as Readonly<Record<string, string>>,
  codeChanged: {
    conditions: '시황을 만드는 코드가 바뀜',
    forecasts: '예측을 만드는 코드가 바뀜',
  } as Readonly<Record<string, string>>,
  rulesChanged: (feed: string) => `${feed}의 규칙이 바뀜`,
  notRun: '돈 적이 없음',
  states: {
    waiting: '대기',
    started: '진행',
    succeeded: '성공',
    kept: '그대로 둠',
    failed: '실패',
    cancelled: '취소',
    going: '진행',
    cancelling: '끝내는 중',
    ended: '끝남',
  } as Readonly<Record<string, string>>,
  count: (state: string, count: number) => `${state} ${count}`,
  tried: (state: string, nth: number) => `${state}, ${nth}번째 시도`,
  planned: (wanted: number, total: number, takes: string) =>
    `${total}일 가운데 ${wanted}일, ${takes}. 아무것도 하지 않았습니다.`,
  about: (time: string) => `약 ${time}`,
  unknownTime: '아직 돈 적이 없어 얼마나 걸릴지 모름',
  nothingStale: (plan: string) => `${plan}에 낡은 것이 없습니다`,
  noDays: '그 사이에 돌릴 날이 없습니다: 장이 서지 않았거나 아직 오지 않았습니다',
  allGood: (plan: string, days: number) => `${plan} ${days}일 모두 좋습니다`,
  ahead: (days: number) => `${days}일은 아직 오지 않아 예약에 맡깁니다`,
  going: (id: number) => `같은 날들의 메우기 ${id}번이 이미 진행 중입니다`,
  asks: (id: number, runs: number, kept: number) => `메우기 ${id}번: 작업 ${runs}개, 좋은 ${kept}개는 둡니다`,
  detached: (id: number) => `메우기 ${id}번은 sihwang orchestrate 가 합니다`,
  head: (id: number, plan: string, state: string, left: string | null) =>
    `${plan} 메우기 ${id}번: ${state}${left === null ? '' : `, 약 ${left} 남음`}`,
  cancelled: (id: number, asked: boolean) =>
    asked ? `메우기 ${id}번을 끝냅니다. 더 시작하지 않습니다` : `메우기 ${id}번은 이미 끝났습니다`,
  ended: (id: number, plan: string, counts: string) => `${plan} 메우기 ${id}번: ${counts}`,
};

type BackfillText = typeof ko;

const en: BackfillText = {
  id: 'id',
  plan: 'plan',
  days: 'days',
  state: 'state',
  partitions: 'partitions',
  asked: 'asked',
  askedBy: (at, who) => `${at} by ${who}`,
  staleOnly: (days) => `${days}, stale`,
  none: 'No plan has been backfilled yet: sihwang backfill --plan daily --from DAY --to DAY',
  day: 'day',
  run: 'run',
  toDo: 'to do',
  because: 'because',
  wanted: { run: 'run', retry: 'run again', redo: 'do anew', keep: 'keep' },
  reasons: {
    succeeded: 'it succeeded',
    failed: 'it failed',
    cancelled: 'it was cancelled',
    unrecorded: 'what it rested on was not recorded',
  },
  codeChanged: {
    conditions: 'the code that makes conditions changed',
    forecasts: 'the code that makes forecasts changed',
  },
  rulesChanged: (feed) => `the rules of ${feed} changed`,
  notRun: 'it has not run',
  states: {
    waiting: 'waiting',
    started: 'started',
    succeeded: 'succeeded',
    kept: 'kept',
    failed: 'failed',
    cancelled: 'cancelled',
    going: 'going',
    cancelling: 'ending',
    ended: 'ended',
  },
  count: (state, count) => `${count} ${state}`,
  tried: (state, nth) => `${state}, try ${nth}`,
  planned: (wanted, total, takes) => `${wanted} of ${total} days to do, ${takes}; nothing was done`,
  about: (time) => `about ${time}`,
  unknownTime: 'no run of it yet tells how long',
  nothingStale: (plan) => `nothing of ${plan} is stale`,
  noDays: 'no day to run for lies between them: the market was closed, or they are yet to come',
  allGood: (plan, days) => `all ${days} days of ${plan} are good`,
  ahead: (days) => `${days} ${days === 1 ? 'day is' : 'days are'} yet to come and left to the schedule`,
  going: (id) => `backfill ${id} of the same days is going already`,
  asks: (id, runs, kept) => `backfill ${id}: ${runs} runs, ${kept} good ones kept`,
  detached: (id) => `backfill ${id} is worked off by sihwang orchestrate`,
  head: (id, plan, state, left) =>
    `backfill ${id} of ${plan}: ${state}${left === null ? '' : `, about ${left} left`}`,
  cancelled: (id, asked) =>
    asked ? `backfill ${id} ends: nothing more is begun` : `backfill ${id} is over already`,
  ended: (id, plan, counts) => `backfill ${id} of ${plan}: ${counts}`,
};

export function backfillTextOf(language: Language): BackfillText {
  return language === 'ko' ? ko : en;
}

/** Why a day of a backfill is done or kept: codes joined by `; `, `code forecasts; rules demo`. */
export function backfillReason(reason: string | null, language: Language): string {
  const words = backfillTextOf(language);
  if (reason === null) return words.notRun;
  return reason
    .split('; ')
    .map((each) => {
      const [code = '', about = ''] = each.split(' ');
      if (code === 'rules') return words.rulesChanged(about);
      return (code === 'code' ? words.codeChanged[about] : words.reasons[each]) ?? each;
    })
    .join('; ');
}
