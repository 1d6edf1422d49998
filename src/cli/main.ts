#!/usr/bin/env node
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { EXIT, SihwangError } from '../domain/index.ts';
import { addBackfill } from './backfill.ts';
import { addBacktest } from './backtest.ts';
import { addBackup } from './backup.ts';
import { addBoard } from './board.ts';
import { addDoctor } from './doctor.ts';
import { addExplain } from './explain.ts';
import { addExport } from './export.ts';
import { addFetch } from './fetch.ts';
import { addForecast } from './forecast.ts';
import { addForecasts } from './forecasts.ts';
import { addGc } from './gc.ts';
import { addIngest } from './ingest.ts';
import { addItem } from './item.ts';
import { addModels } from './models.ts';
import { addOrchestrate } from './orchestrate.ts';
import { addPlan } from './plan.ts';
import { addPlatform } from './platform.ts';
import { addQuarantine } from './quarantine.ts';
import { addRecords } from './records.ts';
import { addRestore } from './restore.ts';
import { addRun } from './run.ts';
import { addRuns } from './runs.ts';
import { addScheduleCommands } from './schedule.ts';
import { addSnapshot } from './snapshot.ts';
import { addSources } from './sources.ts';
import { addStart } from './start.ts';
import { addUndo } from './undo.ts';
import { addWorker } from './worker.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const program = new Command('sihwang')
  .description(
    '시황 · market intelligence for fresh produce: market conditions, honest forecasts, as-of data',
  )
  .version(version)
  .option('--debug', 'show stack traces')
  .showHelpAfterError('(sihwang COMMAND --help says more)')
  .exitOverride();

for (const add of [
  addStart,
  addIngest,
  addFetch,
  addBackfill,
  addBoard,
  addItem,
  addForecast,
  addForecasts,
  addModels,
  addBacktest,
  addExport,
  addExplain,
  addBackup,
  addRestore,
  addGc,
  addSources,
  addDoctor,
  addPlatform,
  addQuarantine,
  addUndo,
  addOrchestrate,
  addRun,
  addRuns,
  addPlan,
  addRecords,
  addScheduleCommands,
  addSnapshot,
  addWorker,
])
  add(program);

/** What people read when something is wrong: what it is, and what to do next. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') return EXIT.done;
  const known = error instanceof SihwangError;
  if (process.argv.includes('--json')) {
    const { message } = error as Error;
    process.stderr.write(
      `${JSON.stringify({ error: known ? { code: error.code, message, hint: error.hint } : { code: 'BUG', message } })}\n`,
    );
  } else {
    process.stderr.write(
      `sihwang: ${(error as Error).message}\n${known ? `  → ${error.hint}\n` : '  → This is a fault of ours; run again with --debug and report it.\n'}`,
    );
  }
  if (process.argv.includes('--debug')) process.stderr.write(`${(error as Error).stack}\n`);
  return known ? error.exit : EXIT.bug;
}

// a reader such as `head` may leave early
process.stdout.on('error', (error) => process.exit(report(error)));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
