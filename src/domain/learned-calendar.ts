import type { DayNumber, LocalDate } from './local-date.ts';
import { addDays, dayNumber, fromDayNumber, parseLocalDate, weekday } from './local-date.ts';
import { lunarHolidays } from './lunar.ts';
import type { MarketCalendar } from './market-calendar.ts';
import type { Bilingual } from './words.ts';

/** How far back the weekly rhythm is looked for: half a year, so that one season's rhythm ages out. */
const RECENT_WEEKS = 26;
/** A weekday is expected to trade when it did in at least this share of the recent weeks. */
const OPEN_SHARE = 0.5;
/** A date is expected to be shut when it was in this share of at least two of the last five years. */
const SHUT_SHARE = 0.75;
const YEARS_LOOKED_AT = 5;

const NOT_IN_DATA: Bilingual = { ko: '거래 기록 없음', en: 'No trade on record' };
const WEEKLY_REST: Bilingual = { ko: '쉬는 요일(추정)', en: 'Usually closed on this weekday (inferred)' };
const YEARLY_REST: Bilingual = {
  ko: '해마다 휴장(추정)',
  en: 'Closed at this time of earlier years (inferred)',
};

/**
 * A calendar learned from the days on which a market traded (day numbers, any order, repeats allowed).
 *
 * Up to the last of them it is the record itself, and closed before the first. After it, openness is predicted from
 * the past alone. A weekday trades when it did in at least half of the last 26 weeks (the commonest weekday when none
 * reached that, so a publication of every third week still has a day). A date is shut when it was in three
 * quarters of those of the last five years, at least two, in which its weekday usually traded: on the same month-day
 * (New Year) or equally far from Seollal or Chuseok.
 * An empty record is never open.
 */
export function learnOpenDays(
  openDays: ArrayLike<DayNumber>,
  id = 'learned',
): MarketCalendar & { reason(day: DayNumber): Bilingual | undefined } {
  const record = new TradeRecord(openDays);
  const predicted = new Map<DayNumber, Bilingual | undefined>();
  const trading = record.tradingWeekdays();

  const predict = (day: DayNumber): Bilingual | undefined => {
    const date = fromDayNumber(day);
    if (!trading.has(weekday(date))) return WEEKLY_REST;
    return anniversaries(date).some((past) => record.wereShut(past)) ? YEARLY_REST : undefined;
  };
  const reason = (day: DayNumber): Bilingual | undefined => {
    if (day <= record.last || record.empty) return record.open.has(day) ? undefined : NOT_IN_DATA;
    if (!predicted.has(day)) predicted.set(day, predict(day));
    return predicted.get(day);
  };
  return { id, isOpen: (day) => reason(day) === undefined, reason };
}

/** The days on which a market is known to have traded, and what they say about its rhythm. */
class TradeRecord {
  readonly open: ReadonlySet<DayNumber>;
  readonly first: DayNumber;
  readonly last: DayNumber;

  constructor(openDays: ArrayLike<DayNumber>) {
    this.open = new Set(Array.from(openDays));
    this.first = Number.POSITIVE_INFINITY;
    this.last = Number.NEGATIVE_INFINITY;
    for (const day of this.open) {
      this.first = Math.min(this.first, day);
      this.last = Math.max(this.last, day);
    }
  }

  get empty(): boolean {
    return this.open.size === 0;
  }

  tradingWeekdays(): ReadonlySet<number> {
    if (this.empty) return new Set();
    const shares = Array.from({ length: 7 }, (_, back) => ({
      weekday: weekday(fromDayNumber(this.last - back)),
      share: this.openShare(this.last - back),
    }));
    const usual = shares.filter(({ share }) => share >= OPEN_SHARE);
    const commonest = shares.reduce((best, one) => (one.share > best.share ? one : best));
    return new Set((usual.length ? usual : [commonest]).map((one) => one.weekday));
  }

  /** Whether these past days were mostly shut; those on a weekday that then rested anyway say nothing. */
  wereShut(past: readonly DayNumber[]): boolean {
    const telling = past.filter(
      (day) => day <= this.last && day - 7 >= this.first && this.openShare(day - 7) >= OPEN_SHARE,
    );
    const shut = telling.filter((day) => !this.open.has(day)).length;
    return telling.length >= 2 && shut / telling.length >= SHUT_SHARE;
  }

  /** In which share of the 26 weeks up to `day` its weekday traded, weeks before the record left out. */
  private openShare(day: DayNumber): number {
    let weeks = 0;
    let traded = 0;
    for (let past = day; weeks < RECENT_WEEKS && past >= this.first; past -= 7) {
      weeks++;
      if (this.open.has(past)) traded++;
    }
    return weeks === 0 ? 0 : traded / weeks;
  }
}

/** The same occasion in each of the last five years, once by each way of counting occasions. */
function anniversaries(date: LocalDate): DayNumber[][] {
  const years = Array.from({ length: YEARS_LOOKED_AT }, (_, index) => Number(date.slice(0, 4)) - 1 - index);
  const ways = [sameMonthDay(date), sameDistanceToLunarHoliday(date)];
  return ways.map((way) =>
    years.flatMap((year) => {
      const past = way?.(year);
      return past ? [dayNumber(past)] : [];
    }),
  );
}

type InYear = (year: number) => LocalDate | undefined;

function sameMonthDay(date: LocalDate): InYear {
  return (year) => parseLocalDate(`${year}${date.slice(4)}`);
}

/** Far enough for the closures around Lunar New Year in Taiwan, which last about a week. */
const LUNAR_REACH_DAYS = 10;

function sameDistanceToLunarHoliday(date: LocalDate): InYear | undefined {
  const ofYear = lunarHolidays(Number(date.slice(0, 4)));
  for (const holiday of ['seollal', 'chuseok'] as const) {
    const distance = dayNumber(date) - dayNumber(ofYear[holiday]);
    if (Math.abs(distance) <= LUNAR_REACH_DAYS)
      return (year) => addDays(lunarHolidays(year)[holiday], distance);
  }
  return undefined;
}
