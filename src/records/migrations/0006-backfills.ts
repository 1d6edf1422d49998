import type { Migration } from './migration.ts';

/**
 * Backfills: a range of a plan's market days, each with the run of its own tick. `ended_before` is the end of the run
 * that a try is to replace, so that a try that began before a death is told from the one before it.
 * A run's mark says on which code and rules it rests; it is written when the run begins and stays when it succeeds;
 * `first_done_at` is the first time that it did, whenever it is done anew.
 */
export const backfills: Migration = {
  id: '0006-backfills',
  sql: `
    create table sihwang.backfills (
      id bigint generated always as identity primary key,
      plan text not null,
      schedule_text text not null,
      from_day date not null,
      to_day date not null,
      stale boolean not null,
      parallel integer not null check (parallel > 0),
      retries integer not null check (retries >= 0),
      params jsonb not null default '{}',
      state text not null default 'going' check (state in ('going', 'cancelling', 'cancelled', 'ended')),
      asked_by text not null,
      asked_at timestamptz not null default now(),
      ended_at timestamptz,
      check ((state in ('cancelled', 'ended')) = (ended_at is not null))
    );
    create index backfills_going on sihwang.backfills (id) where ended_at is null;

    create table sihwang.backfill_partitions (
      backfill bigint not null references sihwang.backfills (id) on delete cascade,
      scheduled_at timestamptz not null,
      day date not null,
      run_id text not null,
      wanted text not null check (wanted in ('run', 'retry', 'redo', 'keep')),
      reason text,
      state text not null check (state in ('waiting', 'started', 'succeeded', 'failed', 'cancelled', 'kept')),
      tries integer not null default 0,
      ended_before timestamptz,
      started_at timestamptz,
      ended_at timestamptz,
      primary key (backfill, scheduled_at)
    );

    create table sihwang.run_marks (
      run_id text primary key references sihwang.runs (id) on delete cascade,
      rested_on jsonb not null,
      done boolean not null default false,
      first_done_at timestamptz,
      marked_at timestamptz not null default now()
    );
  `,
};
