import type { Db } from './db.ts';

/** What the records say of the runs whose files a home keeps. */
export interface CitedRuns {
  /**
   * Runs that an issued forecast, a training or a change of champions came from, that an open alarm names, or that made one
   * of the artefacts asked about.
   */
  readonly cited: ReadonlySet<string>;
  /** When each run that has ended did so; one that goes on is null, one that is unknown is missing. */
  readonly endedAt: ReadonlyMap<string, Date | null>;
  /** Keys of the jobs that have not ended, and the shards that they name. */
  readonly openJobs: ReadonlySet<string>;
  readonly openShards: ReadonlySet<string>;
}

/** `artefacts`: SHA-256 of forecasts that are published now. */
export async function citedRuns(db: Db, artefacts: readonly string[]): Promise<CitedRuns> {
  const { rows: cited } = await db.query<{ run: string }>(
    `select run from sihwang.forecast_issues where run <> ''
     union select run from sihwang.model_trainings where run <> ''
     union select substring(artefact_key from '^runs/([^/]+)/') from sihwang.model_trainings
       where artefact_key like 'runs/%/%'
     -- the key of a decision begins with the step that took it
     union select split_part(key, '/', 1) from sihwang.model_decisions where kind <> 'keep'
     union select figures ->> 'run' from sihwang.drift_alarms where ended_at is null and figures ->> 'run' <> ''
     -- forecasts made outside of runs, recorded by a later run
     union select 'pages-' || conditions_version from sihwang.forecast_issues
     union select run_id from sihwang.run_steps where output -> 'artefact' ->> 'sha256' = any($1)`,
    [artefacts],
  );
  const { rows: runs } = await db.query<{ id: string; endedAt: Date | null }>(
    'select id, ended_at as "endedAt" from sihwang.runs',
  );
  const { rows: jobs } = await db.query<{ key: string; shard: string | null }>(
    `select key, spec #>> '{job,shard,itemsSha256}' as shard from sihwang.jobs where state in ('PLANNED', 'SUBMITTING', 'SUBMITTED', 'QUEUED', 'RUNNING')`,
  );
  return {
    cited: new Set(cited.map(({ run }) => run)),
    endedAt: new Map(runs.map(({ id, endedAt }) => [id, endedAt])),
    openJobs: new Set(jobs.map(({ key }) => key)),
    openShards: new Set(jobs.flatMap(({ shard }) => shard ?? [])),
  };
}
