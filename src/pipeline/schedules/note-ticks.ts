import type { PoolClient } from 'pg';
import { type CalendarLookup, parseSchedule, type Tick, ticksBetween } from '../../domain/index.ts';
import {
  busySince,
  insertTicks,
  inTransaction,
  type Records,
  readSchedule,
  type ScheduleRow,
  setSettledUpTo,
  withdrawTicks,
} from '../../records/index.ts';
import { reach } from '../../store/index.ts';
import { judgeTicks } from './judge-ticks.ts';
import { calendarsFor, type ReadCalendar } from './read-calendar.ts';

/**
 * Writes down the ticks of one schedule that have come since the last look, as one step: afterwards all of them are rows
 * and the schedule is settled up to now, or nothing has changed. Gives how many are new.
 * @throws SihwangError `SCHEDULE_UNREADABLE`, `SCHEDULE_CALENDAR_UNKNOWN`
 */
export async function noteTicks(
  records: Records,
  seen: ScheduleRow,
  now: Date,
  readCalendar: ReadCalendar,
): Promise<number> {
  if (!mayHaveCome(seen, now)) return 0;
  const calendars = await calendarsFor(parseSchedule(seen.text), readCalendar);
  const noted = await inTransaction(records.pool, async (client) => {
    const schedule = await readSchedule(client, seen.name, { lock: true });
    return schedule ? settle(client, schedule, now, calendars) : 0;
  });
  reach('ticks-noted');
  return noted;
}

/** Whether the schedule's clock has struck since the last look, whatever its days say, or was put back. */
function mayHaveCome({ text, settledUpTo }: ScheduleRow, now: Date): boolean {
  if (now < settledUpTo) return true;
  const anyDay = { ...parseSchedule(text), days: { kind: 'every' } as const };
  return !ticksBetween(anyDay, settledUpTo, now, () => undefined).next().done;
}

/** The same inside a transaction that holds the schedule's row; what a change of the schedule begins with. */
export async function settle(
  client: PoolClient,
  schedule: ScheduleRow,
  now: Date,
  calendars: CalendarLookup,
): Promise<number> {
  const { name, settledUpTo } = schedule;
  // A clock that was put back ran ahead before: what it brought and did not start has not come yet. What it started
  // has its row, and is not started again when its time comes.
  if (now < settledUpTo) await withdrawTicks(client, name, now);
  const ticks: Tick[] = [...ticksBetween(parseSchedule(schedule.text), settledUpTo, now, calendars)];
  const judgements = judgeTicks(
    ticks.map(({ at }) => at),
    { ...schedule, now, busySince: await busySince(client, name) },
  );
  const written = await insertTicks(
    client,
    schedule,
    ticks.map(({ at, marketDay }, index) => ({
      ...judgements[index]!,
      scheduledAt: at,
      marketDay,
      origin: 'clock',
      notedAt: now,
    })),
  );
  await setSettledUpTo(client, name, now);
  return written;
}
