import type { Migration } from './migration.ts';

/** What was wrong with a step, in Korean beside the English: `{message, hint}`; null where its words had no language. */
export const errorsInKorean: Migration = {
  id: '0010-errors-in-korean',
  sql: 'alter table sihwang.run_steps add column error_ko jsonb;',
};
