import type { Command } from 'commander';
import {
  openRecords,
  type RecordsStatus,
  recordsStatus,
  renewPassword,
  stopRecords,
} from '../records/index.ts';
import type { Language } from '../show/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { languageOf, type Say, sayIn, tellIn } from './language.ts';
import { megabytes, print, printJson } from './output.ts';

interface StartOptions extends CommonOptions {
  readonly adopt?: boolean;
  readonly newPassword?: boolean;
}

export function addRecords(program: Command, say: Say): void {
  const records = program.command('records').description(
    say({
      ko: '작업, 예약, 모델을 적어 두는 PostgreSQL',
      en: 'the PostgreSQL that keeps runs, schedules and models',
    }),
  );
  withCommonOptions(records.command('start'), say)
    .description(
      say({
        ko: '기록을 쓸 수 있게 하고, sihwang records stop을 할 때까지 홈 자체 서버를 켜 둠',
        en: 'make the records ready, and keep the home’s own server running until sihwang records stop',
      }),
    )
    .option(
      '--adopt',
      say({
        ko: '다른 홈의 것이던 기록을 이 홈의 것으로 만듦',
        en: 'make records that were another home’s this one’s',
      }),
    )
    .option(
      '--new-password',
      say({
        ko: '비밀번호 파일을 잃었을 때, 홈 자체 서버에 새 비밀번호를 줌',
        en: 'give the home’s own server a new password, when its file is lost',
      }),
    )
    .action(start);
  withCommonOptions(records.command('stop'), say)
    .description(
      say({
        ko: '홈 자체 서버를 멈춤, 커밋된 것은 남음',
        en: 'stop the home’s own server; what was committed is kept',
      }),
    )
    .option(
      '--force',
      say({ ko: '쓰고 있는 프로그램의 연결을 끊음', en: 'cut off the programs that use it' }),
    )
    .action(stop);
  withCommonOptions(records.command('status'), say)
    .description(
      say({ ko: '기록의 상태, 아무것도 시작하지 않음', en: 'how the records are; starts nothing' }),
    )
    .action(async (options: CommonOptions) => {
      const status = await recordsStatus(homeOf(options).path);
      if (options.json) printJson(status);
      else for (const line of linesOf(status, languageOf(options))) print(line);
    });
}

async function start(options: StartOptions): Promise<void> {
  const home = homeOf(options);
  if (options.newPassword) await renewPassword(home.path);
  const opened = await openRecords(home, {
    adopt: options.adopt === true,
    keep: true,
    onProgress: tellIn(languageOf(options)),
  });
  try {
    const status = await recordsStatus(home.path);
    if (options.json) printJson(status);
    else
      print(
        sayIn(languageOf(options))({
          ko: `기록 준비됨, 마이그레이션 ${status.migration}: PostgreSQL ${status.version}, ${status.address}`,
          en: `the records are ready at migration ${status.migration}: PostgreSQL ${status.version}, ${status.address}`,
        }),
      );
  } finally {
    await opened.close();
  }
}

async function stop(options: CommonOptions & { readonly force?: boolean }): Promise<void> {
  const stopped = await stopRecords(homeOf(options).path, { force: options.force === true });
  if (options.json) printJson({ stopped });
  else
    print(
      sayIn(languageOf(options))(
        stopped
          ? { ko: '기록의 서버를 멈췄습니다', en: 'the records’ server is stopped' }
          : { ko: '이 홈의 서버가 돌고 있지 않습니다', en: 'no server of this home runs' },
      ),
    );
}

/** What people read of a state. */
export function linesOf(status: RecordsStatus, language: Language): readonly string[] {
  const { state, server, version, address, sizeBytes, sessions, problem } = status;
  const size = sizeBytes === null ? '' : `, ${megabytes(sizeBytes)}`;
  const words = language === 'ko' ? koLines(status) : enLines(status);
  if (problem !== null) {
    const { message, hint } = language === 'ko' ? problem.ko : problem;
    return [`${words.unavailable}: ${message}`, `  → ${hint}`];
  }
  if (state === 'unused') return [words.unused];
  if (state === 'stopped') return [`${words.stopped} (PostgreSQL ${version}${size})`];
  return [
    `${words.running}: ${server === 'own' ? words.own : words.given}, PostgreSQL ${version}, ${address}${size}`,
    words.migration,
    ...sessions.map(({ name, connections }) => `${words.inUse}: ${name || words.nameless} (${connections})`),
  ];
}

const koLines = ({ migration, missingMigrations }: RecordsStatus) => ({
  unavailable: '쓸 수 없음',
  unused: '아직 쓰지 않음: 처음 쓸 때 준비함',
  stopped: '멈춤: 다음에 쓸 때 시작함',
  running: '돌고 있음',
  own: '홈 자체 서버',
  given: 'DATABASE_URL의 서버',
  migration: `마이그레이션 ${migration ?? '없음'}${missingMigrations?.length ? `, 다음에 쓸 때 ${missingMigrations.length}개 적용` : ''}`,
  inUse: '쓰는 프로그램',
  nameless: '이름 없는 프로그램',
});

const enLines = ({ migration, missingMigrations }: RecordsStatus): ReturnType<typeof koLines> => ({
  unavailable: 'unavailable',
  unused: 'not used yet: the first use sets them up',
  stopped: 'stopped: the next use starts them',
  running: 'running',
  own: 'the home’s own server',
  given: 'the server of DATABASE_URL',
  migration: `migration ${migration ?? 'none'}${missingMigrations?.length ? `, ${missingMigrations.length} to come at the next use` : ''}`,
  inUse: 'in use by',
  nameless: 'a program without a name',
});
