import { type Bilingual, EXIT, type ExitCode, SihwangError } from '../domain/index.ts';
import type { FetchErrorKind } from '../sources/index.ts';
import type { Fetched } from './fetch-feed.ts';

/** What is wrong, before the connector's own words; its English is those words alone. */
export const FETCH_WENT_WRONG: Readonly<Record<FetchErrorKind | 'cancelled', string>> = {
  auth: '공표처가 키를 받지 않았습니다',
  quota: '허용된 호출 수를 다 썼습니다',
  rate: '공표처가 잠시 쉬라고 했습니다',
  transient: '공표처에 닿지 못했습니다',
  blocked: '공표처가 접속을 막았습니다',
  bad_request: '공표처가 요청을 받지 않았습니다',
  no_data: '공표처에 자료가 없습니다',
  echo_mismatch: '공표처가 묻지 않은 것을 답했습니다',
  partial: '일부만 받았습니다',
  schema: '공표처의 답이 아는 꼴과 다릅니다',
  cancelled: '멈추라는 요청으로 멈췄습니다',
};

/** What makes a fetch end with a code other than 0: it was stopped, or a chunk failed. What came is kept in any case. */
export function fetchTrouble(id: string, { stop, settled, left }: Fetched): SihwangError | undefined {
  const failed = settled.find(({ status }) => status === 'failed' || status === 'partial');
  const kind = stop?.kind ?? failed?.kind;
  if (kind === undefined) return undefined;
  const detail = stop?.detail ?? failed?.detail ?? '';
  const exit: ExitCode =
    kind === 'cancelled'
      ? EXIT.stopped
      : kind === 'auth'
        ? EXIT.configuration
        : ['quota', 'rate', 'transient', 'blocked', 'partial'].includes(kind)
          ? EXIT.tryAgain
          : EXIT.badData;
  const again: Bilingual = {
    ko: `${stop?.until ? `${stop.until} 뒤에 ` : ''}같은 명령을 다시 실행하세요. 제대로 받은 것은 다시 묻지 않습니다.`,
    en: `Run the same command again${stop?.until ? ` after ${stop.until}` : ''}; what is good is not asked again.`,
  };
  const hints: Partial<Record<ExitCode, Bilingual>> = {
    [EXIT.configuration]: {
      ko: '키가 맞는지, 이 자료의 사용 승인을 받았는지 확인하고 같은 명령을 다시 실행하세요.',
      en: 'Check the key and whether it was granted this dataset; then run the same command again.',
    },
    [EXIT.badData]: {
      ko: '공표처의 답이 아는 꼴과 다릅니다. 그 답은 아무것도 받아 넣지 않았습니다. 알려 주세요.',
      en: 'The source answers otherwise than its connector knows; nothing of that answer was taken in. Report it.',
    },
  };
  return new SihwangError(
    kind === 'cancelled' ? 'STOPPED' : `SOURCE_${kind.toUpperCase()}`,
    {
      ko: `${id}: ${FETCH_WENT_WRONG[kind]} (${kind === 'cancelled' ? '받은 것은 남습니다' : detail})${left > 0 ? `, ${left}묶음 남음` : ''}`,
      en: `${id}: ${detail}${left > 0 ? ` (${left} chunks left)` : ''}`,
    },
    { exit, hint: hints[exit] ?? again },
  );
}
