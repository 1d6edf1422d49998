import { Cron } from 'croner';
import { addDays, type LocalDate } from '../local-date.ts';
import type { Bilingual } from '../words.ts';
import { type CalendarLookup, type DayVerdict, dayRule } from './day-rule.ts';
import type { Schedule } from './schedule.ts';
import { dayInZone, instantInZone } from './zone-time.ts';

/** One moment at which a schedule says that its plan runs. */
export interface Tick {
  readonly at: Date;
  /** The day it is in the schedule's zone. */
  readonly day: LocalDate;
  /** The market day that the run is about; null where the schedule names no market. */
  readonly marketDay: LocalDate | null;
}

/**
 * The ticks after one moment, up to and including another, each with its own time, in their order and none twice.
 * A time that a zone's clocks show twice counts once, the first time; one that they leave out is the first moment
 * after the gap; a list of cron times is held to the same, a step or `*` runs through.
 * @throws SihwangError `SCHEDULE_CALENDAR_UNKNOWN`
 */
export function* ticksBetween(
  schedule: Schedule,
  after: Date,
  upTo: Date,
  calendars: CalendarLookup,
): Generator<Tick> {
  const rule = dayRule(schedule.days, calendars);
  const moments = momentsBetween(schedule, after.getTime(), upTo.getTime(), (day) => rule(day).runs);
  for (const { at, day } of moments) {
    const verdict = rule(day);
    if (verdict.runs) yield { at: new Date(at), day, marketDay: verdict.marketDay };
  }
}

/** The first ticks after a moment, within two years: a schedule that names 30 February has none. */
export function nextTicks(schedule: Schedule, after: Date, count: number, calendars: CalendarLookup): Tick[] {
  const ticks: Tick[] = [];
  const upTo = new Date(after.getTime() + TWO_YEARS_MS);
  if (count < 1) return ticks;
  for (const tick of ticksBetween(schedule, after, upTo, calendars)) {
    ticks.push(tick);
    if (ticks.length === count) break;
  }
  return ticks;
}

/** A day on which the clock alone would have run the plan. */
export interface DayLeftOut {
  readonly day: LocalDate;
  readonly why: Bilingual;
}

/** The days between two moments on which the schedule's clock strikes and its days say no, with the reason. */
export function daysLeftOut(
  schedule: Schedule,
  after: Date,
  upTo: Date,
  calendars: CalendarLookup,
): DayLeftOut[] {
  const rule = dayRule(schedule.days, calendars);
  const left: DayLeftOut[] = [];
  const wanted = (day: LocalDate): boolean => left.at(-1)?.day !== day;
  for (const { day } of momentsBetween(schedule, after.getTime(), upTo.getTime(), wanted)) {
    const verdict: DayVerdict = rule(day);
    if (!verdict.runs && wanted(day)) left.push({ day, why: verdict.why });
  }
  return left;
}

const TWO_YEARS_MS = 2 * 366 * 86_400_000;

interface Moment {
  readonly at: number;
  readonly day: LocalDate;
}

/** When the schedule's clock strikes, whatever its days say; days that nobody wants are passed over quickly. */
function* momentsBetween(
  { clock, zone }: Schedule,
  after: number,
  upTo: number,
  wanted: (day: LocalDate) => boolean,
): Generator<Moment> {
  if (upTo <= after) return;
  if (clock.kind === 'cron') {
    yield* cronMoments(clock.pattern, zone, after, upTo, wanted);
    return;
  }
  // a day more: clocks put back over midnight show an earlier day again
  const last = addDays(dayInZone(zone, upTo), 1);
  let previous = after;
  for (let day = dayInZone(zone, after); day <= last; day = addDays(day, 1)) {
    if (!wanted(day)) continue;
    for (const minute of clock.minutes) {
      const at = instantInZone(zone, day, minute);
      if (at === undefined || at <= previous || at > upTo) continue;
      previous = at;
      yield { at, day };
    }
  }
}

function* cronMoments(
  pattern: string,
  zone: string,
  after: number,
  upTo: number,
  wanted: (day: LocalDate) => boolean,
): Generator<Moment> {
  const cron = new Cron(pattern, { mode: '5-part', timezone: zone, fixedTimeRule: 'no-wildcard' });
  let cursor = after;
  for (;;) {
    const at = cron.nextRun(new Date(cursor))?.getTime();
    if (at === undefined || at > upTo) return;
    const day = dayInZone(zone, at);
    if (wanted(day)) {
      yield { at, day };
      cursor = at;
    } else cursor = Math.max(at, (instantInZone(zone, addDays(day, 1), 0) ?? at) - 1000);
  }
}
