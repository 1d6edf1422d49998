import type { Migration } from './migration.ts';

/**
 * Jobs: one row a job of a run, changed only by whoever holds the home's newest lease. `spec` and `attempts` are json
 * and not jsonb: a spec's text may hold what jsonb refuses.
 */
export const jobs: Migration = {
  id: '0007-jobs',
  sql: `
    create table sihwang.job_leases (
      home text primary key,
      owner text not null,
      epoch integer not null,
      taken_at timestamptz not null default now()
    );

    create table sihwang.jobs (
      key text primary key,
      home text not null,
      run text not null,
      runner text not null,
      job_sha256 text not null,
      spec json not null,
      gen integer not null,
      state text not null check (state in ('PLANNED', 'SUBMITTING', 'SUBMITTED', 'QUEUED', 'RUNNING',
        'SUCCEEDED', 'FAILED', 'CANCELLED', 'LOST')),
      provider_id text,
      planned_at timestamptz not null,
      submitted_at timestamptz,
      last_seen_at timestamptz,
      not_before timestamptz,
      deadline_at timestamptz,
      cancel_requested_at timestamptz,
      cancel_reason text,
      attempts json not null default '[]',
      error_class text,
      error text
    );
    create index jobs_open on sihwang.jobs (home, state, planned_at, key)
      where state in ('PLANNED', 'SUBMITTING', 'SUBMITTED', 'QUEUED', 'RUNNING');
    create index jobs_of_run on sihwang.jobs (home, run, planned_at);

    create table sihwang.job_orphans (
      home text not null,
      name text not null,
      provider_id text,
      found_at timestamptz not null,
      primary key (home, name)
    );
  `,
};
