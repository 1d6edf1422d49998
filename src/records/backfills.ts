import type { JsonObject, LocalDate } from '../domain/index.ts';
import type { Db } from './db.ts';

export type BackfillState = 'going' | 'cancelling' | 'cancelled' | 'ended';

/** What a backfill is asked to do. */
export interface BackfillTerms {
  readonly plan: string;
  /** The schedule whose ticks are the partitions, as text. */
  readonly scheduleText: string;
  readonly fromDay: LocalDate;
  readonly toDay: LocalDate;
  /** Only what rests on other code or rules than those of now. */
  readonly stale: boolean;
  /** Runs at a time, at most. */
  readonly parallel: number;
  /** How often a partition whose run failed is tried again. */
  readonly retries: number;
  readonly params: JsonObject;
}

export interface BackfillRow extends BackfillTerms {
  readonly id: number;
  readonly state: BackfillState;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly endedAt: Date | null;
}

export type PartitionState = 'waiting' | 'started' | 'succeeded' | 'failed' | 'cancelled' | 'kept';

/** One market day of a backfill, with the run of its tick. */
export interface PartitionRow {
  readonly scheduledAt: Date;
  readonly day: LocalDate;
  readonly runId: string;
  /** `run` there is none yet, `retry` it failed, `redo` it is stale, `keep` it is good. */
  readonly wanted: 'run' | 'retry' | 'redo' | 'keep';
  /** Why it is kept or done again; null where nothing needs saying. */
  readonly reason: string | null;
  readonly state: PartitionState;
  readonly tries: number;
  /** The end of the run that the next try replaces; null when there was none. */
  readonly endedBefore: Date | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

export type NewPartition = Pick<
  PartitionRow,
  'scheduledAt' | 'day' | 'runId' | 'wanted' | 'reason' | 'endedBefore'
>;

const COLUMNS = `id::int, plan, schedule_text as "scheduleText", from_day::text as "fromDay", to_day::text as "toDay",
  stale, parallel, retries, params, state, asked_by as "askedBy", asked_at as "askedAt", ended_at as "endedAt"`;

const PARTITION = `scheduled_at as "scheduledAt", day::text as day, run_id as "runId", wanted, reason, state, tries,
  ended_before as "endedBefore", started_at as "startedAt", ended_at as "endedAt"`;

/** Writes a backfill and its partitions down; in a transaction. Gives its id. */
export async function insertBackfill(
  db: Db,
  terms: BackfillTerms,
  partitions: readonly NewPartition[],
  askedBy: string,
): Promise<number> {
  const { plan, scheduleText, fromDay, toDay, stale, parallel, retries, params } = terms;
  const { rows } = await db.query<{ id: number }>(
    `insert into sihwang.backfills
       (plan, schedule_text, from_day, to_day, stale, parallel, retries, params, asked_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id::int`,
    [plan, scheduleText, fromDay, toDay, stale, parallel, retries, JSON.stringify(params), askedBy],
  );
  const { id } = rows[0]!;
  await db.query(
    `insert into sihwang.backfill_partitions
       (backfill, scheduled_at, day, run_id, wanted, reason, ended_before, state)
     select $1, p.*, case when p.wanted = 'keep' then 'kept' else 'waiting' end
     from unnest($2::timestamptz[], $3::date[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
       as p (scheduled_at, day, run_id, wanted, reason, ended_before)`,
    [
      id,
      partitions.map(({ scheduledAt }) => scheduledAt),
      partitions.map(({ day }) => day),
      partitions.map(({ runId }) => runId),
      partitions.map(({ wanted }) => wanted),
      partitions.map(({ reason }) => reason),
      partitions.map(({ endedBefore }) => endedBefore),
    ],
  );
  return id;
}

/** One backfill; null where there is none. `lock` is null too while another process works on it. */
export async function readBackfill(
  db: Db,
  id: number,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<BackfillRow | null> {
  const { rows } = await db.query<BackfillRow>(
    `select ${COLUMNS} from sihwang.backfills where id = $1${lock ? ' for update skip locked' : ''}`,
    [id],
  );
  return rows[0] ?? null;
}

/** Those that are not over, oldest first. */
export async function openBackfills(db: Db): Promise<readonly BackfillRow[]> {
  const { rows } = await db.query<BackfillRow>(
    `select ${COLUMNS} from sihwang.backfills where ended_at is null order by id`,
  );
  return rows;
}

/** A backfill with how many of its partitions stand where. */
export type CountedBackfill = BackfillRow & {
  readonly counts: Readonly<Partial<Record<PartitionState, number>>>;
};

/** The latest backfills first. */
export async function listBackfills(db: Db, limit = 20): Promise<readonly CountedBackfill[]> {
  const { rows } = await db.query<CountedBackfill>(
    `select ${COLUMNS}, coalesce((select jsonb_object_agg(state, n) from
       (select state, count(*) as n from sihwang.backfill_partitions p where p.backfill = b.id group by state) c),
       '{}') as counts
     from sihwang.backfills b order by id desc limit $1`,
    [limit],
  );
  return rows;
}

/** The partitions of a backfill, oldest first. */
export async function partitionsOf(db: Db, backfill: number): Promise<readonly PartitionRow[]> {
  const { rows } = await db.query<PartitionRow>(
    `select ${PARTITION} from sihwang.backfill_partitions where backfill = $1 order by scheduled_at`,
    [backfill],
  );
  return rows;
}

/** Writes down where a partition stands now. */
export async function updatePartition(
  db: Db,
  backfill: number,
  partition: Pick<PartitionRow, 'scheduledAt' | 'state' | 'tries' | 'endedBefore' | 'startedAt' | 'endedAt'>,
): Promise<void> {
  const { scheduledAt, state, tries, endedBefore, startedAt, endedAt } = partition;
  await db.query(
    `update sihwang.backfill_partitions
     set state = $3, tries = $4, ended_before = $5, started_at = $6, ended_at = $7
     where backfill = $1 and scheduled_at = $2`,
    [backfill, scheduledAt, state, tries, endedBefore, startedAt, endedAt],
  );
}

/** Ends a backfill whose partitions have all come to an end. */
export async function endBackfill(
  db: Db,
  id: number,
  state: 'cancelled' | 'ended',
  endedAt: Date,
): Promise<void> {
  await db.query(
    'update sihwang.backfills set state = $2, ended_at = $3 where id = $1 and ended_at is null',
    [id, state, endedAt],
  );
}

/** Asks for the end of a backfill; false when it is over or asked for already. */
export async function askBackfillCancel(db: Db, id: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `update sihwang.backfills set state = 'cancelling' where id = $1 and state = 'going'`,
    [id],
  );
  return rowCount === 1;
}
