import type { Command } from 'commander';
import { EXIT, SihwangError } from '../domain/index.ts';
import { readAwsSettings } from '../jobs/index.ts';
import { deleteLeftovers, type Home, type Leftover, leftovers, withWriterLock } from '../lake/index.ts';
import {
  deleteRemote,
  type RemoteLeftover,
  type RemoteLook,
  remoteLeftovers,
  remoteRetention,
  removeEmptied,
  runLeftovers,
  stillUnneeded,
} from '../pipeline/runs/index.ts';
import { citedSnapshots, hasRecords } from '../records/index.ts';
import { formatCount, gcTextOf, type Language } from '../show/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { languageOf, type Say } from './language.ts';
import { megabytes, print, printJson, table, tell } from './output.ts';
import { waitMs } from './wait-option.ts';
import { withRecords } from './with-records.ts';

interface GcOptions extends CommonOptions {
  readonly aws?: boolean;
  readonly dryRun?: boolean;
  readonly keepDays: string;
  readonly wait?: string | boolean;
}

export function addGc(program: Command, say: Say): void {
  withCommonOptions(program.command('gc'), say)
    .description(
      say({
        ko: '더는 필요 없는 파일 삭제: 커밋에 없는 것, 새것으로 바뀐 서비스 파일, 어느 모델도 예측도 바탕으로 삼지 않는 뜬 자료와 작업과 보고서',
        en: 'delete files that nothing needs any more: what no commit names, serving files that were replaced, snapshots, runs and reports that no model and no forecast cites',
      }),
    )
    .option('--dry-run', say({ ko: '목록만 출력', en: 'only list them' }))
    .option(
      '--aws',
      say({
        ko: 'aws.json이 가리키는 S3 저장소에서 이 홈의 몫도 살핌',
        en: "look at the home's part of the S3 store that aws.json names, too",
      }),
    )
    .option(
      '--keep-days <number>',
      say({ ko: '이보다 새로운 파일은 그대로 둠', en: 'leave files alone that are younger' }),
      '30',
    )
    .option(
      '--wait [seconds]',
      say({
        ko: '다른 프로세스가 홈에 쓰는 동안 기다림',
        en: 'wait while another process is writing to the home',
      }),
    )
    .action(async (options: GcOptions) => {
      const retentionDays = Number(options.keepDays);
      if (!/^\d+$/.test(options.keepDays))
        throw new SihwangError(
          'KEEP_DAYS_UNREADABLE',
          {
            ko: `--keep-days의 값은 날수: ${options.keepDays}`,
            en: `--keep-days is a number of days, not ${options.keepDays}`,
          },
          {
            exit: EXIT.usage,
            hint: { ko: '--keep-days 30처럼 쓰세요.', en: 'Write --keep-days 30.' },
          },
        );
      const home = homeOf(options);
      const deleted = options.dryRun !== true;
      const now = new Date();
      // reading a bucket takes long, and ingests need the lock: only what is decided by the records is decided under it
      const look =
        options.aws && hasRecords(home.path)
          ? await withRecords(options, (records) => remoteLeftovers(home, records, { retentionDays, now }))
          : null;
      const found = await withWriterLock(home, { command: 'gc', waitMs: waitMs(options.wait) }, async () => {
        const { cited, ofRuns, away } = await byRecords(home, options, { retentionDays, now }, look);
        const list = await leftovers(home, { retentionDays, now, citedSnapshots: cited });
        list.push(...ofRuns);
        if (deleted) {
          deleteLeftovers(home, list);
          removeEmptied(home, list);
          await deleteRemote(away);
        }
        return [...list, ...away.map(({ uri, bytes, why }): Leftover => ({ path: uri, bytes, why }))];
      });
      const language = languageOf(options);
      const words = gcTextOf(language);
      const { store } = readAwsSettings(home.path);
      if (store && !options.aws) tell(words.notLooked(store));
      const bytes = bytesOf(found);
      if (options.json) printJson({ deleted, bytes, files: found });
      else print(found.length === 0 ? words.nothing : listed(found, words, language, deleted));
    });
}

function bytesOf(found: readonly Leftover[]): number {
  return found.reduce((sum, one) => sum + one.bytes, 0);
}

function listed(
  found: readonly Leftover[],
  words: ReturnType<typeof gcTextOf>,
  language: Language,
  deleted: boolean,
): string {
  const files = table(
    [{ title: words.file }, { title: words.bytes, right: true }, { title: words.why }],
    found.map((one) => [one.path, formatCount(one.bytes, language), words.reason(one.why)]),
  );
  const total = words.total(formatCount(found.length, language), megabytes(bytesOf(found)), deleted);
  return `${files}\n${total}`;
}

/**
 * Snapshots that the records rest on, none where the home has no records, and what runs have left that they do not, here
 * and in S3. Where the records do not answer none of it is touched.
 */
async function byRecords(
  home: Home,
  options: GcOptions,
  retention: { readonly retentionDays: number; readonly now: Date },
  look: RemoteLook | null,
): Promise<ByRecords> {
  const words = gcTextOf(languageOf(options));
  if (!hasRecords(home.path)) {
    if (options.aws) tell(words.noRecords);
    return { cited: new Set(), ofRuns: [], away: [] };
  }
  try {
    return await withRecords(options, async (records) => ({
      cited: await citedSnapshots(records.pool),
      ofRuns: await runLeftovers(home, records, retention),
      away: look ? stillUnneeded(look, await remoteRetention(home, records, retention)) : [],
    }));
  } catch (error) {
    // what was asked for by name has to say why it could not be done
    if (options.aws) throw error;
    tell(words.silentRecords((error as Error).message));
    return { cited: null, ofRuns: [], away: [] };
  }
}

interface ByRecords {
  readonly cited: ReadonlySet<string> | null;
  readonly ofRuns: readonly Leftover[];
  readonly away: readonly RemoteLeftover[];
}
