import { EXIT, SihwangError } from './errors.ts';
import { GARAK_AUCTION, KAMIS_SURVEY } from './kr-market-calendars.ts';
import { type LocalDate, parseLocalDate } from './local-date.ts';
import type { CalendarDefinition, CalendarOverride } from './market-calendar.ts';
import type { Bilingual } from './words.ts';

/** What a person states about one market's calendar: days on which its rules are wrong, either way. */
export interface CalendarEdits {
  readonly calendar: string;
  readonly overrides: readonly CalendarOverride[];
}

const EDITABLE: readonly string[] = [GARAK_AUCTION.id, KAMIS_SURVEY.id];

const CLOSED: Bilingual = { ko: '휴장(사용자 지정)', en: 'Closed (stated by the user)' };
const OPEN: Bilingual = { ko: '개장(사용자 지정)', en: 'Open (stated by the user)' };

/**
 * Reads a calendar file: `{"calendar": "garak-auction", "closed": [day, …], "open": [day, …]}`, where a day is
 * `YYYY-MM-DD` or `{"date", "ko", "en"}` with the reason to show. Throws a configuration error that names the file
 * (`name`) and the fault: an edit that is silently skipped would be a wrong market day for ever.
 */
export function readCalendarEdits(name: string, text: string): CalendarEdits {
  const wrong = (fault: Bilingual): SihwangError =>
    new SihwangError(
      'CALENDAR_FILE',
      { ko: `${name}: ${fault.ko}`, en: `${name}: ${fault.en}` },
      {
        exit: EXIT.configuration,
        hint: {
          ko: '달력 파일은 {"calendar": "garak-auction", "closed": ["2026-10-10"], "open": []} 꼴입니다. 고치거나 치우세요.',
          en: 'A calendar file is {"calendar": "garak-auction", "closed": ["2026-10-10"], "open": []}; mend or remove it.',
        },
      },
    );
  const parsed = parse(text);
  if (!isMembers(parsed)) throw wrong({ ko: 'JSON 객체가 아님', en: 'not a JSON object' });
  const { calendar, closed = [], open = [], ...rest } = parsed;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    throw wrong({ ko: `모르는 항목 "${unknown}"`, en: `unknown member "${unknown}"` });
  if (typeof calendar !== 'string' || !EDITABLE.includes(calendar))
    throw wrong({
      ko: `"calendar"의 값은 ${EDITABLE.join(', ')} 가운데 하나`,
      en: `"calendar" is not one of ${EDITABLE.join(', ')}`,
    });
  const daysOf = (list: unknown, isOpen: boolean): CalendarOverride[] => {
    const field = isOpen ? '"open"' : '"closed"';
    if (!Array.isArray(list)) throw wrong({ ko: `${field}가 목록이 아님`, en: `${field} is not a list` });
    return list.map((entry: unknown) => {
      const day = isMembers(entry) ? entry : { date: entry };
      const date = typeof day.date === 'string' ? parseLocalDate(day.date) : undefined;
      if (date === undefined)
        throw wrong({
          ko: `${field}: 달력에 있는 날이 아님: ${JSON.stringify(day.date)}`,
          en: `${field}: ${JSON.stringify(day.date)} is not a calendar day`,
        });
      const { ko, en } = day;
      const stated = [ko, en].every((words) => typeof words === 'string' && words !== '');
      const says = stated ? ({ ko, en } as Bilingual) : isOpen ? OPEN : CLOSED;
      return { date, open: isOpen, says };
    });
  };
  const overrides = [...daysOf(closed, false), ...daysOf(open, true)];
  const twice = firstTwice(overrides.map(({ date }) => date));
  if (twice !== undefined) throw wrong({ ko: `두 번 적힌 날: ${twice}`, en: `${twice} is stated twice` });
  return { calendar, overrides };
}

/** A calendar with a person's edits: theirs decide on the days they name. */
export function editedCalendar(
  definition: CalendarDefinition,
  edits: readonly CalendarEdits[],
): CalendarDefinition {
  const mine = edits
    .filter(({ calendar }) => calendar === definition.id)
    .flatMap(({ overrides }) => overrides);
  const stated = new Set(mine.map(({ date }) => date));
  return {
    ...definition,
    overrides: [...definition.overrides.filter(({ date }) => !stated.has(date)), ...mine],
  };
}

function firstTwice(dates: readonly LocalDate[]): LocalDate | undefined {
  return dates.find((date, index) => dates.indexOf(date) !== index);
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
