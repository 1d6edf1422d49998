import type { Language } from '../language.ts';

/** The words of the registry of models, apart from the others: only reports and the command line say them. */
const ko = {
  version: '모델 판',
  feed: '자료',
  task: '과제',
  standing: '자리',
  standings: {
    champion: '챔피언',
    challenger: '도전자',
    former: '지난 챔피언',
    registered: '등록됨',
  } as Readonly<Record<string, string>>,
  code: '코드',
  trainings: '학습',
  lastTrained: '마지막 학습',
  noVersions: '등록된 판이 아직 없습니다. 예측을 공표하는 작업(sihwang run daily)이 등록합니다.',
  from: '부터',
  to: '까지',
  now: '지금',
  by: '누가',
  why: '까닭',
  snapshot: '뜬 자료',
  neverReigned: '아직 챔피언이 없습니다. 예측을 공표하는 작업(sihwang run daily)이 첫 챔피언을 세웁니다.',
  nobodyAt: (at: string, first: string | null) =>
    `${at}에는 챔피언이 없었습니다${first === null ? '' : `. 첫 챔피언은 ${first}부터`}.`,
  kinds: {
    first: '첫 판',
    promote: '승격',
    keep: '그대로',
    rollback: '되돌림',
    manual: '손으로',
    'code-changed': '코드 바뀜',
  } as Readonly<Record<string, string>>,
  reasons: {
    better: '더 나음이 증명됨',
    'too-few-origins': '견줄 시점이 아직 적음',
    'not-significant': '차이가 우연일 수 있음',
    'gain-too-small': '나아짐이 너무 작음',
    'coverage-out-of-bounds': '구간 적중률이 벗어남',
    'another-was-better': '다른 도전자가 더 나음',
    'live-scores-outside-promise': '실전 성적이 과거 재현의 약속을 벗어남',
    'the-package-was-upgraded': '제품이 새 판으로 바뀜',
    'the-first-version': '처음 공표된 판',
  } as Readonly<Record<string, string>>,
  everyFeed: '모든 자료',
  headline: (version: string, task: string, feed: string, code: string) =>
    `${version}: ${feed}의 ${task}, 코드 ${code}`,
  recipe: (recipe: string, at: string, by: string) => `설정 ${recipe}, ${at} 등록 (${by})`,
  trained: (at: string, run: string, snapshot: string, artefact: string, node: string, cpu: string) =>
    `학습 ${at}, ${run}: 뜬 자료 ${snapshot} → 산출물 ${artefact} (Node ${node}, ${cpu})`,
  stays: (champion: string) => `${champion} 챔피언 유지`,
  reigns: (champion: string, before: string | null) =>
    `${champion} 챔피언${before === null ? '' : ` (이전 ${before})`}`,
  decided: (at: string, kind: string, actor: string, change: string, reason: string) =>
    `${at} ${kind}, ${actor}: ${change} (${reason})`,
  evidence: (gain: string, origins: number, p: string, alpha: string) =>
    `오차 ${gain}, 시점 ${origins}개, p ${p} (기준 ${alpha})`,
  stands: (version: string, since: string, nth: number, looks: number) =>
    `${version}: ${since}부터 챔피언에게 도전 (올해 ${nth}번째, ${looks}번 견줌)`,
};

type ModelsText = typeof ko;

const en: ModelsText = {
  version: 'version',
  feed: 'feed',
  task: 'task',
  standing: 'standing',
  standings: {
    champion: 'champion',
    challenger: 'challenger',
    former: 'former champion',
    registered: 'registered',
  },
  code: 'code',
  trainings: 'trainings',
  lastTrained: 'last trained',
  noVersions:
    'No version is registered yet: a run that publishes forecasts (sihwang run daily) registers it.',
  from: 'from',
  to: 'to',
  now: 'now',
  by: 'by',
  why: 'why',
  snapshot: 'snapshot',
  neverReigned:
    'No version has reigned yet: a run that publishes forecasts (sihwang run daily) makes the first champion.',
  nobodyAt: (at, first) =>
    `Nothing reigned at ${at}${first === null ? '' : `; the first champion does since ${first}`}.`,
  kinds: {
    first: 'first',
    promote: 'promoted',
    keep: 'kept',
    rollback: 'rolled back',
    manual: 'by hand',
    'code-changed': 'code changed',
  },
  reasons: {
    better: 'shown to be better',
    'too-few-origins': 'too few origins to compare yet',
    'not-significant': 'the difference may be chance',
    'gain-too-small': 'the gain is too small',
    'coverage-out-of-bounds': 'its intervals hold too rarely or too often',
    'another-was-better': 'another challenger was better',
    'live-scores-outside-promise': 'live scores outside what the backtest promised',
    'the-package-was-upgraded': 'the package was upgraded',
    'the-first-version': 'the first that was published',
  },
  everyFeed: 'every feed',
  headline: (version, task, feed, code) => `${version}: ${task} of ${feed}, code ${code}`,
  recipe: (recipe, at, by) => `recipe ${recipe}, registered ${at} by ${by}`,
  trained: (at, run, snapshot, artefact, node, cpu) =>
    `trained ${at} in ${run}: snapshot ${snapshot} → artefact ${artefact} (Node ${node}, ${cpu})`,
  stays: (champion) => `${champion} stays the champion`,
  reigns: (champion, before) =>
    `${champion} is the champion${before === null ? '' : ` instead of ${before}`}`,
  decided: (at, kind, actor, change, reason) => `${at} ${kind}, ${actor}: ${change} (${reason})`,
  evidence: (gain, origins, p, alpha) => `errors ${gain}, ${origins} origins, p ${p} (bar ${alpha})`,
  stands: (version, since, nth, looks) =>
    `${version} stands against the champion since ${since} (${nth} of the year, ${looks} looks)`,
};

export function modelsTextOf(language: Language): ModelsText {
  return language === 'ko' ? ko : en;
}

/** How a decision about a champion came, in words. */
export function decisionKind(kind: string, language: Language): string {
  return modelsTextOf(language).kinds[kind] ?? kind;
}

/** Why it was decided so; what a person wrote stands as it is. */
export function decisionReason(reason: string, language: Language): string {
  return modelsTextOf(language).reasons[reason] ?? reason;
}
