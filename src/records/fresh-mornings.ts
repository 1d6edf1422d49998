import { type CalendarLookup, type LocalDate, parseSchedule, ticksBetween } from '../domain/index.ts';
import type { Db } from './db.ts';
import { type TickState, ticksOf } from './schedule-ticks.ts';
import { readSchedule } from './schedules.ts';

/**
 * `in-time`: its run had succeeded before the deadline. `late`: only after it. `failed`: its run has not succeeded.
 * `missed`: it has no run. `open`: its deadline is yet to come. `paused`: nobody wanted it.
 */
export type MorningStanding = 'in-time' | 'late' | 'failed' | 'missed' | 'open' | 'paused';

export interface Morning {
  readonly scheduledAt: Date;
  /** null where the schedule names no market. */
  readonly marketDay: LocalDate | null;
  readonly standing: MorningStanding;
  /** When its run succeeded for the first time; null while it has not. Doing it anew later changes nothing. */
  readonly freshAt: Date | null;
  readonly runId: string | null;
}

/** Whether what a schedule publishes was there in time. */
export interface FreshMornings {
  readonly schedule: string;
  readonly withinMinutes: number;
  /** Oldest first; a day on which the schedule has no tick is none. */
  readonly mornings: readonly Morning[];
  readonly inTime: number;
  /** All but those that are open or were paused. */
  readonly judged: number;
}

export interface FreshnessQuestion {
  readonly now: Date;
  /** Of how many days up to now; default 30. */
  readonly days?: number;
  /** The deadline, after the time of the tick; default 60. */
  readonly withinMinutes?: number;
}

const DAY_MS = 86_400_000;

/**
 * Judges each tick of a schedule by itself: a later run or a backfill of another day never makes a morning fresh, and a
 * tick that nobody noted, because nothing was running, counts as missed. null where there is no such schedule.
 * @throws SihwangError `SCHEDULE_CALENDAR_UNKNOWN`
 */
export async function freshMornings(
  db: Db,
  name: string,
  calendars: CalendarLookup,
  { now, days = 30, withinMinutes = 60 }: FreshnessQuestion,
): Promise<FreshMornings | null> {
  const schedule = await readSchedule(db, name);
  if (!schedule) return null;
  const from = new Date(now.getTime() - days * DAY_MS);
  const noted = await ticksOf(db, name, from, new Date(now.getTime() + 1));
  const wanted: Wanted[] = noted.filter(({ origin }) => origin === 'clock');
  const since = schedule.settledUpTo > from ? schedule.settledUpTo : from;
  for (const { at, marketDay } of ticksBetween(parseSchedule(schedule.text), since, now, calendars)) {
    const state = schedule.paused ? 'skipped' : 'missed';
    const reason = schedule.paused ? PAUSED : null;
    wanted.push({ scheduledAt: at, marketDay, state, reason, runId: null });
  }
  const fresh = await firstSuccesses(
    db,
    wanted.flatMap(({ runId }) => runId ?? []),
  );
  const mornings = wanted.map((tick): Morning => {
    const { scheduledAt, marketDay, runId } = tick;
    const freshAt = (runId !== null && fresh.get(runId)) || null;
    const deadline = new Date(scheduledAt.getTime() + withinMinutes * 60_000);
    return { scheduledAt, marketDay, runId, freshAt, standing: standingOf(tick, freshAt, deadline, now) };
  });
  const count = (standing: MorningStanding) => mornings.filter((one) => one.standing === standing).length;
  const judged = mornings.length - count('open') - count('paused');
  return { schedule: name, withinMinutes, mornings, inTime: count('in-time'), judged };
}

interface Wanted {
  readonly scheduledAt: Date;
  readonly marketDay: LocalDate | null;
  readonly state: TickState;
  readonly reason: string | null;
  readonly runId: string | null;
}

/** Why a tick of a paused schedule has no run. */
export const PAUSED = 'the schedule was paused';

function standingOf(
  { state, reason, runId }: Wanted,
  freshAt: Date | null,
  deadline: Date,
  now: Date,
): MorningStanding {
  if (freshAt) return freshAt <= deadline ? 'in-time' : 'late';
  if (state === 'skipped' && reason === PAUSED) return 'paused';
  if (now <= deadline) return 'open';
  return runId === null ? 'missed' : 'failed';
}

async function firstSuccesses(db: Db, runIds: readonly string[]): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await db.query<{ id: string; at: Date }>(
    `select r.id, coalesce(m.first_done_at, r.ended_at) as at
     from sihwang.runs r left join sihwang.run_marks m on m.run_id = r.id
     where r.id = any($1) and (m.first_done_at is not null or r.state = 'succeeded')`,
    [runIds],
  );
  return new Map(rows.map(({ id, at }) => [id, at]));
}
