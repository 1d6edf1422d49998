#!/usr/bin/env node
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { EXIT, SihwangError } from '../domain/index.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** By the words that they answer to, in the order of `--help`. A command that is asked for loads no other. */
const COMMANDS: readonly (readonly [words: string, load: () => Promise<(program: Command) => void>])[] = [
  ['start', async () => (await import('./start.ts')).addStart],
  ['ingest', async () => (await import('./ingest.ts')).addIngest],
  ['fetch', async () => (await import('./fetch.ts')).addFetch],
  ['backfill', async () => (await import('./backfill.ts')).addBackfill],
  ['board', async () => (await import('./board.ts')).addBoard],
  ['item', async () => (await import('./item.ts')).addItem],
  ['forecast', async () => (await import('./forecast.ts')).addForecast],
  ['forecasts', async () => (await import('./forecasts.ts')).addForecasts],
  ['models', async () => (await import('./models.ts')).addModels],
  ['backtest', async () => (await import('./backtest.ts')).addBacktest],
  ['export', async () => (await import('./export.ts')).addExport],
  ['explain', async () => (await import('./explain.ts')).addExplain],
  ['backup', async () => (await import('./backup.ts')).addBackup],
  ['restore', async () => (await import('./restore.ts')).addRestore],
  ['gc', async () => (await import('./gc.ts')).addGc],
  ['sources', async () => (await import('./sources.ts')).addSources],
  ['doctor', async () => (await import('./doctor.ts')).addDoctor],
  ['platform', async () => (await import('./platform.ts')).addPlatform],
  ['quarantine', async () => (await import('./quarantine.ts')).addQuarantine],
  ['commits undo replay', async () => (await import('./undo.ts')).addUndo],
  ['orchestrate', async () => (await import('./orchestrate.ts')).addOrchestrate],
  ['run', async () => (await import('./run.ts')).addRun],
  ['runs', async () => (await import('./runs.ts')).addRuns],
  ['plan', async () => (await import('./plan.ts')).addPlan],
  ['records', async () => (await import('./records.ts')).addRecords],
  ['schedule', async () => (await import('./schedule.ts')).addScheduleCommands],
  ['snapshot', async () => (await import('./snapshot.ts')).addSnapshot],
  ['worker', async () => (await import('./worker.ts')).addWorker],
];

const program = new Command('sihwang')
  .description(
    '시황 · market intelligence for fresh produce: market conditions, honest forecasts, as-of data',
  )
  .version(version)
  .option('--debug', 'show stack traces')
  .showHelpAfterError('(sihwang COMMAND --help says more)')
  .exitOverride();

const asked = process.argv.slice(2).find((word) => !word.startsWith('-')) ?? '';
const known = COMMANDS.filter(([words]) => words.split(' ').includes(asked));
for (const [, load] of known.length > 0 ? known : COMMANDS) (await load())(program);

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
