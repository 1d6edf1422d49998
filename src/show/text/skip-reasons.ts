import type { Language } from '../language.ts';

/** Why a step had nothing to do. The words are kept apart: the page of runs, reports and the command line load them. */
const ko = {
  'nothing-held': '이 집에 이 자료가 없음',
  'not-published': '이 자료는 아직 공표되지 않음',
  'no-market-day': '이 자료에는 장이 선 날이 없음',
  'comes-as-files': '네트워크가 아니라 파일로 오는 자료',
  'no-demo-options': '설정이 남은 데모 시장이 없음',
  'key-not-set': '열쇠가 설정되지 않음',
  'no-files': '파일이 없음',
  'check-is-red': '점검이 빨강이라 공표하지 않음',
  'no-snapshot': '뜬 자료가 없음',
  'up-to-date': '공표된 예측이 모두 이미 이 자료로 낸 것',
  'no-champion': '아직 챔피언이 없음(처음 공표되는 판이 챔피언이 됨)',
  'nothing-forecast': '예측한 것이 없음',
  'nothing-to-keep': '남길 만한 공표가 없음',
  'no-forecasts-file': '프로그램이 forecasts.csv를 남기지 않음',
  'nothing-kept': '이 자료의 예측이 아직 장부에 없음',
  'no-hook': '훅 없음: 집의 hooks/ 에 alert 또는 alert.mjs 를 두세요',
  'backfill-alarms-nobody': '지난날을 메우는 작업은 알리지 않음',
  'nothing-to-look-at': '살펴볼 일이 없음',
};

/** The code of a reason; a subject may stand behind it, `key-not-set AT_KEY`. */
export type SkipReason = keyof typeof ko;

const en: Readonly<Record<SkipReason, string>> = {
  'nothing-held': 'the home holds nothing of this feed',
  'not-published': 'the feed is not published yet',
  'no-market-day': 'the feed has no market day',
  'comes-as-files': 'the feed comes as files, not over the network',
  'no-demo-options': 'the home has no demo market whose options are known',
  'key-not-set': 'a key is not set',
  'no-files': 'there are no files',
  'check-is-red': 'the check is red, so nothing is published',
  'no-snapshot': 'no snapshot was drawn',
  'up-to-date': 'every forecast that is published rests on this data already',
  'no-champion': 'no version reigns yet: the first one that is published will',
  'nothing-forecast': 'nothing was forecast',
  'nothing-to-keep': 'nothing is published that could be kept',
  'no-forecasts-file': 'the program left no forecasts.csv',
  'nothing-kept': 'no forecast of this feed has been kept yet',
  'no-hook': 'no hook: put a program alert or alert.mjs into hooks/ of the home',
  'backfill-alarms-nobody': 'a backfill alarms nobody',
  'nothing-to-look-at': 'nothing to look at',
};

/** Why a step was skipped, in words; what was written by an earlier version as it stands. */
export function skipText(reason: string, language: Language): string {
  const [code = '', ...subject] = reason.split(' ');
  const said = (language === 'ko' ? ko : en)[code as SkipReason];
  if (said === undefined) return reason;
  return subject.length === 0 ? said : `${said}: ${subject.join(' ')}`;
}
