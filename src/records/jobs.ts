import type { Pool, PoolClient } from 'pg';
import {
  type JobAttempt,
  type JobRow,
  type JobRows,
  type Lease,
  leaseLost,
  type RowsOf,
} from '../jobs/index.ts';
import { inTransaction } from './db.ts';

/** Each member of a row with its column and type: what a change may set, and what a reading gives. */
const SETTABLE = {
  spec: ['spec', 'json'],
  gen: ['gen', 'integer'],
  state: ['state', 'text'],
  providerId: ['provider_id', 'text'],
  submittedAt: ['submitted_at', 'timestamptz'],
  lastSeenAt: ['last_seen_at', 'timestamptz'],
  notBefore: ['not_before', 'timestamptz'],
  deadlineAt: ['deadline_at', 'timestamptz'],
  cancelRequestedAt: ['cancel_requested_at', 'timestamptz'],
  cancelReason: ['cancel_reason', 'text'],
  attempts: ['attempts', 'json'],
  errorClass: ['error_class', 'text'],
  error: ['error', 'text'],
} as const;

const COLUMNS = [
  'key, home, run, runner, job_sha256 as "jobSha256", planned_at as "plannedAt"',
  ...Object.entries(SETTABLE).map(([member, [column]]) => `${column} as "${member}"`),
].join(', ');

const OPEN = `state in ('PLANNED', 'SUBMITTING', 'SUBMITTED', 'QUEUED', 'RUNNING')`;

/** A member that a change does not name keeps its value; one that it names as null becomes null. */
const SET = Object.entries(SETTABLE)
  .map(([member, [column, type]]) => {
    const given = type === 'json' ? `c.set -> '${member}'` : `(c.set ->> '${member}')::${type}`;
    return `${column} = case when c.set -> '${member}' is null then j.${column} else ${given} end`;
  })
  .join(', ');

/** The rows of jobs in PostgreSQL. */
export function jobRows(pool: Pool): JobRows {
  const held = <T>(lease: Lease, work: (client: PoolClient) => Promise<T>): Promise<T> =>
    inTransaction(pool, async (client) => {
      // held until the end, so that no later lease begins in the middle of this change
      const { rowCount } = await client.query(
        'select 1 from sihwang.job_leases where home = $1 and epoch = $2 for share',
        [lease.home, lease.epoch],
      );
      if (rowCount === 0) throw leaseLost(lease);
      return work(client);
    });
  return {
    async takeLease(home, owner) {
      const takenAt = new Date();
      const { rows } = await pool.query<{ epoch: number }>(
        `insert into sihwang.job_leases as l (home, owner, epoch) values ($1, $2, 1)
         on conflict (home) do update set owner = $2, epoch = l.epoch + 1, taken_at = now() returning epoch`,
        [home, owner],
      );
      return { home, epoch: rows[0]!.epoch, takenAt };
    },
    plan: (lease, rows) =>
      held(lease, async (client) => {
        await client.query(
          `insert into sihwang.jobs (key, home, run, runner, job_sha256, spec, gen, state, planned_at)
           select r ->> 'key', r ->> 'home', r ->> 'run', r ->> 'runner', r ->> 'jobSha256', r -> 'spec',
             (r ->> 'gen')::integer, 'PLANNED', (r ->> 'plannedAt')::timestamptz
           from json_array_elements($1::json) r on conflict (key) do nothing`,
          [JSON.stringify(rows)],
        );
      }),
    change: (lease, changes) =>
      held(lease, async (client) => {
        if (changes.length === 0) return [];
        const { rows } = await client.query<{ key: string }>(
          `update sihwang.jobs j set ${SET}
           from (select e ->> 'key' as key, (e ->> 'gen')::integer as gen, e -> 'set' as set,
               array(select json_array_elements_text(e -> 'from')) as states
             from json_array_elements($2::json) e) c
           where j.home = $1 and j.key = c.key and j.gen = c.gen and j.state = any (c.states) returning j.key`,
          [lease.home, JSON.stringify(changes)],
        );
        return rows.map(({ key }) => key);
      }),
    async requestCancel(home, of, reason, at) {
      const { where, values } = conditions(home, { ...of, open: true });
      const { rowCount } = await pool.query(
        `update sihwang.jobs set cancel_requested_at = coalesce(cancel_requested_at, $${values.length + 1}),
           cancel_reason = coalesce(cancel_reason, $${values.length + 2}) where ${where}`,
        [...values, at, reason],
      );
      return rowCount ?? 0;
    },
    async read(home, of) {
      const { where, values } = conditions(home, of);
      const { rows } = await pool.query<JobRow>(
        `select ${COLUMNS} from sihwang.jobs where ${where} order by planned_at, key collate "C"
         limit $${values.length + 1}`,
        [...values, of.limit ?? null],
      );
      return rows.map((row) => ({ ...row, attempts: row.attempts.map(withDate) }));
    },
    async stillOpen(home, keys) {
      const { rows } = await pool.query<{ key: string }>(
        `select key from sihwang.jobs where home = $1 and key = any ($2) and ${OPEN}`,
        [home, keys],
      );
      return rows.map(({ key }) => key);
    },
    noteOrphan: (lease, { name, providerId, foundAt }) =>
      held(lease, async (client) => {
        await client.query(
          `insert into sihwang.job_orphans (home, name, provider_id, found_at) values ($1, $2, $3, $4)
           on conflict do nothing`,
          [lease.home, name, providerId, foundAt],
        );
      }),
    async orphans(home) {
      const { rows } = await pool.query(
        `select name, provider_id as "providerId", found_at as "foundAt" from sihwang.job_orphans
         where home = $1 order by found_at, name`,
        [home],
      );
      return rows;
    },
  };
}

function conditions(
  home: string,
  of: RowsOf,
): { readonly where: string; readonly values: readonly unknown[] } {
  const values: unknown[] = [home];
  const where = ['home = $1'];
  const and = (condition: (place: string) => string, value: unknown): void => {
    where.push(condition(`$${values.push(value)}`));
  };
  if (of.run !== undefined) and((place) => `run = ${place}`, of.run);
  if (of.runner !== undefined) and((place) => `runner = ${place}`, of.runner);
  if (of.keys) and((place) => `key = any (${place})`, of.keys);
  if (of.states) and((place) => `state = any (${place})`, of.states);
  if (of.since) and((place) => `(planned_at >= ${place} or submitted_at >= ${place} or ${OPEN})`, of.since);
  if (of.cancelling) where.push('cancel_requested_at is not null');
  if (of.open || of.cancelling) where.push(OPEN);
  return { where: where.join(' and '), values };
}

function withDate(attempt: JobAttempt): JobAttempt {
  return { ...attempt, endedAt: new Date(attempt.endedAt) };
}
