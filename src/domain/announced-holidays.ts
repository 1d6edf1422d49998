import type { KrHoliday, KrHolidayKind, KrHolidays } from './kr-holidays.ts';
import { type DayNumber, dayNumber, fromDayNumber, type LocalDate } from './local-date.ts';

/** A day off as the authority announced it; a date may come under several names. */
export interface AnnouncedHoliday {
  readonly date: LocalDate;
  /** Korean, as announced. */
  readonly name: string;
}

/**
 * The public holidays of Korea with announced ones in the place of computed ones. A year is taken from `rows` alone when
 * they hold both its first and its last fixed holiday (1 January and 25 December), so that a year answered in part, or not
 * announced yet, is never a year without the rest; in other years the rows only add to the computed days, because
 * temporary holidays are announced late. A date counts once, under its first announced name; English names come from
 * the computed holiday of that date, else the Korean name stands for both.
 */
export function holidaysFrom(rows: readonly AnnouncedHoliday[], computed: KrHolidays): KrHolidays {
  const announced = new Map<LocalDate, KrHoliday>();
  for (const { date, name } of rows) {
    if (announced.has(date)) continue;
    const known = computed.on(dayNumber(date));
    announced.set(date, {
      date,
      kind: known?.kind ?? kindOf(name),
      name: { ko: name, en: known?.name.en ?? name },
    });
  }
  const complete = (year: number): boolean =>
    announced.has(`${year}-01-01` as LocalDate) && announced.has(`${year}-12-25` as LocalDate);

  const on = (day: DayNumber): KrHoliday | undefined => {
    const date = fromDayNumber(day);
    const said = announced.get(date);
    return said || complete(Number(date.slice(0, 4))) ? said : computed.on(day);
  };
  const ofYear = (year: number): readonly KrHoliday[] => {
    const days = new Map(
      (complete(year) ? [] : computed.ofYear(year)).map((holiday) => [holiday.date, holiday]),
    );
    for (const holiday of announced.values())
      if (holiday.date.startsWith(`${year}-`)) days.set(holiday.date, holiday);
    return [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
  };
  return { ofYear, on };
}

/** What a day off is by its announced name, where no rule knows the date. */
function kindOf(name: string): KrHolidayKind {
  if (name.includes('대체')) return 'substitute';
  if (name.includes('선거')) return 'election';
  return /설날|추석|부처님/.test(name) ? 'lunar' : 'temporary';
}
