import type { DayNumber, LocalDate } from './local-date.ts';
import { addDays, dayNumber, fromDayNumber, localDate, weekday } from './local-date.ts';
import { lunarHolidays } from './lunar.ts';
import type { Bilingual } from './words.ts';

export type KrHolidayKind = 'fixed' | 'lunar' | 'substitute' | 'temporary' | 'election';

export interface KrHoliday {
  readonly date: LocalDate;
  readonly kind: KrHolidayKind;
  readonly name: Bilingual;
}

/** The public holidays of Korea. */
export interface KrHolidays {
  /** All of one year in order of date; a date appears once, under the first of its names. */
  ofYear(year: number): readonly KrHoliday[];
  /** The holiday on a day, or undefined. */
  on(day: DayNumber): KrHoliday | undefined;
}

/** On which collisions a holiday earns a substitute: with Sundays and other holidays, or with Saturdays too. */
type SubstituteRule = { readonly since: LocalDate; readonly saturdays: boolean };

interface Base {
  readonly date: LocalDate;
  readonly kind: 'fixed' | 'lunar';
  readonly name: Bilingual;
  readonly substitute?: SubstituteRule;
}

const SINCE_2021: SubstituteRule = { since: localDate('2021-08-04'), saturdays: true };
const SINCE_2023: SubstituteRule = { since: localDate('2023-05-04'), saturdays: true };
const SINCE_2026: SubstituteRule = { since: localDate('2026-01-01'), saturdays: true };
const CHILDREN: SubstituteRule = { since: localDate('2014-01-01'), saturdays: true };
const SEOLLAL: SubstituteRule = { since: localDate('2015-01-01'), saturdays: false };
const CHUSEOK: SubstituteRule = { since: localDate('2014-01-01'), saturdays: false };

/** `from` and `to` are the first and last year in force, both included. */
const FIXED: readonly {
  readonly monthDay: string;
  readonly name: Bilingual;
  readonly years?: readonly { readonly from?: number; readonly to?: number }[];
  readonly substitute?: SubstituteRule;
}[] = [
  { monthDay: '01-01', name: { ko: '신정', en: "New Year's Day" } },
  { monthDay: '03-01', name: { ko: '삼일절', en: 'Independence Movement Day' }, substitute: SINCE_2021 },
  { monthDay: '04-05', name: { ko: '식목일', en: 'Arbor Day' }, years: [{ to: 2005 }] },
  {
    monthDay: '05-01',
    name: { ko: '노동절', en: 'Labour Day' },
    years: [{ from: 2026 }],
    substitute: SINCE_2026,
  },
  { monthDay: '05-05', name: { ko: '어린이날', en: "Children's Day" }, substitute: CHILDREN },
  { monthDay: '06-06', name: { ko: '현충일', en: 'Memorial Day' } },
  {
    monthDay: '07-17',
    name: { ko: '제헌절', en: 'Constitution Day' },
    years: [{ to: 2007 }, { from: 2026 }],
    substitute: SINCE_2026,
  },
  { monthDay: '08-15', name: { ko: '광복절', en: 'Liberation Day' }, substitute: SINCE_2021 },
  { monthDay: '10-03', name: { ko: '개천절', en: 'National Foundation Day' }, substitute: SINCE_2021 },
  {
    monthDay: '10-09',
    name: { ko: '한글날', en: 'Hangeul Day' },
    years: [{ to: 1990 }, { from: 2013 }],
    substitute: SINCE_2021,
  },
  { monthDay: '12-25', name: { ko: '성탄절', en: 'Christmas Day' }, substitute: SINCE_2023 },
];

const ELECTION: Bilingual = { ko: '선거일', en: 'Election day' };
const TEMPORARY: Bilingual = { ko: '임시공휴일', en: 'Temporary public holiday' };

/**
 * Elections that no rule gives: presidents (also after a removal from office), and general elections before the
 * Wednesday rule. The regular ones follow `regularElection`.
 */
const DATED_ELECTIONS = [
  '2000-04-13',
  '2002-06-13',
  '2002-12-19',
  '2004-04-15',
  '2007-12-19',
  '2012-12-19',
  '2017-05-09',
  '2022-03-09',
  '2025-06-03',
].map(localDate);

const DATED_TEMPORARY = [
  '2002-07-01',
  '2015-08-14',
  '2016-05-06',
  '2017-10-02',
  '2020-08-17',
  '2023-10-02',
  '2024-10-01',
  '2025-01-27',
].map(localDate);

const years = new Map<number, ReadonlyMap<DayNumber, KrHoliday>>();

function daysByRule(year: number): ReadonlyMap<DayNumber, KrHoliday> {
  let holidays = years.get(year);
  if (!holidays) {
    const inOrder = holidaysByRule(year).sort((a, b) => (a.date < b.date ? -1 : 1));
    holidays = new Map(inOrder.map((holiday) => [dayNumber(holiday.date), holiday]));
    years.set(year, holidays);
  }
  return holidays;
}

/**
 * The rules of the law as we know them (fixed, lunar, substitute and election days) and a dated list of temporary
 * holidays, right for 2000 and later. Rules and sources: domain.md §5; what an authority announced takes their place
 * by `holidaysFrom`.
 */
export const KR_HOLIDAYS: KrHolidays = {
  ofYear: (year) => [...daysByRule(year).values()],
  on: (day) => daysByRule(Number(fromDayNumber(day).slice(0, 4))).get(day),
};

function holidaysByRule(year: number): KrHoliday[] {
  const base = baseHolidays(year);
  const taken = new Map<LocalDate, KrHoliday>();
  for (const { date, kind, name } of base) if (!taken.has(date)) taken.set(date, { date, kind, name });
  const elections = [
    ...DATED_ELECTIONS.filter((date) => date.startsWith(`${year}-`)),
    ...regularElection(year, taken),
  ];
  for (const date of elections)
    if (!taken.has(date)) taken.set(date, { date, kind: 'election', name: ELECTION });
  for (const date of DATED_TEMPORARY)
    if (date.startsWith(`${year}-`)) taken.set(date, { date, kind: 'temporary', name: TEMPORARY });
  for (const holiday of substitutes(base, taken)) taken.set(holiday.date, holiday);
  return [...taken.values()];
}

function baseHolidays(year: number): Base[] {
  const { seollal, buddha, chuseok } = lunarHolidays(year);
  const fixed = FIXED.filter(
    ({ years }) => years?.some(({ from = 0, to = 9999 }) => from <= year && year <= to) ?? true,
  ).map(
    ({ monthDay, name, substitute }): Base => ({
      date: localDate(`${year}-${monthDay}`),
      kind: 'fixed',
      name,
      substitute,
    }),
  );
  const threeDays = (middle: LocalDate, name: Bilingual, substitute: SubstituteRule): Base[] =>
    [-1, 0, 1].map((offset) => ({ date: addDays(middle, offset), kind: 'lunar', name, substitute }));
  return [
    ...threeDays(seollal, { ko: '설날 연휴', en: 'Seollal holiday' }, SEOLLAL),
    ...threeDays(chuseok, { ko: '추석 연휴', en: 'Chuseok holiday' }, CHUSEOK),
    {
      date: buddha,
      kind: 'lunar',
      name: { ko: '부처님오신날', en: "Buddha's Birthday" },
      substitute: SINCE_2023,
    },
    ...fixed,
  ];
}

/** One substitute a date, however many holidays meet on it: the first later day that is neither weekend nor holiday. */
function substitutes(base: readonly Base[], taken: ReadonlyMap<LocalDate, KrHoliday>): KrHoliday[] {
  const given = new Map<LocalDate, KrHoliday>();
  for (const date of [...new Set(base.map((holiday) => holiday.date))].sort()) {
    const onDate = base.filter((holiday) => holiday.date === date);
    const earning = onDate.find(
      ({ substitute }) =>
        substitute &&
        substitute.since <= date &&
        (onDate.length > 1 || weekday(date) === 0 || (weekday(date) === 6 && substitute.saturdays)),
    );
    if (!earning) continue;
    let day = addDays(date, 1);
    while (weekday(day) === 0 || weekday(day) === 6 || taken.has(day) || given.has(day))
      day = addDays(day, 1);
    given.set(day, {
      date: day,
      kind: 'substitute',
      name: { ko: `대체공휴일(${earning.name.ko})`, en: `Substitute holiday (${earning.name.en})` },
    });
  }
  return [...given.values()];
}

/**
 * The regular general and local elections since 2006 (Public Official Election Act, art. 34): the first Wednesday
 * from 50 days before the Assembly's term ends (29 May, every 4th year from 2008), or 30 days before the local
 * terms end (30 June, every 4th year from 2006); a week later when that day or a neighbour is a holiday.
 */
function regularElection(year: number, holidays: ReadonlyMap<LocalDate, KrHoliday>): LocalDate[] {
  if (year < 2006 || year % 2 !== 0) return [];
  let date = localDate(year % 4 === 0 ? `${year}-04-09` : `${year}-05-31`);
  while (weekday(date) !== 3) date = addDays(date, 1);
  const meetsHoliday = [-1, 0, 1].some((offset) => holidays.has(addDays(date, offset)));
  return [meetsHoliday ? addDays(date, 7) : date];
}
