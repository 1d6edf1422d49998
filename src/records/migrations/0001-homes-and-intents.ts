import type { Migration } from './migration.ts';

/**
 * Whose records these are, what people asked for (a row each, worked off by the orchestrator) and who did what.
 * An intent's key makes asking twice the same as asking once.
 */
export const homesAndIntents: Migration = {
  id: '0001-homes-and-intents',
  sql: `
    create table sihwang.home (
      only_row boolean primary key default true check (only_row),
      id text not null,
      adopted_at timestamptz not null default now()
    );

    create table sihwang.intents (
      id bigint generated always as identity primary key,
      key text not null unique,
      kind text not null,
      subject text not null,
      body jsonb not null default '{}',
      asked_by text not null,
      asked_at timestamptz not null default now(),
      state text not null default 'open' check (state in ('open', 'done', 'refused')),
      settled_at timestamptz,
      outcome jsonb,
      check ((state = 'open') = (settled_at is null))
    );
    create index intents_open on sihwang.intents (id) where state = 'open';

    create table sihwang.audit (
      id bigint generated always as identity primary key,
      at timestamptz not null default now(),
      actor text not null,
      action text not null,
      subject text not null,
      detail jsonb not null default '{}'
    );
    create index audit_subject on sihwang.audit (subject, at);
  `,
};
