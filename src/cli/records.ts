import type { Command } from 'commander';
import {
  openRecords,
  type RecordsStatus,
  recordsStatus,
  renewPassword,
  stopRecords,
} from '../records/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { megabytes, print, printJson, tell } from './output.ts';

interface StartOptions extends CommonOptions {
  readonly adopt?: boolean;
  readonly newPassword?: boolean;
}

export function addRecords(program: Command): void {
  const records = program
    .command('records')
    .description('the PostgreSQL that keeps runs, schedules and models');
  withCommonOptions(records.command('start'))
    .description('make the records ready, and keep the home’s own server running until sihwang records stop')
    .option('--adopt', 'make records that were another home’s this one’s')
    .option('--new-password', 'give the home’s own server a new password, when its file is lost')
    .action(start);
  withCommonOptions(records.command('stop'))
    .description('stop the home’s own server; what was committed is kept')
    .option('--force', 'cut off the programs that use it')
    .action(stop);
  withCommonOptions(records.command('status'))
    .description('how the records are; starts nothing')
    .action(async (options: CommonOptions) => {
      const status = await recordsStatus(homeOf(options).path);
      if (options.json) printJson(status);
      else for (const line of linesOf(status)) print(line);
    });
}

async function start(options: StartOptions): Promise<void> {
  const home = homeOf(options);
  if (options.newPassword) await renewPassword(home.path);
  const opened = await openRecords(home, { adopt: options.adopt === true, keep: true, onProgress: tell });
  try {
    const status = await recordsStatus(home.path);
    if (options.json) printJson(status);
    else
      print(
        `the records are ready at migration ${status.migration}: PostgreSQL ${status.version}, ${status.address}`,
      );
  } finally {
    await opened.close();
  }
}

async function stop(options: CommonOptions & { readonly force?: boolean }): Promise<void> {
  const stopped = await stopRecords(homeOf(options).path, { force: options.force === true });
  if (options.json) printJson({ stopped });
  else print(stopped ? 'the records’ server is stopped' : 'no server of this home runs');
}

/** What people read of a state. */
export function linesOf(status: RecordsStatus): readonly string[] {
  const { state, server, version, address, sizeBytes, migration, missingMigrations, sessions, problem } =
    status;
  const size = sizeBytes === null ? '' : `, ${megabytes(sizeBytes)}`;
  if (problem !== null) return [`unavailable: ${problem.message}`, `  → ${problem.hint}`];
  if (state === 'unused') return ['not used yet: the first use sets them up'];
  if (state === 'stopped') return [`stopped: the next use starts them (PostgreSQL ${version}${size})`];
  const behind = missingMigrations?.length ? `, ${missingMigrations.length} to come at the next use` : '';
  const whose = server === 'own' ? 'the home’s own server' : 'the server of DATABASE_URL';
  return [
    `running: ${whose}, PostgreSQL ${version}, ${address}${size}`,
    `migration ${migration ?? 'none'}${behind}`,
    ...sessions.map(
      ({ name, connections }) => `in use by ${name || 'a program without a name'} (${connections})`,
    ),
  ];
}
