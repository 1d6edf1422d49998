import { EXIT, SihwangError } from '../domain/index.ts';
import type { Records, RecordsBehind } from '../records/index.ts';

/**
 * The records for one answer, without waiting for them.
 * @throws SihwangError `RECORDS_NOT_OPEN` (75, an answer 503), or what kept them from being opened
 */
export async function openRecordsNow(records: RecordsBehind | undefined): Promise<Records> {
  const now = records?.now();
  if (now) return now;
  const notYet = new SihwangError(
    'RECORDS_NOT_OPEN',
    { ko: '기록을 아직 여는 중입니다', en: 'the records are not open yet' },
    {
      exit: EXIT.tryAgain,
      hint: {
        ko: '잠시 뒤에 다시 해 보세요. sihwang records status가 상태를 알려 줍니다.',
        en: 'Try again in a moment; sihwang records status says how they are.',
      },
    },
  );
  if (!records) throw notYet;
  // settled already when it failed, else the second is first
  return Promise.race([records.opened, Promise.reject<Records>(notYet)]);
}
