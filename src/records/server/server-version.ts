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
    {
      ko: `${dataFolder}의 기록은 PostgreSQL ${made}의 것인데 이 sihwang의 PostgreSQL은 ${ours}입니다`,
      en: `the records in ${dataFolder} were made by PostgreSQL ${made}; this sihwang brings ${ours}`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko:
          made > ours
            ? '기록을 만든 더 새로운 sihwang을 설치하거나 다른 --home을 쓰세요.'
            : '기록을 만든 sihwang으로 sihwang backup FOLDER, 이 버전으로 sihwang restore FOLDER --home NEW를 하세요.',
        en:
          made > ours
            ? 'Install the newer sihwang that made them, or choose another --home.'
            : 'With the sihwang that made them, run sihwang backup FOLDER; with this one, sihwang restore FOLDER --home NEW.',
      },
    },
  );
}
