import type { Migration } from './migration.ts';

/**
 * Executions of plans. A run's steps are written down when it starts, so a plan that is changed meanwhile changes no run
 * under way. Every change of a run or a step tells listeners of channel `sihwang_runs` the run's id.
 */
export const runs: Migration = {
  id: '0002-runs',
  sql: `
    create table sihwang.runs (
      id text primary key,
      plan text not null,
      plan_version integer not null,
      scheduled_for timestamptz not null,
      as_of timestamptz not null,
      params jsonb not null default '{}',
      asked_by text not null,
      asked_at timestamptz not null default now(),
      state text not null default 'planned'
        check (state in ('planned', 'running', 'succeeded', 'failed', 'cancelled')),
      started_at timestamptz,
      ended_at timestamptz,
      cancel_requested_at timestamptz,
      cancel_reason text,
      check ((state in ('succeeded', 'failed', 'cancelled')) = (ended_at is not null))
    );
    create index runs_by_time on sihwang.runs (scheduled_for desc, id);
    create index runs_open on sihwang.runs (scheduled_for, id) where ended_at is null;

    create table sihwang.run_steps (
      run_id text not null references sihwang.runs (id) on delete cascade,
      step_id text not null,
      position integer not null,
      kind text not null,
      needs text[] not null,
      params jsonb not null default '{}',
      retries integer not null,
      state text not null default 'planned'
        check (state in ('planned', 'running', 'succeeded', 'skipped', 'failed', 'blocked', 'cancelled')),
      generation integer not null default 1,
      attempt integer not null default 0,
      begun integer not null default 0,
      started_at timestamptz,
      ended_at timestamptz,
      worked_ms double precision not null default 0,
      output jsonb,
      skip_reason text,
      error_class text,
      error_code text,
      error_message text,
      error_hint text,
      primary key (run_id, step_id)
    );

    create table sihwang.run_events (
      id bigint generated always as identity primary key,
      run_id text not null references sihwang.runs (id) on delete cascade,
      step_id text,
      at timestamptz not null default clock_timestamp(),
      name text not null,
      fields jsonb not null default '{}'
    );
    create index run_events_of on sihwang.run_events (run_id, id);

    create function sihwang.tell_run() returns trigger language plpgsql as $tell$
    begin
      perform pg_notify('sihwang_runs', to_jsonb(new) ->> tg_argv[0]);
      return null;
    end $tell$;
    create trigger tell after insert or update on sihwang.runs
      for each row execute function sihwang.tell_run('id');
    create trigger tell after update on sihwang.run_steps
      for each row execute function sihwang.tell_run('run_id');
  `,
};
