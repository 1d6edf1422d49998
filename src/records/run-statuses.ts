import type { Db } from './db.ts';
import type { RunState } from './runs.ts';

/** Where those of the runs stand that there are; `endedAt` is null while a run goes on. */
export async function runStatuses(
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { readonly state: RunState; readonly endedAt: Date | null }>> {
  const { rows } = await db.query<{ id: string; state: RunState; endedAt: Date | null }>(
    'select id, state, ended_at as "endedAt" from sihwang.runs where id = any($1)',
    [ids],
  );
  return new Map(rows.map(({ id, state, endedAt }) => [id, { state, endedAt }]));
}

/** The moments that the first and the last succeeded run of a plan are for; null where none has succeeded. */
export async function rangeOfRuns(
  db: Db,
  plan: string,
): Promise<{ readonly first: Date; readonly last: Date } | null> {
  const { rows } = await db.query<{ first: Date | null; last: Date | null }>(
    `select min(scheduled_for) as first, max(scheduled_for) as last from sihwang.runs
     where plan = $1 and state = 'succeeded'`,
    [plan],
  );
  const { first, last } = rows[0]!;
  return first && last ? { first, last } : null;
}
