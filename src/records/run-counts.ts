import type { Db } from './db.ts';
import type { StepState } from './run-steps.ts';

/** Figures of all runs for those who watch over them. */
export interface RunCounts {
  readonly runs: readonly { readonly plan: string; readonly state: string; readonly count: number }[];
  readonly steps: readonly { readonly kind: string; readonly state: string; readonly count: number }[];
  /** Work alone, waiting left out. */
  readonly workedSeconds: readonly { readonly kind: string; readonly seconds: number }[];
  /** By plan, the moment that its last run that succeeded was for, and when that ended. */
  readonly lastSucceeded: readonly {
    readonly plan: string;
    readonly scheduledFor: Date;
    readonly endedAt: Date;
  }[];
  readonly openIntents: number;
}

export async function countRuns(db: Db): Promise<RunCounts> {
  const many = async <Row extends object>(sql: string) => (await db.query<Row>(sql)).rows;
  return {
    runs: await many(
      'select plan, state, count(*)::int as count from sihwang.runs group by 1, 2 order by 1, 2',
    ),
    steps: await many(
      'select kind, state, count(*)::int as count from sihwang.run_steps group by 1, 2 order by 1, 2',
    ),
    workedSeconds: await many(
      'select kind, sum(worked_ms) / 1000 as seconds from sihwang.run_steps group by 1 order by 1',
    ),
    lastSucceeded: await many(
      `select distinct on (plan) plan, scheduled_for as "scheduledFor", ended_at as "endedAt" from sihwang.runs
       where state = 'succeeded' order by plan, scheduled_for desc`,
    ),
    openIntents: (
      await many<{ n: number }>("select count(*)::int as n from sihwang.intents where state = 'open'")
    )[0]!.n,
  };
}

/** How many steps of each run stand where; by run id, a state without a step is left out. */
export async function stepCounts(
  db: Db,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, Partial<Record<StepState, number>>>> {
  const { rows } = await db.query<{ run: string; counts: Partial<Record<StepState, number>> }>(
    `select run_id as run, jsonb_object_agg(state, n) as counts
     from (select run_id, state, count(*)::int as n from sihwang.run_steps where run_id = any($1) group by 1, 2) counted
     group by 1`,
    [runIds],
  );
  return new Map(rows.map(({ run, counts }) => [run, counts]));
}
