import type { Language } from '../language.ts';

/** What `sihwang gc` says: why a file is not needed, by what the collector writes. */
const koWhy: Readonly<Record<string, string>> = {
  'no commit names it': '어느 커밋도 가리키지 않음',
  'a serving file that was replaced': '새것으로 바뀐 서비스 파일',
  'a snapshot that nothing cites': '아무것도 바탕하지 않는 뜬 자료',
  'a run that nothing cites': '아무것도 나오지 않은 작업',
  'a trace of a run that ended': '끝난 작업의 흔적',
  'a shard that no job names': '어느 일감도 가리키지 않는 조각',
  'an upload that was never finished': '끝나지 않은 올리기',
  'a report of a run that nothing cites': '아무것도 나오지 않은 작업의 보고서',
};

const ko = {
  file: '파일',
  bytes: '바이트',
  why: '까닭',
  nothing: '지울 것이 없습니다',
  total: (files: string, size: string, deleted: boolean) =>
    `파일 ${files}개, ${size}${deleted ? '를 지웠습니다' : '를 지울 수 있습니다'}`,
  reason: (why: string) => koWhy[why] ?? why,
  notLooked: (store: string) => `${store}에 있는 이 홈의 몫은 보지 않았습니다. sihwang gc --aws로 봅니다`,
  noRecords: '이 홈에는 무엇이 필요한지 말해 줄 기록이 없어 S3는 건드리지 않습니다',
  silentRecords: (message: string) => `기록이 답하지 않아 뜬 자료와 작업은 그대로 둡니다: ${message}`,
};

type GcText = typeof ko;

const en: GcText = {
  file: 'file',
  bytes: 'bytes',
  why: 'why',
  nothing: 'nothing to delete',
  total: (files, size, deleted) =>
    `${files} ${files === '1' ? 'file' : 'files'}, ${size}${deleted ? ', deleted' : ' would be deleted'}`,
  reason: (why) => why,
  notLooked: (store) => `the home's part of ${store} was not looked at: sihwang gc --aws does that`,
  noRecords: 'nothing in S3 is touched: this home has no records, which say what is needed',
  silentRecords: (message) =>
    `snapshots and runs are left alone, because the records do not answer: ${message}`,
};

export function gcTextOf(language: Language): GcText {
  return language === 'ko' ? ko : en;
}
