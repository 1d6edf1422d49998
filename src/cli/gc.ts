import type { Command } from 'commander';
import { EXIT, SihwangError } from '../domain/index.ts';
import { deleteLeftovers, type Home, leftovers, withWriterLock } from '../lake/index.ts';
import { citedSnapshots, hasRecords } from '../records/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { megabytes, print, printJson, table, tell } from './output.ts';
import { waitMs } from './wait-option.ts';
import { withRecords } from './with-records.ts';

interface GcOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly keepDays: string;
  readonly wait?: string | boolean;
}

export function addGc(program: Command): void {
  withCommonOptions(program.command('gc'))
    .description(
      'delete files that nothing needs any more: what no commit names, serving files that were replaced, snapshots that nothing cites',
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
      const cited = await citedByRecords(home, options);
      const found = await withWriterLock(home, { command: 'gc', waitMs: waitMs(options.wait) }, async () => {
        const list = await leftovers(home, { retentionDays, now: new Date(), citedSnapshots: cited });
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

/** Snapshots that the records rest on; none where the home has no records, null where they do not answer. */
async function citedByRecords(home: Home, options: GcOptions): Promise<ReadonlySet<string> | null> {
  if (!hasRecords(home.path)) return new Set();
  try {
    return await withRecords(options, ({ pool }) => citedSnapshots(pool));
  } catch (error) {
    tell(`snapshots are left alone, because the records do not answer: ${(error as Error).message}`);
    return null;
  }
}
