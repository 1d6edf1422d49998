import type { Migration } from './migration.ts';

/**
 * Schedules and their ticks. A tick is a row before it is a run, so that none is lost between the two; it outlives its
 * schedule, because what ran when stays true.
 */
export const schedules: Migration = {
  id: '0004-schedules',
  sql: `
    create table sihwang.schedules (
      name text primary key,
      plan text not null,
      text text not null,
      params jsonb not null default '{}',
      catch_up text not null check (catch_up in ('all', 'latest', 'none')),
      catch_up_limit integer not null check (catch_up_limit > 0),
      overlap text not null check (overlap in ('queue', 'skip', 'cancel-running')),
      paused boolean not null default false,
      settled_up_to timestamptz not null,
      created_at timestamptz not null default now(),
      created_by text not null,
      changed_at timestamptz not null default now(),
      changed_by text not null
    );

    create table sihwang.schedule_ticks (
      schedule text not null,
      scheduled_at timestamptz not null,
      plan text not null,
      market_day date,
      origin text not null check (origin in ('clock', 'manual')),
      state text not null check (state in ('due', 'started', 'ended', 'skipped', 'missed', 'refused')),
      reason text,
      run_id text,
      noted_at timestamptz not null,
      started_at timestamptz,
      primary key (schedule, scheduled_at),
      check ((state in ('started', 'ended')) = (run_id is not null and started_at is not null))
    );
    create index schedule_ticks_open on sihwang.schedule_ticks (schedule, scheduled_at)
      where state in ('due', 'started');
    create index schedule_ticks_by_plan on sihwang.schedule_ticks (plan, scheduled_at);
  `,
};
