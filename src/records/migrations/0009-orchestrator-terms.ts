import type { Migration } from './migration.ts';

/**
 * Each orchestrator has a term, a number that grows. A session that belongs to one says so by the setting `sihwang.term`,
 * and may write as long as no later term has begun: one that was frozen and wakes up changes nothing any more. A term
 * begins when no write of an earlier one is under way. The number is a sequence, because what it says holds for every
 * snapshot.
 */
export const orchestratorTerms: Migration = {
  id: '0009-orchestrator-terms',
  sql: `
    create sequence sihwang.orchestrator_terms;

    create function sihwang.begin_term() returns bigint language plpgsql as $begin$
    begin
      perform pg_advisory_xact_lock(7364821003);
      return nextval('sihwang.orchestrator_terms');
    end $begin$;

    create function sihwang.refuse_past_term() returns trigger language plpgsql as $refuse$
    declare
      own bigint := nullif(current_setting('sihwang.term', true), '');
      newest bigint;
    begin
      if own is null then
        return null;
      end if;
      perform pg_advisory_xact_lock_shared(7364821003);
      select last_value into newest from sihwang.orchestrator_terms;
      if own <> newest then
        raise exception 'the orchestrator of term % may not write: that of term % took its place', own, newest
          using errcode = 'SH001';
      end if;
      return null;
    end $refuse$;

    do $each$
    declare
      written regclass;
    begin
      for written in
        select oid::regclass from pg_class
        where relnamespace = 'sihwang'::regnamespace and relkind in ('r', 'p') and not relispartition
          and relname not in ('migrations', 'home')
      loop
        execute format(
          'create trigger refuse_past_term before insert or update or delete on %s
             for each statement execute function sihwang.refuse_past_term()', written);
      end loop;
    end $each$;
  `,
};
