import type { LocalDate } from '../domain/index.ts';
import type { Db } from './db.ts';

/**
 * `due` waits to be started, `started` has a run that goes on, `ended` one that is over, whatever came of it; without a
 * run stay `skipped` (paused, or another run was going), `missed` (its time passed and it is not caught up) and
 * `refused` (its plan cannot be run).
 */
export type TickState = 'due' | 'started' | 'ended' | 'skipped' | 'missed' | 'refused';

export interface TickRow {
  readonly schedule: string;
  /** With the schedule's name, the tick's key. */
  readonly scheduledAt: Date;
  readonly plan: string;
  /** The market day that the run is about; null where the schedule names no market. */
  readonly marketDay: LocalDate | null;
  /** Whether the clock or a person wanted it. */
  readonly origin: 'clock' | 'manual';
  readonly state: TickState;
  /** Why it has no run; null otherwise. */
  readonly reason: string | null;
  readonly runId: string | null;
  readonly notedAt: Date;
  readonly startedAt: Date | null;
}

/** A tick that is to be written down. */
export type NewTick = Pick<TickRow, 'scheduledAt' | 'marketDay' | 'origin' | 'reason' | 'notedAt'> & {
  readonly state: 'due' | 'skipped' | 'missed';
};

const COLUMNS = `schedule, scheduled_at as "scheduledAt", plan, market_day::text as "marketDay", origin, state, reason,
  run_id as "runId", noted_at as "notedAt", started_at as "startedAt"`;

/** Rows a statement: a schedule of every minute that was off for years has many. */
const BATCH = 5_000;

/** Writes ticks down; one that is there already stays as it is. Gives how many are new. */
export async function insertTicks(
  db: Db,
  schedule: { readonly name: string; readonly plan: string },
  ticks: readonly NewTick[],
): Promise<number> {
  let written = 0;
  for (let first = 0; first < ticks.length; first += BATCH) {
    const batch = ticks.slice(first, first + BATCH);
    const { rowCount } = await db.query(
      `insert into sihwang.schedule_ticks
         (schedule, plan, scheduled_at, market_day, origin, state, reason, noted_at)
       select $1, $2, * from unnest($3::timestamptz[], $4::date[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
       on conflict (schedule, scheduled_at) do nothing`,
      [
        schedule.name,
        schedule.plan,
        batch.map(({ scheduledAt }) => scheduledAt),
        batch.map(({ marketDay }) => marketDay),
        batch.map(({ origin }) => origin),
        batch.map(({ state }) => state),
        batch.map(({ reason }) => reason),
        batch.map(({ notedAt }) => notedAt),
      ],
    );
    written += rowCount ?? 0;
  }
  return written;
}

/** Takes back ticks of the clock after a moment that have no run: the clock that brought them was wrong. */
export async function withdrawTicks(db: Db, schedule: string, after: Date): Promise<void> {
  await db.query(
    `delete from sihwang.schedule_ticks
     where schedule = $1 and scheduled_at > $2 and origin = 'clock' and state in ('due', 'skipped', 'missed')`,
    [schedule, after],
  );
}

/** Ticks that wait for their run or its end, oldest first. */
export async function openTicks(db: Db, schedule: string): Promise<readonly TickRow[]> {
  const { rows } = await db.query<TickRow>(
    `select ${COLUMNS} from sihwang.schedule_ticks
     where schedule = $1 and state in ('due', 'started') order by scheduled_at`,
    [schedule],
  );
  return rows;
}

/** Since when a run of the schedule has been going; null when none is. */
export async function busySince(db: Db, schedule: string): Promise<Date | null> {
  const { rows } = await db.query<{ since: Date | null }>(
    `select min(started_at) as since from sihwang.schedule_ticks where schedule = $1 and state = 'started'`,
    [schedule],
  );
  return rows[0]!.since;
}

/** Ties a due tick to its run. */
export async function markStarted(
  db: Db,
  { schedule, scheduledAt }: Pick<TickRow, 'schedule' | 'scheduledAt'>,
  runId: string,
  startedAt: Date,
): Promise<void> {
  await db.query(
    `update sihwang.schedule_ticks set state = 'started', run_id = $3, started_at = $4
     where schedule = $1 and scheduled_at = $2 and state = 'due'`,
    [schedule, scheduledAt, runId, startedAt],
  );
}

/** Says that a started tick's run is over. */
export async function markEnded(
  db: Db,
  { schedule, scheduledAt }: Pick<TickRow, 'schedule' | 'scheduledAt'>,
): Promise<void> {
  await db.query(
    `update sihwang.schedule_ticks set state = 'ended'
     where schedule = $1 and scheduled_at = $2 and state = 'started'`,
    [schedule, scheduledAt],
  );
}

/** Says why a due tick gets no run. */
export async function markWithoutRun(
  db: Db,
  { schedule, scheduledAt }: Pick<TickRow, 'schedule' | 'scheduledAt'>,
  state: 'skipped' | 'refused',
  reason: string,
): Promise<void> {
  await db.query(
    `update sihwang.schedule_ticks set state = $3, reason = $4
     where schedule = $1 and scheduled_at = $2 and state = 'due'`,
    [schedule, scheduledAt, state, reason],
  );
}

/** Ticks of one schedule whose time lies in [from, to), oldest first. */
export async function ticksOf(db: Db, schedule: string, from: Date, to: Date): Promise<readonly TickRow[]> {
  const { rows } = await db.query<TickRow>(
    `select ${COLUMNS} from sihwang.schedule_ticks
     where schedule = $1 and scheduled_at >= $2 and scheduled_at < $3 order by scheduled_at`,
    [schedule, from, to],
  );
  return rows;
}

/** The last tick of each schedule up to a moment, by the schedule's name. */
export async function lastTicks(db: Db, upTo: Date): Promise<ReadonlyMap<string, TickRow>> {
  const { rows } = await db.query<TickRow>(
    `select distinct on (schedule) ${COLUMNS} from sihwang.schedule_ticks
     where scheduled_at <= $1 order by schedule, scheduled_at desc`,
    [upTo],
  );
  return new Map(rows.map((row) => [row.schedule, row]));
}
