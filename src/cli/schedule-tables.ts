import { daysLeftOut, nextTicks, parseSchedule, type Schedule, type Tick } from '../domain/index.ts';
import { type ChangeWorld, calendarsFor, unknownSchedule } from '../pipeline/runs/index.ts';
import {
  freshMornings,
  lastTicks,
  listSchedules,
  readSchedule,
  type ScheduleRow,
  type TickRow,
} from '../records/index.ts';
import { type Language, runsTextOf, scheduleTextOf } from '../show/index.ts';
import type { CommonOptions } from './command.ts';
import { morningsLine } from './daily-mornings.ts';
import { languageOf } from './language.ts';
import { table } from './output.ts';

/** The same answer for people and for programs. */
interface Shown {
  readonly text: string;
  readonly json: unknown;
}

/** Every schedule with its last tick and its next. */
export async function listSchedulesForPeople(world: ChangeWorld, options: CommonOptions): Promise<Shown> {
  const now = nowOf(world);
  const schedules = await listSchedules(world.records.pool);
  const last = await lastTicks(world.records.pool, now);
  const rows: { row: ScheduleRow; last: TickRow | undefined; next: Tick | undefined; fault?: string }[] = [];
  for (const row of schedules) {
    try {
      const [next] = await coming(world, row, 1);
      rows.push({ row, last: last.get(row.name), next });
    } catch (error) {
      rows.push({ row, last: last.get(row.name), next: undefined, fault: (error as Error).message });
    }
  }
  const json = {
    schedules: rows.map(({ row, last: tick, next, fault }) => ({
      ...row,
      last: tick ?? null,
      next: next ?? null,
      fault: fault ?? null,
    })),
  };
  const language = languageOf(options);
  const words = scheduleTextOf(language);
  if (schedules.length === 0) return { json, text: words.none };
  const time = (row: ScheduleRow, at: Date) => zoneTime(zoneOf(row), at, language);
  const text = table(
    [...[words.name, words.plan, words.scheduled, words.missed, words.overlap, words.last, words.next]].map(
      (title) => ({ title }),
    ),
    rows.map(({ row, last: tick, next, fault }) => [
      row.name,
      row.plan,
      row.text,
      row.catchUp === 'all'
        ? words.catchUpAll(row.catchUpLimit)
        : (words.catchUp[row.catchUp] ?? row.catchUp),
      words.overlaps[row.overlap] ?? row.overlap,
      tick ? `${time(row, tick.scheduledAt)} ${words.ticks[tick.state] ?? tick.state}` : '–',
      row.paused ? words.paused : (fault ?? (next ? time(row, next.at) : words.noNext)),
    ]),
  );
  return { json, text };
}

/** The coming ticks of one schedule or all, and the days between them that have none, with the reason. */
export async function nextForPeople(
  world: ChangeWorld,
  count: number,
  options: CommonOptions,
  name?: string,
): Promise<Shown> {
  const schedules = (await listSchedules(world.records.pool)).filter(
    (row) => row.name === (name ?? row.name),
  );
  if (name !== undefined && schedules.length === 0) throw unknownSchedule(name);
  const language = languageOf(options);
  const words = scheduleTextOf(language);
  const answers: { name: string; paused: boolean; ticks: Tick[]; leftOut: ReturnType<typeof daysLeftOut> }[] =
    [];
  const blocks: string[] = [];
  for (const row of schedules) {
    const schedule = parseSchedule(row.text);
    const ticks = await coming(world, row, count);
    const last = ticks.at(-1)?.at ?? new Date(nowOf(world).getTime() + 14 * 86_400_000);
    const leftOut = daysLeftOut(
      schedule,
      nowOf(world),
      last,
      await calendarsFor(schedule, world.readCalendar),
    );
    answers.push({ name: row.name, paused: row.paused, ticks, leftOut });
    const lines = [
      ...ticks.map((tick) => ({ day: tick.day, text: tickLine(schedule, tick, language) })),
      ...leftOut.map(({ day, why }) => ({ day, text: `${weekdayOf(day, language)}   –   ${why[language]}` })),
    ].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
    blocks.push(
      [
        `${row.name}: ${row.text}${row.paused ? ` (${words.pausedHead})` : ''}`,
        ...(lines.length > 0 ? lines.map(({ text }) => `  ${text}`) : [`  ${words.noTick}`]),
      ].join('\n'),
    );
  }
  return { json: { schedules: answers }, text: blocks.join('\n\n') || words.none };
}

/** Whether what a schedule publishes was there in time, morning by morning. */
export async function morningsForPeople(
  world: ChangeWorld,
  name: string,
  question: { readonly days: number; readonly withinMinutes: number },
  options: CommonOptions,
): Promise<Shown> {
  const { pool } = world.records;
  const language = languageOf(options);
  const words = scheduleTextOf(language);
  const schedule = await readSchedule(pool, name);
  if (!schedule) throw unknownSchedule(name);
  const parsed = parseSchedule(schedule.text);
  const { zone } = parsed;
  const calendars = await calendarsFor(parsed, world.readCalendar);
  const fresh = (await freshMornings(pool, name, calendars, { now: nowOf(world), ...question }))!;
  const rows = fresh.mornings.map(({ scheduledAt, marketDay, standing, freshAt, runId }) => [
    zoneTime(zone, scheduledAt, language),
    marketDay ?? '',
    runsTextOf(language).standing[standing] ?? standing,
    freshAt ? zoneTime(zone, freshAt, language) : '–',
    runId ?? '',
  ]);
  const summary = morningsLine(fresh, language);
  const columns = [words.tick, words.marketDay, words.standing, words.freshAt, words.run].map((title) => ({
    title,
  }));
  return { json: fresh, text: rows.length === 0 ? summary : `${table(columns, rows)}\n${summary}` };
}

async function coming(world: ChangeWorld, row: ScheduleRow, count: number): Promise<Tick[]> {
  const schedule = parseSchedule(row.text);
  return nextTicks(schedule, nowOf(world), count, await calendarsFor(schedule, world.readCalendar));
}

function tickLine({ zone }: Schedule, { at, marketDay }: Tick, language: Language): string {
  const about = marketDay === null ? '' : `  ${scheduleTextOf(language).aboutDay(marketDay)}`;
  return `${zoneTime(zone, at, language)} ${about}`.trimEnd();
}

function zoneOf(row: ScheduleRow): string {
  return parseSchedule(row.text).zone;
}

function weekdayOf(day: string, language: Language): string {
  return `${day} ${new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`))}`;
}

/** `2026-11-30 Mon 06:10`, as clocks in the schedule's zone show it. */
function zoneTime(zone: string, at: Date, language: Language): string {
  const [day = '', time = ''] = new Intl.DateTimeFormat('sv', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
  })
    .format(at)
    .split(' ');
  return `${weekdayOf(day, language)} ${time}`;
}

function nowOf(world: ChangeWorld): Date {
  return world.now?.() ?? new Date();
}
