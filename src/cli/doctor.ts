import { readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type Bilingual, EXIT, SihwangError } from '../domain/index.ts';
import { examineAws, readAwsSettings, UNVERIFIED, type Unverified } from '../jobs/index.ts';
import { feedsTakenIn, type Home, readCommits, readPointer, withWriterLock } from '../lake/index.ts';
import { feedsOf, journalHealth, silenceSaid, silentSources } from '../pipeline/index.ts';
import { type FreshMornings, openRecords, recordsStatus } from '../records/index.ts';
import type { Language } from '../show/index.ts';
import { type CommonOptions, homeOf, homePath, withCommonOptions } from './command.ts';
import { dailyMornings, morningsLine } from './daily-mornings.ts';
import { growthFinding, sizeOf, sizesFinding } from './doctor-sizes.ts';
import { asIs, type Finding, finding, findingJson, troubled, well } from './finding.ts';
import { languageOf, type Say } from './language.ts';
import { megabytes, print, printJson, table } from './output.ts';
import { linesOf } from './records.ts';

const LOW_DISK_BYTES = 1e9;

export function addDoctor(program: Command, say: Say): void {
  withCommonOptions(program.command('doctor'), say)
    .description(
      say({
        ko: '홈과 이 컴퓨터를 점검하고, 잘못된 것마다 할 일을 알려 줌',
        en: 'look at the home and this machine, and say what to do about what is wrong',
      }),
    )
    .option(
      '--aws',
      say({
        ko: 'aws.json이 가리키는 AWS 계정도 점검. 그 저장소에 작은 객체 하나를 쓰고 지움',
        en: 'ask the AWS account that aws.json names, too; writes and deletes one small object in its store',
      }),
    )
    .action(async (options: CommonOptions & { readonly aws?: boolean }) => {
      const language = languageOf(options);
      const findings = [...(await examine(options)), ...(options.aws ? await awsFindings(options) : [])];
      if (options.json)
        printJson(
          (options.aws ? [...findings, ...UNVERIFIED.map(unverifiedFinding)] : findings).map(findingJson),
        );
      else {
        print(describe(findings, language));
        if (options.aws) print(unverifiedText(language));
      }
      if (findings.some((one) => !one.ok)) process.exitCode = EXIT.configuration;
    });
}

function describe(findings: readonly Finding[], language: Language): string {
  const titles = { ko: ['', '점검', '결과', '할 일'], en: ['', 'check', 'found', 'what to do'] }[language];
  return table(
    titles.map((title) => ({ title })),
    findings.map(({ ok, check, found, advice }) => [
      ...[ok ? 'ok' : '!!', check[language], found[language], advice?.[language] ?? ''],
    ]),
  );
}

async function examine(options: CommonOptions): Promise<Finding[]> {
  const home = homeOf(options);
  const disk = statfsSync(home.path);
  const free = disk.bavail * disk.bsize;
  const pointer = readPointer(home);
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  const lunar =
    new Intl.DateTimeFormat('en-u-ca-dangi', { timeZone: 'UTC' }).resolvedOptions().calendar === 'dangi';
  return [
    finding(asIs('Node'), major > 20 || (major === 20 && minor >= 19), asIs(process.versions.node), {
      ko: 'Node 20.19 이상을 설치하세요.',
      en: 'Install Node 20.19 or newer.',
    }),
    finding(
      { ko: '음력', en: 'lunar calendar' },
      lunar,
      lunar ? asIs('dangi') : { ko: '없음', en: 'missing' },
      {
        ko: 'ICU가 모두 든 Node를 쓰세요. 없으면 시장 휴일이 틀립니다.',
        en: 'Use a Node with full ICU, or market holidays will be wrong.',
      },
    ),
    well({ ko: '홈', en: 'home' }, asIs(`${home.path} (${home.id})`)),
    await writerFinding(home),
    finding({ ko: '디스크 빈 곳', en: 'free disk' }, free > LOW_DISK_BYTES, asIs(megabytes(free)), {
      ko: '디스크를 비우세요. 새로 만드는 동안 서비스 파일이 두 벌 있어야 합니다.',
      en: 'Free some space: a build needs room for a second copy of the serving files.',
    }),
    well({ ko: '홈의 크기', en: 'size of the home' }, asIs(megabytes(sizeOf(home.path)))),
    ...(['raw', 'clean', 'aside', 'serving'] as const).map((folder) =>
      well({ ko: `${folder}의 크기`, en: `size of ${folder}` }, asIs(megabytes(sizeOf(home.at(folder))))),
    ),
    growthFinding(home, free),
    ...(await recordsFindings(home)),
    journalFinding(home),
    ...(await silenceFindings(home)),
    ...feedsTakenIn(home).map((feed) => sizesFinding(home, feed)),
    ...feedsTakenIn(home).map((feed) => {
      const commits = readCommits(home, feed);
      const last =
        commits
          .map((commit) => commit.lastDay)
          .sort()
          .at(-1) ?? '–';
      const published = pointer.feeds[feed] !== undefined;
      return finding(
        { ko: `자료 ${feed}`, en: `feed ${feed}` },
        published,
        {
          ko: `파일 ${commits.length}개, ${last}까지${published ? '' : ', 공표되지 않음'}`,
          en: `${commits.length} files, through ${last}${published ? '' : ', not published'}`,
        },
        {
          ko: 'sihwang start를 하거나 파일을 다시 넣으세요. 끊긴 공표를 마저 합니다.',
          en: 'Run sihwang start, or ingest the file again: the interrupted publication is made up for.',
        },
      );
    }),
  ];
}

/** What the account has to say; nothing of it is asked without `--aws`. */
async function awsFindings(options: CommonOptions): Promise<Finding[]> {
  try {
    const path = homePath(options);
    return [...(await examineAws(readAwsSettings(path), path)), databaseFinding()];
  } catch (error) {
    if (!(error instanceof SihwangError)) throw error;
    return [troubled({ ko: 'AWS 설정', en: 'AWS settings' }, error)];
  }
}

/** Its value is a secret; whether it answers is the finding about the records. */
function databaseFinding(): Finding {
  const told = process.env.DATABASE_URL
    ? {
        ko: 'DATABASE_URL이 있음: 계정 안의 제어기도 비밀에서 같은 것을 쓸 수 있음',
        en: 'DATABASE_URL is set: a controller in the account can use the same, from a secret',
      }
    : {
        ko: '이 컴퓨터의 자체 서버: 이 컴퓨터의 제어기용. controller=fargate에는 DATABASE_URL이 필요',
        en: 'the own server of this machine: for the controller on this machine; controller=fargate needs a DATABASE_URL',
      };
  return well({ ko: '데이터베이스', en: 'database' }, told);
}

function unverifiedFinding({ name, fact, asked }: Unverified): Finding {
  return { ...well({ ko: `확인 안 됨 ${name}`, en: `unverified ${name}` }, fact), figures: { asked } };
}

function unverifiedText(language: Language): string {
  const [before, after] = {
    ko: [
      '실제 계정과 견주어 본 것은 하나도 없습니다. 확인하지 못한 채 기대는 것:',
      '*가 붙은 것은 SIHWANG_AWS_CONTRACT=1(docs/aws.md)로 물어봅니다. 비용은 거의 없습니다.',
    ],
    en: [
      'Nothing here has been compared with a real account. Relied on, and not verified:',
      'Those with * are asked by SIHWANG_AWS_CONTRACT=1 (docs/aws.md), at no cost to speak of.',
    ],
  }[language];
  const facts = UNVERIFIED.map(({ fact, asked }) => `  ${asked ? '*' : '-'} ${fact[language]}`);
  return [before, ...facts, after].join('\n');
}

async function writerFinding(home: Home): Promise<Finding> {
  const check = { ko: '쓰기 잠금', en: 'writer lock' };
  const last = lastWriter(home);
  try {
    await withWriterLock(home, { command: 'doctor' }, async () => {});
    return well(check, {
      ko: `비어 있음${last === null ? '' : `; 마지막은 ${last.since}부터 ${last.command}`}`,
      en: `free${last === null ? '' : `; last held by ${last.command} since ${last.since}`}`,
    });
  } catch (error) {
    return well(check, wordsOf(error));
  }
}

function lastWriter(home: Home): { readonly command: string; readonly since: string } | null {
  try {
    return JSON.parse(readFileSync(join(home.path, 'writer.json'), 'utf8'));
  } catch {
    return null;
  }
}

async function recordsFindings(home: Home): Promise<Finding[]> {
  const status = await recordsStatus(home.path);
  const check = { ko: '기록', en: 'records' };
  const { problem } = status;
  const lines = { ko: linesOf(status, 'ko').join('; '), en: linesOf(status, 'en').join('; ') };
  const records = {
    ...(problem === null ? well(check, lines) : troubled(check, problem)),
    figures: { ...status },
  };
  // records of an older version lack what is asked of them; they are not brought forward by looking
  if (status.state !== 'running' || status.missingMigrations?.length !== 0) return [records];
  try {
    const opened = await openRecords(home);
    try {
      const mornings = await dailyMornings(home, opened);
      return mornings === null ? [records] : [records, freshFinding(mornings)];
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (!(error instanceof SihwangError)) throw error;
    return [troubled(check, error)];
  }
}

/** A morning in twenty may be late; more is a fault to look at. */
const FRESH_SHARE = 0.95;

function freshFinding(mornings: FreshMornings): Finding {
  const { schedule, judged, inTime } = mornings;
  return {
    ...finding(
      { ko: '제때 나온 아침', en: 'fresh in time' },
      judged === 0 || inTime / judged >= FRESH_SHARE,
      { ko: morningsLine(mornings, 'ko'), en: morningsLine(mornings, 'en') },
      {
        ko: `sihwang schedule mornings ${schedule}와 sihwang runs show RUN으로 살펴보세요. 예약을 앞당기는 것도 방법입니다.`,
        en: `Look at them with sihwang schedule mornings ${schedule} and sihwang runs show RUN; a schedule that begins earlier helps too.`,
      },
    ),
    figures: { ...mornings },
  };
}

function journalFinding(home: Home): Finding {
  const check = { ko: '요청 일지', en: 'fetch journal' };
  try {
    const health = journalHealth(home);
    if (!health) return well(check, { ko: '아직 물은 적이 없음', en: 'nothing was fetched yet' });
    const { records, bytes, tornBytes } = health;
    const found = {
      ko: `기록 ${records}개, ${megabytes(bytes)}${tornBytes === 0 ? '' : `; 끝에 쓰다 만 ${tornBytes}바이트`}`,
      en: `${records} records, ${megabytes(bytes)}${tornBytes === 0 ? '' : `; ${tornBytes} bytes of an unfinished record at its end`}`,
    };
    return { ...well(check, found), figures: health };
  } catch (error) {
    return finding(check, false, wordsOf(error), {
      ko: '백업에서 되살리거나 치워 두세요. 받아 넣지 않은 것은 다시 묻습니다.',
      en: 'Restore it from a backup, or move it away: what was not taken in is asked again.',
    });
  }
}

function wordsOf(error: unknown): Bilingual {
  const { message } = error as Error;
  return error instanceof SihwangError ? { ko: error.ko.message, en: message } : asIs(message);
}

async function silenceFindings(home: Home): Promise<Finding[]> {
  try {
    const profiles = feedsOf(home).map(({ profile }) => profile);
    return (await silentSources(home, profiles, new Date())).map((silence) => {
      const { since, lastDay, events } = silence;
      const late = since === null ? [] : [silenceSaid(lastDay, new Date(since))];
      const told = (language: Language) =>
        [...new Set([...late, ...events].map((said) => said[language]))].join('; ');
      return {
        ...finding(
          { ko: `공표처 ${silence.feed}`, en: `source ${silence.feed}` },
          false,
          { ko: told('ko'), en: told('en') },
          {
            ko: `sihwang sources check ${silence.feed} 다음에 sihwang fetch ${silence.feed}를 하세요.`,
            en: `Run sihwang sources check ${silence.feed}, then sihwang fetch ${silence.feed}.`,
          },
        ),
        figures: { ...silence },
      };
    });
  } catch (error) {
    return [
      finding({ ko: '공표처', en: 'sources' }, false, wordsOf(error), {
        ko: '나온 문제를 고치고 다시 살펴보세요.',
        en: 'Mend what it names, then look again.',
      }),
    ];
  }
}
