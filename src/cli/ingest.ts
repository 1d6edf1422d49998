import type { Command } from 'commander';
import { type Bilingual, EXIT, SihwangError } from '../domain/index.ts';
import { LAKE_REASONS, readPointer, type TakenIn } from '../lake/index.ts';
import { type LeftOutCount, leftOutCounts } from '../market/index.ts';
import { ingestFiles } from '../pipeline/index.ts';
import { formatCount, type Language, textOf } from '../show/index.ts';
import { type Feed, feedById, feeds } from '../sources/index.ts';
import { type CommonOptions, homeOf, readFeed, withCommonOptions } from './command.ts';
import { languageOf, type Say, sayIn } from './language.ts';
import { OUTCOME_WORDS, rowsText } from './outcomes.ts';
import { print, printJson, type TableColumn, table } from './output.ts';
import { tellStage } from './stages.ts';
import { waitMs } from './wait-option.ts';

interface IngestOptions extends CommonOptions {
  readonly file: string[];
  readonly dryRun?: boolean;
  readonly wait?: string | boolean;
}

export function addIngest(program: Command, say: Say): void {
  const known = feeds.map(({ profile }) => `  ${profile.id.padEnd(20)} ${say(profile.name)}`).join('\n');
  withCommonOptions(program.command('ingest <feed>'), say)
    .description(
      say({
        ko: '공표된 파일을 홈에 받아 넣고 시황을 공표',
        en: 'take published files of a feed into the home and publish its conditions',
      }),
    )
    .requiredOption(
      '--file <path...>',
      say({
        ko: '공표된 그대로의 파일, 폴더, 압축 파일(gzip, zip), 또는 표준 입력은 -. CSV 또는 Parquet',
        en: 'files as published, folders, archives (gzip, zip) or - for standard input; CSV or Parquet',
      }),
    )
    .option(
      '--dry-run',
      say({
        ko: '행마다 어떻게 될지 판정만 하고, 아무것도 남기지 않음',
        en: 'judge every row and say what would become of it; nothing is kept',
      }),
    )
    .option(
      '--wait [seconds]',
      say({
        ko: '다른 프로세스가 홈에 쓰는 동안 기다림 (기본: 끝날 때까지)',
        en: 'wait while another process is writing to the home (default: for as long as it takes)',
      }),
    )
    .addHelpText('after', say({ ko: `\n자료:\n${known}`, en: `\nFeeds:\n${known}` }))
    .action(ingest);
}

async function ingest(id: string, options: IngestOptions): Promise<void> {
  const feed = feedById(id);
  if (!feed) {
    throw new SihwangError(
      'FEED_UNKNOWN',
      { ko: `없는 자료: ${id}`, en: `there is no feed ${id}` },
      {
        exit: EXIT.usage,
        hint: {
          ko: `있는 자료: ${feeds.map((one) => one.profile.id).join(', ')}.`,
          en: `Known feeds: ${feeds.map((one) => one.profile.id).join(', ')}.`,
        },
      },
    );
  }
  const home = homeOf(options);
  const result = await ingestFiles(home, feed, options.file, {
    waitMs: waitMs(options.wait),
    command: `ingest ${id}`,
    ...(options.dryRun ? { dryRun: true } : {}),
    onStage: tellStage(languageOf(options)),
  });
  const shown = readPointer(home).feeds[id] !== undefined;
  const leftOut = shown && !options.dryRun ? await readFeed({ ...options, feed: id }, leftOutCounts) : [];
  if (options.json) {
    printJson({
      feed: id,
      simulated: feed.profile.simulated,
      published: result.published,
      dryRun: options.dryRun === true,
      skipped: result.skipped,
      leftOut,
      files: result.taken.map(({ status, commit }) => ({
        status,
        file: commit.raws[0]!.name,
        rawId: commit.raws[0]!.rawId,
        receivedAt: commit.raws[0]!.receivedAt,
        rows: commit.rows,
        outcomes: commit.outcomes,
        reasons: commit.reasons,
      })),
    });
    return;
  }
  const say = sayIn(languageOf(options));
  for (const name of result.skipped) print(say(skippedText(name, id)));
  for (const taken of result.taken) print(describe(feed, taken, options));
  if (options.dryRun)
    print(say({ ko: '판정만 했습니다. 아무것도 남기지 않았습니다', en: 'dry run: nothing was kept' }));
  for (const line of describeLeftOut(leftOut, options)) print(line);
  if (result.published)
    print(`${say(feed.profile.name)}: ${say({ ko: '시황 공표됨', en: 'conditions published' })}`);
}

function skippedText(name: string, feed: string): Bilingual {
  return name.endsWith('/')
    ? {
        ko: `${name}: 폴더 안의 폴더라서 건너뜀. 받아 넣으려면 --file로 따로 주세요`,
        en: `${name}: a folder in a folder; skipped. Give it with --file of its own to take it in`,
      }
    : { ko: `${name}: ${feed}의 표가 아니어서 건너뜀`, en: `${name}: no table of ${feed}; skipped` };
}

const READ_AS: Readonly<Record<string, Bilingual>> = {
  cp949: { ko: 'CP949로 읽음', en: 'read as CP949' },
  damaged: { ko: '읽을 수 없는 글자가 든 줄이 있음', en: 'some lines are not readable text' },
  parquet: { ko: 'Parquet으로 읽음', en: 'read as Parquet' },
};

const REASON_TITLES: Readonly<Record<Language, readonly TableColumn[]>> = {
  ko: [{ title: '결과' }, { title: '규칙' }, { title: '행', right: true }, { title: '뜻' }],
  en: [{ title: 'outcome' }, { title: 'reason' }, { title: 'rows', right: true }, { title: 'meaning' }],
};

/** One file's outcome: the five counts, which add up to its rows, and the reasons behind them. */
function describe(feed: Feed, { status, commit }: TakenIn, options: CommonOptions): string {
  const language = languageOf(options);
  const say = sayIn(language);
  const count = (value: number) => formatCount(value, language);
  const raw = commit.raws[0]!;
  if (status === 'already') {
    return say({
      ko: `${raw.name}: 똑같은 바이트를 ${raw.receivedAt}에 받아 넣었습니다. 바뀐 것이 없습니다`,
      en: `${raw.name}: these very bytes were taken in at ${raw.receivedAt}; nothing changed`,
    });
  }
  const head = `${raw.name}: ${rowsText(commit.rows, commit.outcomes, language)}`;
  const readAs = READ_AS[raw.encoding];
  const encoding = readAs ? `\n  ${say(readAs)}` : '';
  if (commit.reasons.length === 0) return head + encoding;
  const says = (id: string) =>
    (feed.rules.find((rule) => rule.id === id)?.says ?? LAKE_REASONS[id])?.[language] ?? id;
  const rows = commit.reasons.map(({ outcome, reason, rows: n }) => [
    say(OUTCOME_WORDS[outcome]),
    reason,
    count(n),
    says(reason),
  ]);
  return `${head}${encoding}\n${table(REASON_TITLES[language], rows)}`;
}

/** Rules over a market's past decide anew with every publication, so their counts are the feed's, not one file's. */
function describeLeftOut(counts: readonly LeftOutCount[], options: CommonOptions): string[] {
  const language = languageOf(options);
  const says = textOf(language).leftOutReason;
  return counts.map(({ reason, prices, days }) =>
    sayIn(language)({
      ko: `받은 것 가운데 ${formatCount(days, language)}일의 가격 ${formatCount(prices, language)}개는 비교에서 뺌: ${reason} (${says[reason] ?? reason})`,
      en: `of all accepted, ${formatCount(prices, language)} prices on ${formatCount(days, language)} days are out of prices: ${reason} (${says[reason] ?? reason})`,
    }),
  );
}
