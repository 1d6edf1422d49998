import type { Migration } from './migration.ts';

/**
 * Which versions of a task there are, which of them reigned when, and why it changed. A version is a recipe with the code that
 * performs it, for one feed; it is trained again on every snapshot, and each training is kept with what it rested on.
 */
export const modelRegistry: Migration = {
  id: '0005-model-registry',
  sql: `
    create table sihwang.model_versions (
      id text primary key,
      task text not null,
      feed text not null,
      recipe jsonb not null,
      code_version text not null,
      created_at timestamptz not null,
      created_by text not null,
      unique (task, feed, id)
    );

    create table sihwang.model_trainings (
      id bigint generated always as identity primary key,
      version_id text not null references sihwang.model_versions (id),
      snapshot_sha256 text not null,
      artefact_key text not null,
      artefact_sha256 text not null,
      node_major integer not null,
      cpu_class text not null,
      run text not null,
      trained_at timestamptz not null,
      lineage jsonb not null,
      -- by cell: horizon, and what it came to over the series
      metrics jsonb not null,
      unique (version_id, snapshot_sha256, artefact_sha256)
    );
    create index model_trainings_time on sihwang.model_trainings (version_id, trained_at desc);

    create table sihwang.model_decisions (
      id bigint generated always as identity primary key,
      -- the step that decided, so that deciding twice is deciding once
      key text not null unique,
      task text not null,
      feed text not null,
      kind text not null check (kind in ('first', 'promote', 'keep', 'rollback', 'manual', 'code-changed')),
      champion_before text references sihwang.model_versions (id),
      subject text not null references sihwang.model_versions (id),
      champion_after text not null references sihwang.model_versions (id),
      at timestamptz not null,
      actor text not null,
      reason text not null,
      evidence jsonb not null
    );
    create index model_decisions_time on sihwang.model_decisions (task, feed, at desc);

    create table sihwang.model_reigns (
      task text not null,
      feed text not null,
      version_id text not null references sihwang.model_versions (id),
      from_at timestamptz not null,
      to_at timestamptz not null default 'infinity',
      decision_id bigint not null references sihwang.model_decisions (id),
      primary key (task, feed, from_at),
      check (from_at < to_at)
    );
    create unique index model_reigns_open on sihwang.model_reigns (task, feed) where to_at = 'infinity';

    create table sihwang.model_challengers (
      task text not null,
      feed text not null,
      version_id text not null references sihwang.model_versions (id),
      since timestamptz not null,
      -- the how-manieth of the year before it: later ones are given less error to make
      nth integer not null check (nth >= 1),
      looks integer not null default 0,
      ended_at timestamptz,
      outcome text check (outcome in ('promoted', 'withdrawn', 'superseded')),
      primary key (task, feed, version_id, since),
      check ((ended_at is null) = (outcome is null))
    );
    create unique index model_challengers_open on sihwang.model_challengers (task, feed, version_id) where ended_at is null;

    -- how a version did by origin, on the cases that it shares with the version it is paired with ('' = on all of its own)
    create table sihwang.evaluation_scores (
      task text not null,
      feed text not null,
      version_id text not null references sihwang.model_versions (id),
      paired_with text not null,
      origin_day date not null,
      horizon text not null,
      loss double precision not null,
      naive_loss double precision not null,
      inside80 double precision not null,
      cases integer not null,
      primary key (task, feed, version_id, paired_with, origin_day, horizon)
    );
  `,
};
