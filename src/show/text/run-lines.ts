import type { Language } from '../language.ts';

/** What the command line says of runs, apart from the words of their page. */
const ko = {
  run: '작업',
  step: '단계',
  state: '상태',
  askedBy: '시작',
  took: '걸린 시간',
  none: '아직 돈 작업이 없습니다. sihwang run daily 로 한 번 돌리거나 sihwang schedule add daily --default 로 예약하세요.',
  noneFits: '그런 작업이 없습니다.',
  planned: (id: string, started: boolean) =>
    started ? `${id} 작업을 적어 두었습니다` : `${id} 작업은 이미 적혀 있습니다`,
  ended: (id: string, state: string) => `${id} ${state}`,
  head: (id: string, state: string, at: string, askedBy: string) =>
    `${id}  ${state}  기준 시각 ${at}, 시작: ${askedBy}`,
  begun: (times: number) => `${times}번 시작`,
  retrying: (message: string) => `다시 해 봅니다: ${message}`,
  in: (time: string) => `${time}`,
  submits: (jobs: string, bound: string, prices: string) =>
    `일감 ${jobs}개를 냅니다. 작업의 일감은 많아야 ${bound} (${prices} 가격표로 어림, 청구서가 아님)`,
  cost: (jobs: string, spent: string, unknown: number, bound: string, prices: string) =>
    `일감 ${jobs}개: 지금까지 ${spent}${unknown > 0 ? `(길이를 모르는 시도 ${unknown}번 빼고)` : ''}, 많아야 ${bound} (${prices} 가격표로 어림, 청구서가 아님)`,
  retried: (id: string) =>
    `${id} 작업을 오케스트레이터가 이어서 합니다 (sihwang start 또는 sihwang orchestrate)`,
  cancelAsked: (id: string) => `${id} 작업에 끝내라고 했습니다`,
  noLogs: '아직 남긴 기록이 없습니다.',
  sofar: (time: string) => `${time} 진행 중`,
  atWork: '작업을 맡았습니다',
  standsBy: (who: string) => `대기: ${who} 프로세스가 맡고 있으며, 그것이 끝나면 이어받습니다`,
  startedAgain: (problem: string) => `오케스트레이터가 끝나 다시 시작합니다: ${problem}`,
};

type RunLines = typeof ko;

const en: RunLines = {
  run: 'run',
  step: 'step',
  state: 'state',
  askedBy: 'asked by',
  took: 'took',
  none: 'Nothing was run yet. Run once with sihwang run daily, or schedule it: sihwang schedule add daily --default.',
  noneFits: 'No run fits.',
  planned: (id, started) => (started ? `${id} is planned` : `${id} was planned before`),
  ended: (id, state) => `${id} ${state}`,
  head: (id, state, at, askedBy) => `${id}  ${state}  for ${at}, asked by ${askedBy}`,
  begun: (times) => `begun ${times} times`,
  retrying: (message) => `is tried again: ${message}`,
  in: (time) => `in ${time}`,
  submits: (jobs, bound, prices) =>
    `submits ${jobs} jobs; those of the run cost ${bound} at the most (an estimate by the prices of ${prices}, not a bill)`,
  cost: (jobs, spent, unknown, bound, prices) =>
    `${jobs} jobs: ${spent} so far${unknown > 0 ? `, without ${unknown} attempts whose length nobody knows` : ''}, ${bound} at the most (an estimate by the prices of ${prices}, not a bill)`,
  retried: (id) => `${id} is taken up again by the orchestrator (sihwang start or sihwang orchestrate)`,
  cancelAsked: (id) => `${id} is asked to end`,
  noLogs: 'It has said nothing yet.',
  sofar: (time) => `${time} so far`,
  atWork: 'orchestrating',
  standsBy: (who) => `standing by: ${who} is at work; this one takes over when it ends`,
  startedAgain: (problem) => `the orchestrator ended and is started again: ${problem}`,
};

export function runLinesOf(language: Language): RunLines {
  return language === 'ko' ? ko : en;
}
