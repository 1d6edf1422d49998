import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { EXIT, SihwangError } from '../domain/index.ts';
import { backupHome, type Home, withWriterLock } from '../lake/index.ts';
import { hasRecords, writeRecordsBackup } from '../records/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { languageOf, type Say } from './language.ts';
import { megabytes, print, printJson, tell } from './output.ts';
import { waitMs } from './wait-option.ts';

interface BackupOptions extends CommonOptions {
  readonly wait?: string | boolean;
  readonly records: boolean;
}

export function addBackup(program: Command, say: Say): void {
  withCommonOptions(program.command('backup <folder>'), say)
    .description(
      say({
        ko: '다시 만들 수 없는 것을 모두 복사, 서버가 돌고 있어도 됨',
        en: 'copy everything that cannot be made again; a server may go on running',
      }),
    )
    .option(
      '--wait [seconds]',
      say({
        ko: '다른 프로세스가 홈에 쓰는 동안 기다림',
        en: 'wait while another process is writing to the home',
      }),
    )
    .option(
      '--no-records',
      say({
        ko: '기록(작업, 예약, 모델, 낸 예측)은 빼고 백업',
        en: 'leave the records out (runs, schedules, models, issued forecasts)',
      }),
    )
    .addHelpText(
      'after',
      say({
        ko: '\n같은 폴더를 다시 주어도 됩니다. 새로 생긴 것만 복사합니다.',
        en: '\nThe same folder may be given again: only what is new is copied.',
      }),
    )
    .action(async (folder: string, options: BackupOptions) => {
      const home = homeOf(options);
      const target = resolve(folder);
      if (`${target}${sep}`.startsWith(`${resolve(home.path)}${sep}`))
        throw new SihwangError(
          'BACKUP_INSIDE_HOME',
          { ko: `홈 안에 있는 폴더입니다: ${target}`, en: `${target} is inside the home` },
          {
            exit: EXIT.usage,
            hint: {
              ko: '홈 밖의 폴더를 주세요. 다른 디스크면 더 좋습니다.',
              en: 'Name a folder outside of it, best on another disk.',
            },
          },
        );
      const { records, ...done } = await withWriterLock(
        home,
        { command: 'backup', waitMs: waitMs(options.wait) },
        () => backUp(home, target, options),
      );
      if (options.json) printJson({ target, ...done, records });
      else {
        print(
          say({
            ko: `파일 ${done.files}개, ${megabytes(done.bytes)}를 ${done.at} 기준으로 ${target}에 두었습니다. 새로 복사한 것은 ${done.copiedFiles}개 (${megabytes(done.copiedBytes)})`,
            en: `${done.files} files, ${megabytes(done.bytes)}, are in ${target} as of ${done.at}; ${done.copiedFiles} of them (${megabytes(done.copiedBytes)}) are new`,
          }),
        );
        if (records !== null)
          print(
            say({
              ko: `기록의 표 ${records.tables}개, ${records.rows}행도 들어 있습니다`,
              en: `${records.rows} rows of ${records.tables} tables of the records are among them`,
            }),
          );
      }
    });
}

/** The records first: what they say was done is then in the files that are copied after them. */
async function backUp(home: Home, target: string, options: BackupOptions) {
  if (!options.records || !hasRecords(home.path))
    return { ...(await backupHome(home, target, new Date())), records: null };
  const folder = mkdtempSync(join(home.at('temp'), '.tmp-records-'));
  try {
    const { manifest, files } = await writeRecordsBackup(home, folder, {
      onProgress: (line) => tell(`  ${line[languageOf(options)]}`),
    });
    const done = await backupHome(home, target, new Date(), files);
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
    return { ...done, records: { at: manifest.at, tables: manifest.tables.length, rows } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
