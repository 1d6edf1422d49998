import type { Migration } from './migration.ts';

/** A step may be done in part, and a series whose part failed says so until it is renewed. */
export const partly: Migration = {
  id: '0008-partly',
  sql: `
    alter table sihwang.run_steps drop constraint run_steps_state_check;
    alter table sihwang.run_steps add constraint run_steps_state_check
      check (state in ('planned', 'running', 'succeeded', 'partly', 'skipped', 'failed', 'blocked', 'cancelled'));
    alter table sihwang.drift_alarms drop constraint drift_alarms_kind_check;
    alter table sihwang.drift_alarms add constraint drift_alarms_kind_check
      check (kind in ('coverage', 'skill', 'promise', 'not-renewed'));
  `,
};
