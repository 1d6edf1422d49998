import { SihwangError } from './errors.ts';
import type { LocalDate } from './local-date.ts';
import { addDays, dayNumber, localDate } from './local-date.ts';

/** A day of the Korean lunar calendar. Months are text: a leap month reads `6bis`, and is not month 6. */
export interface LunarDate {
  /** The Gregorian year in which this lunar year began. */
  readonly year: number;
  readonly month: string;
  readonly day: number;
}

/** The lunar days on which Korean markets turn, as Gregorian dates of one year. */
export interface LunarHolidays {
  /** 설날, lunar 1/1. */
  readonly seollal: LocalDate;
  /** 부처님오신날, lunar 4/8. */
  readonly buddha: LocalDate;
  /** 추석, lunar 8/15. */
  readonly chuseok: LocalDate;
}

const MS_PER_DAY = 86_400_000;

/** Made at the first question: the runtime takes longer to set up a calendar than a command to start. */
let format: Intl.DateTimeFormat | undefined;

/** `dangi` is the Korean reckoning; `chinese` differs from it, e.g. at Seollal 2028. */
function dangi(): Intl.DateTimeFormat {
  format ??= new Intl.DateTimeFormat('en-u-ca-dangi', {
    timeZone: 'UTC',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  });
  return format;
}

/** The Korean lunar date of a Gregorian day. */
export function lunarDate(date: LocalDate): LunarDate {
  const parts = new Map<string, string>();
  for (const { type, value } of dangi().formatToParts(dayNumber(date) * MS_PER_DAY)) parts.set(type, value);
  return {
    year: Number(parts.get('relatedYear')),
    month: parts.get('month') ?? '',
    day: Number(parts.get('day')),
  };
}

const cache = new Map<number, LunarHolidays>();

/**
 * Seollal, Buddha's birthday and Chuseok of a Gregorian year.
 * Throws a configuration error on a JavaScript runtime built without the Korean lunar calendar.
 */
export function lunarHolidays(year: number): LunarHolidays {
  const known = cache.get(year);
  if (known) return known;
  const found: LunarHolidays = {
    seollal: findLunar(localDate(`${year}-01-19`), 34, '1', 1),
    buddha: findLunar(localDate(`${year}-04-24`), 40, '4', 8),
    chuseok: findLunar(localDate(`${year}-09-05`), 36, '8', 15),
  };
  cache.set(year, found);
  return found;
}

function findLunar(from: LocalDate, days: number, month: string, day: number): LocalDate {
  for (let offset = 0; offset < days; offset++) {
    const date = addDays(from, offset);
    const lunar = lunarDate(date);
    if (lunar.month === month && lunar.day === day) return date;
  }
  throw new SihwangError(
    'lunar-calendar-missing',
    {
      ko: `음력 ${month}월 ${day}일을 ${from}에서 ${days}일 안에 찾지 못했습니다`,
      en: `no lunar ${month}/${day} within ${days} days of ${from}`,
    },
    {
      exit: 78,
      hint: {
        ko: 'ICU 자료가 모두 든 Node.js(공식 배포판)를 쓰세요. 단기 음력(dangi)이 필요합니다.',
        en: 'Use a Node.js build with full ICU data (the official builds have it); the dangi calendar is needed.',
      },
    },
  );
}
