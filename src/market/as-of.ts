import {
  addDays,
  EXIT,
  type FeedProfile,
  type LocalDate,
  parseLocalDate,
  SihwangError,
} from '../domain/index.ts';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * The moment a question is asked as of, as an ISO instant in UTC. A bare day is its end in the feed's own zone; an
 * instant says its zone. null and '' = everything known now.
 * @throws SihwangError `AS_OF_UNREADABLE`
 */
export function parseAsOf(text: string | null | undefined, profile: FeedProfile): string | null {
  if (text === null || text === undefined || text === '') return null;
  const day = parseLocalDate(text);
  if (day) {
    const nextMidnight = Date.parse(`${addDays(day, 1)}T00:00:00Z`) - profile.utcOffsetMinutes * 60_000;
    return new Date(nextMidnight - 1).toISOString();
  }
  const time = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw new SihwangError(
      'AS_OF_UNREADABLE',
      {
        ko: `asOf의 값이 날짜도 시각도 아닙니다: ${text}`,
        en: `asOf is neither a day nor an instant: ${text}`,
      },
      {
        exit: EXIT.usage,
        hint: {
          ko: '2022-06-01 같은 날짜나, 2022-06-01T09:00:00+09:00처럼 시간대가 붙은 시각을 쓰세요.',
          en: 'Write a day such as 2022-06-01, or an instant with its zone such as 2022-06-01T09:00:00+09:00.',
        },
      },
    );
  return new Date(time).toISOString();
}

/**
 * A calendar day that a question names.
 * @throws SihwangError `DAY_UNREADABLE`
 */
export function parseDay(text: string, name: string): LocalDate {
  const day = parseLocalDate(text);
  if (!day)
    throw new SihwangError(
      'DAY_UNREADABLE',
      {
        ko: `${name}의 값이 달력에 있는 날짜가 아닙니다: ${text}`,
        en: `${name} is not a calendar day: ${text}`,
      },
      {
        exit: EXIT.usage,
        hint: {
          ko: '2024-02-29처럼 있는 날짜를 쓰세요.',
          en: 'Write a day that exists, such as 2024-02-29.',
        },
      },
    );
  return day;
}
