import { resolve } from 'node:path';
import type { Command } from 'commander';
import { SihwangError } from '../domain/index.ts';
import { openHome, restoreHome } from '../lake/index.ts';
import { openRecords, recordsWait } from '../records/index.ts';
import { type CommonOptions, homePath, withCommonOptions } from './command.ts';
import type { Say } from './language.ts';
import { print, printJson, tell } from './output.ts';

interface RestoreOptions extends CommonOptions {
  readonly at?: string;
}

export function addRestore(program: Command, say: Say): void {
  withCommonOptions(program.command('restore <folder>'), say)
    .description(
      say({
        ko: '폴더의 최신 백업으로 홈을 만듦. 주어진 홈은 비어 있어야 함',
        en: 'make a home of the newest backup in a folder; the home given must be empty',
      }),
    )
    .option(
      '--at <instant>',
      say({
        ko: '최신 대신 이 시각의 백업, sihwang backup이 출력한 그대로',
        en: 'the backup of this instant instead, as sihwang backup printed it',
      }),
    )
    .action(async (folder: string, options: RestoreOptions) => {
      const home = homePath(options);
      const { at, homeId, files } = await restoreHome(resolve(folder), home, options.at);
      const records = recordsWait(home) ? await takeRecords(home, say) : 'none';
      if (options.json) printJson({ home, homeId, at, files: files.length, records });
      else
        print(
          say({
            ko: `${at} 기준의 파일 ${files.length}개를 ${home}에 되살렸습니다. sihwang start가 시황을 다시 공표합니다`,
            en: `${files.length} files as of ${at} are in ${home}; sihwang start publishes their conditions again`,
          }),
        );
    });
}

/** Puts the records back into their PostgreSQL; where that can't be now, the first use of them does. */
async function takeRecords(home: string, say: Say): Promise<'restored' | 'waiting'> {
  try {
    const records = await openRecords(openHome(home), { onProgress: (line) => tell(`  ${say(line)}`) });
    await records.close();
    return 'restored';
  } catch (error) {
    if (!(error instanceof SihwangError)) throw error;
    const { message, hint, ko } = error;
    tell(
      say({
        ko: `  기록은 처음 쓸 때 되살립니다: ${ko.message} → ${ko.hint}`,
        en: `  the records wait for their first use: ${message} → ${hint}`,
      }),
    );
    return 'waiting';
  }
}
