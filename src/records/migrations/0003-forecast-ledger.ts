import type { Migration } from './migration.ts';

/**
 * Every forecast that was issued, and what came of it.
 *
 * Rows are cut by the month of their origin (`sihwang.ledger_month`), so that a year of 17 million rows stays quick and can
 * be put away by month. An issued row is never changed. A score is: the one that a correction of the truth replaces is
 * ended (`known_to`), as in the daily mart, so "what did the score say at T" has an answer.
 */
export const forecastLedger: Migration = {
  id: '0003-forecast-ledger',
  sql: `
    create table sihwang.ledger_series (
      id integer generated always as identity primary key,
      feed text not null,
      series text not null,
      unique (feed, series)
    );

    -- what forecasts rest on that were made together: equal parts, equal forecasts
    create table sihwang.forecast_issues (
      id integer generated always as identity primary key,
      task text not null,
      feed text not null,
      model_version text not null,
      snapshot_sha256 text not null,
      conditions_version text not null,
      run text not null,
      recorded_at timestamptz not null default now(),
      unique (task, feed, model_version, snapshot_sha256, conditions_version)
    );

    create table sihwang.forecast_ledger (
      series_id integer not null,
      horizon text not null,
      origin_day date not null,
      issue_id integer not null,
      -- 1 = the first said of this target from this origin; later ones rest on corrected data or another version
      vintage smallint not null,
      target_day date,
      issued_at timestamptz not null,
      status text not null,
      reason text,
      model text,
      mean double precision,
      lo50 double precision, hi50 double precision,
      lo80 double precision, hi80 double precision,
      lo95 double precision, hi95 double precision,
      naive double precision,
      recorded_at timestamptz not null default clock_timestamp(),
      primary key (series_id, horizon, origin_day, issue_id)
    ) partition by range (origin_day);
    create index forecast_ledger_target on sihwang.forecast_ledger (target_day);
    create index forecast_ledger_recorded on sihwang.forecast_ledger using brin (recorded_at);

    -- what came true, as scoring was last told; a forecast is scored when its truth is new or another
    create table sihwang.ledger_truths (
      task text not null,
      series_id integer not null,
      span text not null,
      day date not null,
      price double precision not null,
      known_from timestamptz not null,
      primary key (task, series_id, span, day)
    );
    create index ledger_truths_day on sihwang.ledger_truths (day);
    create table sihwang.ledger_scorings (
      task text not null,
      feed text not null,
      scored_at timestamptz not null,
      through date not null,
      primary key (task, feed)
    );

    create table sihwang.forecast_scores (
      series_id integer not null,
      horizon text not null,
      origin_day date not null,
      issue_id integer not null,
      known_from timestamptz not null,
      known_to timestamptz not null default 'infinity',
      vintage smallint not null,
      target_day date not null,
      actual double precision not null,
      error double precision not null,
      naive_error double precision,
      pinball double precision not null,
      inside80 boolean not null,
      primary key (series_id, horizon, origin_day, issue_id, known_from)
    ) partition by range (origin_day);
    create index forecast_scores_target on sihwang.forecast_scores (target_day);

    create function sihwang.ledger_month(day date) returns void language plpgsql as $$
    declare
      first date := date_trunc('month', day)::date;
      suffix text := to_char(first, 'YYYYMM');
      base text;
    begin
      foreach base in array array['forecast_ledger', 'forecast_scores'] loop
        if to_regclass(format('sihwang.%I', base || '_' || suffix)) is null then
          execute format('create table sihwang.%I partition of sihwang.%I for values from (%L) to (%L)',
                         base || '_' || suffix, base, first, (first + interval '1 month')::date);
        end if;
      end loop;
    end $$;

    create function sihwang.refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception 'what was issued is never changed (%)', tg_table_name;
    end $$;
    create trigger forecast_ledger_kept before update or delete on sihwang.forecast_ledger
      for each row execute function sihwang.refuse_change();

    create table sihwang.drift_alarms (
      id bigint generated always as identity primary key,
      task text not null,
      feed text not null,
      series text not null,
      horizon text not null,
      kind text not null check (kind in ('coverage', 'skill', 'promise')),
      raised_at timestamptz not null,
      figures jsonb not null,
      ended_at timestamptz
    );
    create unique index drift_alarms_open on sihwang.drift_alarms (task, feed, series, horizon, kind) where ended_at is null;
    create index drift_alarms_time on sihwang.drift_alarms (raised_at desc);
  `,
};
