import type { Language } from '../language.ts';

/** The words of plans and of what a run would do, apart from the others: no page shows them. */
const ko = {
  plan: '계획',
  version: '판',
  about: '하는 일',
  file: '파일',
  builtIn: '기본 제공',
  head: (plan: string, version: number, steps: number) => `${plan} (${version}판), ${steps}단계`,
  noSteps: '이 집에는 이 계획이 할 일이 없습니다. 먼저 sihwang start 또는 sihwang ingest 로 자료를 넣으세요.',
  also: (needs: string) => `(또한 ${needs} 다음)`,
  kind: '단계의 종류',
  step: '단계',
  inputs: '필요한 것',
  runner: '어디서',
  time: '시간',
  knownBy: '근거',
  cost: '비용',
  here: '이 컴퓨터의 프로세스',
  jobs: (runner: string) => `${runner} 일감`,
  unknown: '모름',
  notRunYet: '아직 돈 적이 없음',
  pastRuns: (runs: number) => `지난 ${runs}번의 중앙값`,
  modelled: (most: boolean, series: string, eachMs: string, by: string, processes: number) =>
    `${most ? '많아야 ' : ''}예측 ${series}건 × ${eachMs} ms (${by}), 프로세스 ${processes}개`,
  byBench: '제품의 잣대',
  byPast: (series: string) => `여기서 낸 예측 ${series}건`,
  noBill: '청구 없음',
  atMost: (usd: string, jobs: number) => `많아야 ${usd} (작업 ${jobs}개)`,
  total: (steps: number, work: string, unknown: number, cost: string) =>
    `${steps}단계, 일하는 시간 ${work}${unknown === 0 ? '' : `에 길이를 모르는 ${unknown}단계`}. ${cost}. 아무것도 하지 않았습니다.`,
  noMoney: '이 컴퓨터만 쓰므로 시간만 들고 돈은 들지 않음',
  /** By why a cost is not known. */
  costUnknown: {
    'jobs-not-cut': (runner: string) => `비용 모름: ${runner} 일감은 아직 뜨지 않은 자료에서 나뉨`,
  },
  costAtMost: (usd: string, prices: string) => `많아야 ${usd} (${prices} 가격표로 어림, 청구서가 아님)`,
};

type PlanText = typeof ko;

const en: PlanText = {
  plan: 'plan',
  version: 'version',
  about: 'what it does',
  file: 'file',
  builtIn: 'built in',
  head: (plan, version, steps) => `${plan} (version ${version}), ${steps} ${steps === 1 ? 'step' : 'steps'}`,
  noSteps:
    'This home gives the plan nothing to do yet. Bring data first: sihwang start, or sihwang ingest FEED --file PATH.',
  also: (needs) => `(also after ${needs})`,
  kind: 'kind of step',
  step: 'step',
  inputs: 'inputs',
  runner: 'runner',
  time: 'time',
  knownBy: 'known by',
  cost: 'cost',
  here: 'local process',
  jobs: (runner) => `${runner} jobs`,
  unknown: 'unknown',
  notRunYet: 'it has not run yet',
  pastRuns: (runs) => `median of ${runs} ${runs === 1 ? 'run' : 'runs'}`,
  modelled: (most, series, eachMs, by, processes) =>
    `${most ? 'at most ' : ''}${series} forecasts × ${eachMs} ms by ${by}, on ${processes} ${processes === 1 ? 'process' : 'processes'}`,
  byBench: 'our bench',
  byPast: (series) => `${series} forecasts made here`,
  noBill: 'no bill',
  atMost: (usd, jobs) => `≤ ${usd} (${jobs} ${jobs === 1 ? 'job' : 'jobs'})`,
  total: (steps, work, unknown, cost) =>
    `${steps} ${steps === 1 ? 'step' : 'steps'}, ${work} of work${unknown === 0 ? '' : ` and ${unknown} of unknown length`}; ${cost}; nothing was done`,
  noMoney: 'this machine alone, which costs time and no money',
  costUnknown: {
    'jobs-not-cut': (runner) =>
      `cost unknown: the jobs for ${runner} are cut from a snapshot that is yet to be drawn`,
  },
  costAtMost: (usd, prices) => `at most ${usd} (an estimate by the prices of ${prices}, not a bill)`,
};

export function planTextOf(language: Language): PlanText {
  return language === 'ko' ? ko : en;
}
