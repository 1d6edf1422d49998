import { EXIT, SihwangError } from '../domain/index.ts';

/** Says that nothing of a feed is published in this home. */
export function feedEmpty(feed: string): SihwangError {
  return new SihwangError(
    'FEED_EMPTY',
    { ko: `홈에 이 자료가 아직 없습니다: ${feed}`, en: `this home has no data of ${feed}` },
    {
      exit: EXIT.configuration,
      hint: {
        ko: `먼저 파일을 넣으세요: sihwang ingest ${feed} --file PATH`,
        en: `Take in a file first: sihwang ingest ${feed} --file PATH`,
      },
    },
  );
}
