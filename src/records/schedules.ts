import type { JsonObject } from '../domain/index.ts';
import type { Db } from './db.ts';

/** What becomes of ticks whose time passed while nobody was there: all of them run (up to a limit), the last, or none. */
export const CATCH_UP_POLICIES = ['all', 'latest', 'none'] as const;
export type CatchUp = (typeof CATCH_UP_POLICIES)[number];

/** What becomes of a tick that comes while a run of the same schedule is going. */
export const OVERLAP_POLICIES = ['queue', 'skip', 'cancel-running'] as const;
export type Overlap = (typeof OVERLAP_POLICIES)[number];

/** What a person states of a schedule. */
export interface ScheduleTerms {
  readonly plan: string;
  /** As `formatSchedule` writes it. */
  readonly text: string;
  /** Handed to every run. */
  readonly params: JsonObject;
  readonly catchUp: CatchUp;
  /** How many missed ticks are caught up at most, the newest. */
  readonly catchUpLimit: number;
  readonly overlap: Overlap;
}

export interface ScheduleRow extends ScheduleTerms {
  /** Unique in the home. */
  readonly name: string;
  readonly paused: boolean;
  /** Up to here every tick is a row already, or lies before the schedule began. */
  readonly settledUpTo: Date;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly changedAt: Date;
  readonly changedBy: string;
}

const COLUMNS = `name, plan, text, params, catch_up as "catchUp", catch_up_limit as "catchUpLimit", overlap, paused,
  settled_up_to as "settledUpTo", created_at as "createdAt", created_by as "createdBy", changed_at as "changedAt",
  changed_by as "changedBy"`;

/** All schedules in the order of their names. */
export async function listSchedules(db: Db): Promise<readonly ScheduleRow[]> {
  const { rows } = await db.query<ScheduleRow>(`select ${COLUMNS} from sihwang.schedules order by name`);
  return rows;
}

/** One schedule; null where there is none. `lock` keeps others from changing it until the transaction ends. */
export async function readSchedule(
  db: Db,
  name: string,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<ScheduleRow | null> {
  const { rows } = await db.query<ScheduleRow>(
    `select ${COLUMNS} from sihwang.schedules where name = $1${lock ? ' for update' : ''}`,
    [name],
  );
  return rows[0] ?? null;
}

/** Writes a new schedule, whose first tick comes after `from`; `exists` leaves the one of that name as it is. */
export async function insertSchedule(
  db: Db,
  name: string,
  terms: ScheduleTerms,
  { from, by }: { readonly from: Date; readonly by: string },
): Promise<'written' | 'exists'> {
  const { rowCount } = await db.query(
    `insert into sihwang.schedules
       (name, plan, text, params, catch_up, catch_up_limit, overlap, settled_up_to, created_by, changed_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) on conflict (name) do nothing`,
    [name, ...valuesOf(terms), from, by],
  );
  return rowCount === 1 ? 'written' : 'exists';
}

/** Gives a schedule other terms. */
export async function changeTerms(db: Db, name: string, terms: ScheduleTerms, by: string): Promise<void> {
  await db.query(
    `update sihwang.schedules set plan = $2, text = $3, params = $4, catch_up = $5, catch_up_limit = $6,
       overlap = $7, changed_at = now(), changed_by = $8 where name = $1`,
    [name, ...valuesOf(terms), by],
  );
}

export async function setPaused(db: Db, name: string, paused: boolean, by: string): Promise<void> {
  await db.query(
    'update sihwang.schedules set paused = $2, changed_at = now(), changed_by = $3 where name = $1',
    [name, paused, by],
  );
}

/** Says up to which moment the schedule's ticks are rows; also an earlier one, when the clock was put back. */
export async function setSettledUpTo(db: Db, name: string, moment: Date): Promise<void> {
  await db.query('update sihwang.schedules set settled_up_to = $2 where name = $1', [name, moment]);
}

/** Deletes a schedule; its ticks stay. */
export async function deleteSchedule(db: Db, name: string): Promise<void> {
  await db.query('delete from sihwang.schedules where name = $1', [name]);
}

function valuesOf({ plan, text, params, catchUp, catchUpLimit, overlap }: ScheduleTerms): unknown[] {
  return [plan, text, JSON.stringify(params), catchUp, catchUpLimit, overlap];
}
