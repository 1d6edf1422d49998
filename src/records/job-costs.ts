import type { Pool } from 'pg';

/** What the jobs of a run may cost and have cost, by the prices they were planned with: an estimate, not a bill. */
export interface RunCost {
  /** Jobs that have a price. */
  readonly jobs: number;
  /** All their attempts together cost no more. USD. */
  readonly boundUsd: number;
  /** What the attempts that have ended have cost. USD. */
  readonly spentUsd: number;
  /** Attempts that have ended and of which nobody knows how long they worked: not in `spentUsd`. */
  readonly unknown: number;
  /** The newest day of the price tables. */
  readonly prices: string;
}

/** null where no job of the run has a price, as on this machine. */
export async function runCostOf(pool: Pool, run: string): Promise<RunCost | null> {
  const { rows } = await pool.query<RunCost>(
    `select count(*)::integer as jobs, max(j.spec #>> '{placement,cost,table}') as prices,
       sum((j.spec #>> '{placement,cost,boundUsd}')::double precision) as "boundUsd",
       coalesce(sum(a.spent), 0) as "spentUsd", coalesce(sum(a.unknown), 0)::integer as unknown
     from sihwang.jobs j, lateral (
       select sum((e ->> 'usd')::double precision) as spent, count(*) filter (where e ->> 'usd' is null) as unknown
       from json_array_elements(j.attempts) e) a
     where j.run = $1 and j.spec #> '{placement,cost}' is not null`,
    [run],
  );
  const [found] = rows;
  return found && found.jobs > 0 ? found : null;
}
