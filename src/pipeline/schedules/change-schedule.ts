import type { PoolClient } from 'pg';
import {
  type CalendarLookup,
  EXIT,
  formatSchedule,
  nextTicks,
  parseSchedule,
  SihwangError,
} from '../../domain/index.ts';
import {
  appendAudit,
  changeTerms,
  deleteSchedule,
  insertSchedule,
  insertTicks,
  inTransaction,
  type Records,
  readSchedule,
  type ScheduleRow,
  type ScheduleTerms,
  setPaused,
} from '../../records/index.ts';
import { reach } from '../../store/index.ts';
import { settle } from './note-ticks.ts';
import { calendarsFor, type ReadCalendar } from './read-calendar.ts';

/** Who changes a schedule, and when. */
export interface ChangeWorld {
  readonly records: Records;
  readonly readCalendar: ReadCalendar;
  readonly by: string;
  readonly now?: () => Date;
}

/**
 * Adds a schedule, whose first tick is the next. With `replace` an existing one gets these terms from now on: what came
 * before is noted under the old ones.
 * @throws SihwangError `SCHEDULE_EXISTS`, `SCHEDULE_NAME`, `SCHEDULE_UNREADABLE`, `SCHEDULE_CALENDAR_UNKNOWN`
 */
export async function addSchedule(
  world: ChangeWorld,
  name: string,
  asked: ScheduleTerms,
  { replace = false }: { readonly replace?: boolean } = {},
): Promise<ScheduleTerms> {
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name))
    throw new SihwangError(
      'SCHEDULE_NAME',
      { ko: `예약 이름이 될 수 없습니다: "${name}"`, en: `"${name}" is not a name for a schedule` },
      {
        exit: EXIT.usage,
        hint: {
          ko: '영문 소문자, 숫자, 붙임표만 쓰고 글자로 시작하세요: daily, weekly-retrain.',
          en: 'Use lower-case letters, digits and hyphens, beginning with a letter: daily, weekly-retrain.',
        },
      },
    );
  const schedule = parseSchedule(asked.text);
  const terms = { ...asked, text: formatSchedule(schedule) };
  const { by, now = () => new Date() } = world;
  const moment = now();
  // finds out whether there is such a calendar
  nextTicks(schedule, moment, 1, await calendarsFor(schedule, world.readCalendar));
  const before = await calendarsOfSchedule(world, name);
  await inTransaction(world.records.pool, async (client) => {
    const written = await insertSchedule(client, name, terms, { from: moment, by });
    if (written === 'exists') {
      if (!replace)
        throw new SihwangError(
          'SCHEDULE_EXISTS',
          { ko: `이미 있는 예약: ${name}`, en: `there is a schedule ${name} already` },
          {
            exit: EXIT.usage,
            hint: {
              ko: '다른 이름을 고르거나, --replace로 조건을 바꾸세요.',
              en: `Choose another name, or give it these terms with --replace.`,
            },
          },
        );
      await settle(client, (await readSchedule(client, name, { lock: true }))!, moment, before);
      await changeTerms(client, name, terms, by);
    }
    await appendAudit(client, {
      actor: by,
      action: written === 'exists' ? 'schedule.change' : 'schedule.add',
      subject: `schedule ${name}`,
      detail: { ...terms },
    });
  });
  reach('schedule-changed');
  return terms;
}

/** Removes a schedule; what it has brought stays on record, what was due and not started is not started. */
export async function removeSchedule(world: ChangeWorld, name: string): Promise<void> {
  await changed(world, name, 'schedule.remove', async (client) => {
    await deleteSchedule(client, name);
  });
}

/** From now on the schedule starts nothing; ticks that come meanwhile are skipped and never caught up. */
export async function pauseSchedule(world: ChangeWorld, name: string): Promise<void> {
  await changed(world, name, 'schedule.pause', (client) => setPaused(client, name, true, world.by));
}

/** From now on the schedule runs again. */
export async function resumeSchedule(world: ChangeWorld, name: string): Promise<void> {
  await changed(world, name, 'schedule.resume', (client) => setPaused(client, name, false, world.by));
}

/**
 * Wants a run of the schedule's plan now, whatever its days say and also while it is paused. Gives the moment that the
 * run is for, to the second; the orchestrator starts it when the run before is over.
 */
export async function triggerSchedule(world: ChangeWorld, name: string): Promise<Date> {
  const now = (world.now ?? (() => new Date()))();
  const scheduledAt = new Date(Math.floor(now.getTime() / 1000) * 1000);
  await changed(world, name, 'schedule.trigger', async (client, schedule) => {
    const tick = {
      scheduledAt,
      marketDay: null,
      origin: 'manual',
      state: 'due',
      reason: null,
      notedAt: now,
    } as const;
    await insertTicks(client, schedule, [tick]);
  });
  return scheduledAt;
}

/** Changes a schedule in one step with the ticks that came before under its old state, and says who did. */
async function changed(
  world: ChangeWorld,
  name: string,
  action: string,
  change: (client: PoolClient, schedule: ScheduleRow) => Promise<void>,
): Promise<void> {
  const { records, by, now = () => new Date() } = world;
  const calendars = await calendarsOfSchedule(world, name);
  await inTransaction(records.pool, async (client) => {
    const schedule = await readSchedule(client, name, { lock: true });
    if (!schedule) throw unknownSchedule(name);
    await settle(client, schedule, now(), calendars);
    await change(client, schedule);
    await appendAudit(client, { actor: by, action, subject: `schedule ${name}`, detail: {} });
  });
  reach('schedule-changed');
}

async function calendarsOfSchedule(world: ChangeWorld, name: string): Promise<CalendarLookup> {
  const schedule = await readSchedule(world.records.pool, name);
  return schedule ? calendarsFor(parseSchedule(schedule.text), world.readCalendar) : () => undefined;
}

/** `SCHEDULE_UNKNOWN`, with what to do next. */
export function unknownSchedule(name: string): SihwangError {
  return new SihwangError(
    'SCHEDULE_UNKNOWN',
    { ko: `없는 예약: ${name}`, en: `there is no schedule ${name}` },
    {
      exit: EXIT.usage,
      hint: {
        ko: '있는 예약은 sihwang schedule list.',
        en: 'sihwang schedule list shows those that there are.',
      },
    },
  );
}
