import type { Command } from 'commander';
import { EXIT, SihwangError } from '../domain/index.ts';
import { deleteLeftovers, leftovers, withWriterLock } from '../lake/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { megabytes, print, printJson, table } from './output.ts';
import { waitMs } from './wait-option.ts';

interface GcOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly keepDays: string;
  readonly wait?: string | boolean;
}

export function addGc(program: Command): void {
  withCommonOptions(program.command('gc'))
    .description(
      'delete files that nothing needs any more: what no commit names, serving files that were replaced',
    )
    .option('--dry-run', 'only list them')
    .option('--keep-days <number>', 'leave files alone that are younger', '30')
    .option('--wait [seconds]', 'wait while another process is writing to the home')
    .action(async (options: GcOptions) => {
      const retentionDays = Number(options.keepDays);
      if (!/^\d+$/.test(options.keepDays))
        throw new SihwangError(
          'KEEP_DAYS_UNREADABLE',
          `--keep-days is a number of days, not ${options.keepDays}`,
          {
            exit: EXIT.usage,
            hint: 'Write --keep-days 30.',
          },
        );
      const home = homeOf(options);
      const deleted = options.dryRun !== true;
      const found = await withWriterLock(home, { command: 'gc', waitMs: waitMs(options.wait) }, async () => {
        const list = await leftovers(home, { retentionDays, now: new Date() });
        if (deleted) deleteLeftovers(home, list);
        return list;
      });
      const bytes = found.reduce((sum, one) => sum + one.bytes, 0);
      if (options.json) printJson({ deleted, bytes, files: found });
      else if (found.length === 0) print('nothing to delete');
      else
        print(
          `${table(
            [{ title: 'file' }, { title: 'bytes', right: true }, { title: 'why' }],
            found.map((one) => [one.path, String(one.bytes), one.why]),
          )}\n${found.length} files, ${megabytes(bytes)}${deleted ? ', deleted' : ' would be deleted'}`,
        );
    });
}
