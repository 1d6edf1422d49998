import type { Language } from '../language.ts';

/** The words around what jobs have said; what they say is theirs. */
const ko = {
  about: (name: string, runner: string, state: string) => `── ${name} (${runner}, ${state})`,
  fromRunner: '작업 자신의 로그가 없어, 실행기가 남긴 출력을 보여 줍니다:',
  nothing: '작업이 남긴 로그도, 실행기가 남긴 출력도 없습니다.',
  none: '성공하지 못한 작업이 없습니다. 한 작업의 로그는 --job 이름으로 봅니다.',
};

type JobLogsText = typeof ko;

const en: JobLogsText = {
  about: (name, runner, state) => `── ${name} (${runner}, ${state})`,
  fromRunner: 'it has no log of its own; this is what its runner has kept of its output:',
  nothing: 'it has left no log, and its runner has kept no output.',
  none: 'No job of it is without success; --job NAME shows what one job has said.',
};

export function jobLogsTextOf(language: Language): JobLogsText {
  return language === 'ko' ? ko : en;
}
