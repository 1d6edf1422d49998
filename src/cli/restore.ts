import { resolve } from 'node:path';
import type { Command } from 'commander';
import { restoreHome } from '../lake/index.ts';
import { type CommonOptions, homePath, withCommonOptions } from './command.ts';
import { print, printJson } from './output.ts';

interface RestoreOptions extends CommonOptions {
  readonly at?: string;
}

export function addRestore(program: Command): void {
  withCommonOptions(program.command('restore <folder>'))
    .description('make a home of the newest backup in a folder; the home given must be empty')
    .option('--at <instant>', 'the backup of this instant instead, as sihwang backup printed it')
    .action(async (folder: string, options: RestoreOptions) => {
      const home = homePath(options);
      const { at, homeId, files } = await restoreHome(resolve(folder), home, options.at);
      if (options.json) printJson({ home, homeId, at, files: files.length });
      else
        print(
          `${files.length} files as of ${at} are in ${home}; sihwang start publishes their conditions again`,
        );
    });
}
