import type { Bilingual, DayNumber, LocalDate } from '../../domain/index.ts';
import {
  addDays,
  addMonths,
  dayNumber,
  fromDayNumber,
  localDate,
  RULE_CALENDARS,
  SihwangError,
} from '../../domain/index.ts';
import { MOST_ITEMS, MOST_MARKETS } from './names.ts';

/** What the simulator is asked for. The same options give the same bytes. */
export interface DemoOptions {
  readonly years: number;
  readonly items: number;
  readonly markets: number;
  /** Lots of one market day over all markets, on average; the days of a year differ. */
  readonly lotsPerDay: number;
  /** Whole number; another seed is another market history. */
  readonly seed: number;
  /** The last day that may be published, a calendar day of the market's zone. */
  readonly through: LocalDate;
}

export const DEMO_DEFAULTS = { years: 8, items: 40, markets: 8, lotsPerDay: 420, seed: 20_240_210 } as const;

/** The demo's market trades on the days of Garak's auctions. */
export const DEMO_CALENDAR = RULE_CALENDARS.named('garak-auction')!;

export const UTC_OFFSET_MINUTES = 540;

/** Prices carry their past with them, so every run starts its world here, whatever it writes out. */
export const WORLD_BEGINS: DayNumber = dayNumber(localDate('2000-01-01'));

/**
 * Fills in what was not asked for and checks the rest. `through` is by default the last market day before today in
 * the market's zone; `now` is the clock (milliseconds since 1970).
 * Throws a usage error that names the option.
 */
export function demoOptions(asked: Partial<DemoOptions> = {}, now: () => number = Date.now): DemoOptions {
  const options: DemoOptions = {
    ...DEMO_DEFAULTS,
    ...asked,
    through: asked.through ?? lastMarketDayBefore(today(now())),
  };
  whole('years', options.years, 1, 25);
  whole('items', options.items, 1, MOST_ITEMS);
  whole('markets', options.markets, 1, MOST_MARKETS);
  whole('lots-per-day', options.lotsPerDay, 1, 10_000_000);
  whole('seed', options.seed, 0, 0xffff_ffff);
  if (firstDay(options) <= WORLD_BEGINS) {
    throw refusal('years', {
      ko: `모의 시장은 ${fromDayNumber(WORLD_BEGINS)} 뒤에 시작합니다`,
      en: `the demo market begins after ${fromDayNumber(WORLD_BEGINS)}`,
    });
  }
  return options;
}

/** The first day that is written: `years` before the day after `through`. */
export function firstDay({ years, through }: DemoOptions): DayNumber {
  return dayNumber(addMonths(addDays(through, 1), -12 * years));
}

function today(nowMs: number): LocalDate {
  return fromDayNumber(Math.floor((nowMs + UTC_OFFSET_MINUTES * 60_000) / 86_400_000));
}

function lastMarketDayBefore(date: LocalDate): LocalDate {
  let day = dayNumber(date) - 1;
  while (!DEMO_CALENDAR.isOpen(day)) day -= 1;
  return fromDayNumber(day);
}

function whole(option: string, value: number, from: number, to: number): void {
  if (!Number.isInteger(value) || value < from || value > to) {
    throw refusal(
      option,
      { ko: `--${option}의 값이 맞지 않습니다: ${value}`, en: `--${option} is ${value}` },
      { ko: `${from}에서 ${to}까지의 정수를 주세요.`, en: `Give a whole number from ${from} to ${to}.` },
    );
  }
}

function refusal(
  option: string,
  message: Bilingual,
  hint: Bilingual = {
    ko: '햇수를 줄이거나 마지막 날을 늦추세요.',
    en: 'Ask for fewer years or a later last day.',
  },
): SihwangError {
  return new SihwangError(`demo-${option}`, message, { exit: 2, hint });
}
