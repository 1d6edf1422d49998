import { resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { EXIT, SihwangError } from '../domain/index.ts';
import { backupHome, withWriterLock } from '../lake/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { megabytes, print, printJson } from './output.ts';
import { waitMs } from './wait-option.ts';

interface BackupOptions extends CommonOptions {
  readonly wait?: string | boolean;
}

export function addBackup(program: Command): void {
  withCommonOptions(program.command('backup <folder>'))
    .description('copy everything that cannot be made again; a server may go on running')
    .option('--wait [seconds]', 'wait while another process is writing to the home')
    .addHelpText('after', '\nThe same folder may be given again: only what is new is copied.')
    .action(async (folder: string, options: BackupOptions) => {
      const home = homeOf(options);
      const target = resolve(folder);
      if (`${target}${sep}`.startsWith(`${resolve(home.path)}${sep}`))
        throw new SihwangError('BACKUP_INSIDE_HOME', `${target} is inside the home`, {
          exit: EXIT.usage,
          hint: 'Name a folder outside of it, best on another disk.',
        });
      const done = await withWriterLock(home, { command: 'backup', waitMs: waitMs(options.wait) }, () =>
        backupHome(home, target, new Date()),
      );
      if (options.json) printJson({ target, ...done });
      else
        print(
          `${done.files} files, ${megabytes(done.bytes)}, are in ${target} as of ${done.at}; ${done.copiedFiles} of them (${megabytes(done.copiedBytes)}) are new`,
        );
    });
}
