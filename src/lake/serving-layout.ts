import { EXIT, SihwangError } from '../domain/index.ts';

/**
 * Which tables and columns a serving file of conditions has, as one number: raised with every change of them, which a
 * test holds it to. Files of before there was a number count as 1.
 */
export const SERVING_LAYOUT = 2;

/**
 * What to say of a question that failed: a file of another layout may lack what is asked of it, and is not at fault. Any
 * other error, and any about a file of this layout, passes unchanged.
 */
export function asLayoutError(error: unknown, feed: string, layout: number): unknown {
  if (layout === SERVING_LAYOUT || !(error instanceof Error)) return error;
  if (!/^(Catalog|Binder) Error/.test(error.message)) return error;
  return new SihwangError(
    'PUBLISHED_BY_ANOTHER_VERSION',
    {
      ko: `${feed}의 시황은 다른 버전의 sihwang이 공표한 것이라 이 물음에 답할 수 없습니다`,
      en: `the conditions of ${feed} were published by another version of sihwang, which cannot answer this`,
    },
    {
      exit: EXIT.tryAgain,
      hint: {
        ko: 'sihwang start가 뒤에서 저절로 다시 공표합니다. 잠시 뒤에 다시 물으세요.',
        en: 'sihwang start publishes them again by itself, behind the pages. Ask again when it has.',
      },
      cause: error,
    },
  );
}
