import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, SihwangError } from '../../domain/index.ts';

/** The major version that made a data directory, such as 18. */
export function dataVersion(dataFolder: string): number {
  return Number(readFileSync(join(dataFolder, 'PG_VERSION'), 'utf8'));
}

function programsVersion(programs: string): number {
  return Number(/\d+/.exec(execFileSync(join(programs, 'postgres'), ['-V'], { encoding: 'utf8' }))![0]);
}

/**
 * Major versions of PostgreSQL do not read each other's files.
 * @throws SihwangError `RECORDS_OTHER_VERSION`
 */
export function refuseOtherVersion(programs: string, dataFolder: string): void {
  const [made, ours] = [dataVersion(dataFolder), programsVersion(programs)];
  if (made === ours) return;
  throw new SihwangError(
    'RECORDS_OTHER_VERSION',
    `the records in ${dataFolder} were made by PostgreSQL ${made}; this sihwang brings ${ours}`,
    {
      exit: EXIT.configuration,
      hint:
        made > ours
          ? 'Install the newer sihwang that made them, or choose another --home.'
          : 'With the sihwang that made them, run sihwang backup FOLDER; with this one, sihwang restore FOLDER --home NEW.',
    },
  );
}
