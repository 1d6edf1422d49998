import { homesAndIntents } from './0001-homes-and-intents.ts';
import { runs } from './0002-runs.ts';
import { forecastLedger } from './0003-forecast-ledger.ts';
import { schedules } from './0004-schedules.ts';
import { modelRegistry } from './0005-model-registry.ts';
import { backfills } from './0006-backfills.ts';
import { jobs } from './0007-jobs.ts';
import { partly } from './0008-partly.ts';
import { orchestratorTerms } from './0009-orchestrator-terms.ts';
import { errorsInKorean } from './0010-errors-in-korean.ts';
import type { Migration } from './migration.ts';

export type { Migration } from './migration.ts';

/** Every migration, oldest first; a new one is only ever added at the end. */
export const MIGRATIONS: readonly Migration[] = [
  homesAndIntents,
  runs,
  forecastLedger,
  schedules,
  modelRegistry,
  backfills,
  jobs,
  partly,
  orchestratorTerms,
  errorsInKorean,
];
