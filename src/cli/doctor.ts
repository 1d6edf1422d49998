import { readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { EXIT, SihwangError } from '../domain/index.ts';
import { examineAws, readAwsSettings, UNVERIFIED, type Unverified } from '../jobs/index.ts';
import {
  type Commit,
  feedsTakenIn,
  rawPath,
  readCommits,
  readPointer,
  withWriterLock,
} from '../lake/index.ts';
import { feedsOf, journalHealth, silenceSaid, silentSources } from '../pipeline/index.ts';
import { type FreshMornings, openRecords, recordsStatus } from '../records/index.ts';
import type { Language } from '../show/index.ts';
import { type CommonOptions, homeOf, homePath, withCommonOptions } from './command.ts';
import { dailyMornings, morningsLine } from './daily-mornings.ts';
import { diskForecast } from './disk-forecast.ts';
import { languageOf, type Say } from './language.ts';
import { megabytes, print, printJson, table } from './output.ts';
import { linesOf } from './records.ts';

/** One thing looked at: whether it is well, and what to do when it is not. */
interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  readonly advice: string;
  /** The same in numbers, where there are any. */
  readonly figures?: Readonly<Record<string, unknown>>;
}

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
      const findings = [...(await examine(options)), ...(options.aws ? await awsFindings(options) : [])];
      if (options.json)
        printJson(options.aws ? [...findings, ...UNVERIFIED.map(unverifiedFinding)] : findings);
      else {
        print(
          table(
            [{ title: '' }, { title: 'check' }, { title: 'found' }, { title: 'what to do' }],
            findings.map((one) => [one.ok ? 'ok' : '!!', one.check, one.found, one.advice]),
          ),
        );
        if (options.aws) print(unverifiedText());
      }
      if (findings.some((one) => !one.ok)) process.exitCode = EXIT.configuration;
    });
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
    finding(
      'Node',
      major > 20 || (major === 20 && minor >= 19),
      process.versions.node,
      'Install Node 20.19 or newer.',
    ),
    finding(
      'lunar calendar',
      lunar,
      lunar ? 'dangi' : 'missing',
      'Use a Node with full ICU, or market holidays will be wrong.',
    ),
    finding('home', true, `${home.path} (${home.id})`, ''),
    await writerFinding(home),
    finding(
      'free disk',
      free > LOW_DISK_BYTES,
      megabytes(free),
      'Free some space: a build needs room for a second copy of the serving files.',
    ),
    finding('size of the home', true, megabytes(sizeOf(home.path)), ''),
    ...(['raw', 'clean', 'aside', 'serving'] as const).map((folder) =>
      finding(`size of ${folder}`, true, megabytes(sizeOf(home.at(folder))), ''),
    ),
    growthFinding(home, free),
    ...(await recordsFindings(home, languageOf(options))),
    journalFinding(home),
    ...(await silenceFindings(home, languageOf(options))),
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
        `feed ${feed}`,
        published,
        `${commits.length} files, through ${last}${published ? '' : ', not published'}`,
        'Run sihwang start, or ingest the file again: the interrupted publication is made up for.',
      );
    }),
  ];
}

/** What the account has to say; nothing of it is asked without `--aws`. */
async function awsFindings(options: CommonOptions): Promise<Finding[]> {
  try {
    return [...(await examineAws(readAwsSettings(homePath(options)))), databaseFinding()];
  } catch (error) {
    if (!(error instanceof SihwangError)) throw error;
    return [finding('AWS settings', false, error.message, error.hint)];
  }
}

/** Its value is a secret; whether it answers is the finding about the records. */
function databaseFinding(): Finding {
  const told = process.env.DATABASE_URL
    ? 'DATABASE_URL is set: a controller in the account can use the same, from a secret'
    : 'the own server of this machine: for the controller on this machine; controller=fargate needs a DATABASE_URL';
  return finding('database', true, told, '');
}

function unverifiedFinding({ name, fact, asked }: Unverified): Finding {
  return { ...finding(`unverified ${name}`, true, fact, ''), figures: { asked } };
}

function unverifiedText(): string {
  return [
    'Nothing here has been compared with a real account. Relied on, and not verified:',
    ...UNVERIFIED.map(({ fact, asked }) => `  ${asked ? '*' : '-'} ${fact}`),
    'Those with * are asked by SIHWANG_AWS_CONTRACT=1 (docs/aws.md), at no cost to speak of.',
  ].join('\n');
}

type Home = ReturnType<typeof homeOf>;

async function writerFinding(home: Home): Promise<Finding> {
  const last = lastWriter(home);
  try {
    await withWriterLock(home, { command: 'doctor' }, async () => {});
    return finding('writer lock', true, `free${last === null ? '' : `; last held by ${last}`}`, '');
  } catch (error) {
    return finding('writer lock', true, (error as Error).message, '');
  }
}

function lastWriter(home: Home): string | null {
  try {
    const { command, since } = JSON.parse(readFileSync(join(home.path, 'writer.json'), 'utf8'));
    return `${command} since ${since}`;
  } catch {
    return null;
  }
}

async function recordsFindings(home: Home, language: Language): Promise<Finding[]> {
  const status = await recordsStatus(home.path);
  const { problem } = status;
  const records = {
    ...finding(
      'records',
      problem === null,
      problem?.message ?? linesOf(status).join('; '),
      problem?.hint ?? '',
    ),
    figures: { ...status },
  };
  // records of an older version lack what is asked of them; they are not brought forward by looking
  if (status.state !== 'running' || status.missingMigrations?.length !== 0) return [records];
  try {
    const opened = await openRecords(home);
    try {
      const mornings = await dailyMornings(home, opened);
      return mornings === null ? [records] : [records, freshFinding(mornings, language)];
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (!(error instanceof SihwangError)) throw error;
    return [finding('records', false, error.message, error.hint)];
  }
}

/** A morning in twenty may be late; more is a fault to look at. */
const FRESH_SHARE = 0.95;

function freshFinding(mornings: FreshMornings, language: Language): Finding {
  const { schedule, judged, inTime } = mornings;
  return {
    ...finding(
      'fresh in time',
      judged === 0 || inTime / judged >= FRESH_SHARE,
      morningsLine(mornings, language),
      `Look at them with sihwang schedule mornings ${schedule} and sihwang runs show RUN; a schedule that begins earlier helps too.`,
    ),
    figures: { ...mornings },
  };
}

function journalFinding(home: Home): Finding {
  try {
    const health = journalHealth(home);
    if (!health) return finding('fetch journal', true, 'nothing was fetched yet', '');
    const torn =
      health.tornBytes === 0 ? '' : `; ${health.tornBytes} bytes of an unfinished record at its end`;
    return {
      ...finding('fetch journal', true, `${health.records} records, ${megabytes(health.bytes)}${torn}`, ''),
      figures: health,
    };
  } catch (error) {
    return finding(
      'fetch journal',
      false,
      (error as Error).message,
      'Restore it from a backup, or move it away: what was not taken in is asked again.',
    );
  }
}

async function silenceFindings(home: Home, language: Language): Promise<Finding[]> {
  try {
    const profiles = feedsOf(home).map(({ profile }) => profile);
    return (await silentSources(home, profiles, new Date())).map((silence) => {
      const { since, lastDay, events } = silence;
      const late = since === null ? [] : [silenceSaid(lastDay, new Date(since))];
      const told = [...new Set([...late, ...events].map((said) => said[language]))].join('; ');
      return {
        ...finding(
          `source ${silence.feed}`,
          false,
          told,
          `Run sihwang sources check ${silence.feed}, then sihwang fetch ${silence.feed}.`,
        ),
        figures: { ...silence },
      };
    });
  } catch (error) {
    return [finding('sources', false, (error as Error).message, 'Mend what it names, then look again.')];
  }
}

function sizesFinding(home: Home, feed: string): Finding {
  const serving = home.at('serving');
  const figures = {
    raw: sizeOf(home.at('raw', feed)),
    clean: sizeOf(home.at('clean', feed)),
    aside: sizeOf(home.at('aside', feed)),
    serving: readdirSync(serving)
      .filter((name) => name.replace(/-(conditions|forecasts)-\d+\.duckdb$/, '') === feed)
      .reduce((sum, name) => sum + bytesOf(join(serving, name)), 0),
  };
  const told = Object.entries(figures).map(([part, bytes]) => `${part} ${megabytes(bytes)}`);
  return { ...finding(`size of feed ${feed}`, true, told.join(', '), ''), figures };
}

/** What the last three months brought in day by day, and how long the disk lasts at that pace. */
function growthFinding(home: Home, freeBytes: number): Finding {
  const arrivals = feedsTakenIn(home).flatMap((feed) =>
    readCommits(home, feed).map((commit) => ({
      receivedMs: Math.min(...commit.raws.map((raw) => Date.parse(raw.receivedAt))),
      firstDay: commit.firstDay,
      bytes: bytesOfCommit(home, commit),
    })),
  );
  const kept = arrivals.reduce((sum, { bytes }) => sum + bytes, 0);
  const servedPerKept = kept === 0 ? 0 : sizeOf(home.at('serving')) / kept;
  const forecast = diskForecast(arrivals, { nowMs: Date.now(), freeBytes, servedPerKept });
  const { bytesPerMonth, bulkBytes, monthsLeft, soonFull } = forecast;
  const told =
    monthsLeft === null || monthsLeft > 120 ? 'more than ten years' : `${Math.floor(monthsLeft)} months`;
  return {
    ...finding(
      'disk forecast',
      !soonFull,
      `${megabytes(bytesPerMonth)} a month over the last three, ${megabytes(bulkBytes)} of history left out; the disk lasts ${told}`,
      'Free some space, or move the home to a larger disk (sihwang backup, sihwang restore); sihwang gc --dry-run lists what nothing needs.',
    ),
    figures: { bytesPerMonth, bulkBytes, freeBytes, monthsLeft },
  };
}

function bytesOfCommit(home: Home, { feed, raws, clean, aside }: Commit): number {
  return [
    home.at('clean', feed, clean),
    ...(aside === null ? [] : [home.at('aside', feed, aside)]),
    ...raws.map((raw) => rawPath(home, feed, raw.rawId)),
  ].reduce((sum, path) => sum + bytesOf(path), 0);
}

function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function finding(check: string, ok: boolean, found: string, advice: string): Finding {
  return { check, ok, found, advice: ok ? '' : advice };
}

function sizeOf(path: string): number {
  let bytes = 0;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    try {
      bytes += entry.isDirectory() ? sizeOf(join(path, entry.name)) : statSync(join(path, entry.name)).size;
    } catch {
      // a build may have renamed it meanwhile
    }
  }
  return bytes;
}
