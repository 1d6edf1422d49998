import { EXIT, SihwangError } from '../domain/index.ts';

/** A running server's forecasts hold the lock for moments only; a build is not turned away for that. */
const GRACE_MS = 3_000;

/** How long `--wait [seconds]` allows: absent = a moment's grace, bare = as long as it takes. */
export function waitMs(option: string | boolean | undefined): number {
  if (option === undefined || option === false) return GRACE_MS;
  if (option === true) return Number.POSITIVE_INFINITY;
  const seconds = Number(option);
  if (option.trim() === '' || !(seconds >= 0)) {
    throw new SihwangError(
      'WAIT_UNREADABLE',
      { ko: `--wait의 값은 초: ${option}`, en: `--wait is a number of seconds, not ${option}` },
      {
        exit: EXIT.usage,
        hint: {
          ko: '--wait 60처럼 쓰거나, --wait만 쓰면 끝날 때까지 기다립니다.',
          en: 'Write --wait 60, or --wait alone to wait for as long as it takes.',
        },
      },
    );
  }
  return seconds * 1000;
}
