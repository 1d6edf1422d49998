import type { Command } from 'commander';
import { type Bilingual, EXIT, parseLocalDate, SihwangError } from '../domain/index.ts';
import {
  type AskedFeed,
  estimateFetch,
  FETCH_WENT_WRONG,
  type FetchEstimate,
  type Fetched,
  type FetchQuestion,
  fetchFeed,
  fetchTrouble,
} from '../pipeline/index.ts';
import type { Language } from '../show/index.ts';
import { type ChunkStatus, feedById, feeds } from '../sources/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { countProgress } from './count-progress.ts';
import { languageOf, type Say, sayIn } from './language.ts';
import { print, printJson, table, tell } from './output.ts';
import { tellStage } from './stages.ts';
import { waitMs } from './wait-option.ts';

export interface FetchCliOptions extends CommonOptions {
  readonly from?: string;
  readonly to?: string;
  readonly items?: string[];
  readonly markets?: string[];
  readonly dryRun?: boolean;
  readonly wait?: string | boolean;
}

export function addFetch(program: Command, say: Say): void {
  withFetchOptions(program.command('fetch <feed>'), say)
    .description(
      say({
        ko: '공표처가 아직 고쳤을 수 있는 것을 묻고, 받아 넣어 공표',
        en: 'ask a source for what it may still have corrected, take it in and publish',
      }),
    )
    .option(
      '--from <day>',
      say({
        ko: '첫 날, YYYY-MM-DD (--to와 함께. 없으면 공표처가 아직 고치는 날들)',
        en: 'first day, YYYY-MM-DD (with --to; else the days that the publisher still corrects)',
      }),
    )
    .option('--to <day>', say({ ko: '끝 날, YYYY-MM-DD', en: 'last day, YYYY-MM-DD' }))
    .action((id: string, options: FetchCliOptions) => runFetch(id, options, false));
}

/** The options of fetching over HTTP, for the day's fetch and for the past. */
export function withFetchOptions(command: Command, say: Say): Command {
  const known = askedFeeds().map(({ profile, connector }) => {
    const key =
      connector.keys.length === 0
        ? say({ ko: '키 필요 없음', en: 'no key' })
        : connector.keys.map(({ id }) => id).join(', ');
    return `  ${profile.id.padEnd(20)} ${say(profile.name)} (${key})`;
  });
  return withCommonOptions(command, say)
    .option(
      '--items <code...>',
      say({ ko: '이 품목만, 공표처의 코드로', en: "only these items, by the source's own codes" }),
    )
    .option(
      '--markets <code...>',
      say({ ko: '이 시장만, 공표처의 코드로', en: "only these markets, by the source's own codes" }),
    )
    .option(
      '--dry-run',
      say({
        ko: '할 호출과 하루 허용량에서 쓰는 몫만 출력, 실제로 묻지는 않음',
        en: 'print the calls and what they cost of the daily allowance; call nobody',
      }),
    )
    .option(
      '--wait [seconds]',
      say({
        ko: '다른 프로세스가 홈에 쓰는 동안 기다림',
        en: 'wait while another process is writing to the home',
      }),
    )
    .addHelpText(
      'after',
      say({
        ko: `\n물을 수 있는 자료:\n${known.join('\n')}`,
        en: `\nFeeds that can be asked:\n${known.join('\n')}`,
      }),
    );
}

function askedFeeds(): AskedFeed[] {
  return feeds.filter((feed): feed is AskedFeed => feed.connector !== undefined);
}

function askedFeed(id: string): AskedFeed {
  const feed = feedById(id);
  if (feed?.connector) return feed as AskedFeed;
  const ids = askedFeeds().map(({ profile }) => profile.id);
  throw new SihwangError(
    feed ? 'FEED_NOT_ASKED' : 'FEED_UNKNOWN',
    {
      ko: feed ? `네트워크가 아니라 파일로 오는 자료: ${id}` : `없는 자료: ${id}`,
      en: feed ? `${id} comes as files, not over the network` : `there is no feed ${id}`,
    },
    {
      exit: EXIT.usage,
      hint: {
        ko: feed ? `sihwang ingest ${id} --file PATH로 넣으세요.` : `물을 수 있는 자료: ${ids.join(', ')}.`,
        en: feed ? `Run sihwang ingest ${id} --file PATH.` : `Feeds that can be asked: ${ids.join(', ')}.`,
      },
    },
  );
}

function questionOf(options: FetchCliOptions, backfill: boolean): FetchQuestion {
  const { from, to, items, markets } = options;
  if ((from === undefined) !== (to === undefined))
    throw badRange({ ko: '--from과 --to는 함께 씁니다', en: '--from and --to belong together' });
  for (const day of [from, to]) {
    if (day !== undefined && !parseLocalDate(day))
      throw badRange({ ko: `날짜(YYYY-MM-DD)가 아닙니다: ${day}`, en: `${day} is not a day, YYYY-MM-DD` });
  }
  if (from && to && from > to)
    throw badRange({ ko: `앞뒤가 바뀐 기간: ${from}부터 ${to}까지`, en: `${from} comes after ${to}` });
  const scope = { ...(items ? { items } : {}), ...(markets ? { markets } : {}) };
  return {
    backfill,
    ...(from && to ? { range: { firstDay: from, lastDay: to } } : {}),
    ...(items || markets ? { scope } : {}),
  };
}

function badRange(message: Bilingual): SihwangError {
  return new SihwangError('RANGE_UNREADABLE', message, {
    exit: EXIT.usage,
    hint: {
      ko: '--from 2025-01-01 --to 2025-12-31처럼 쓰세요.',
      en: 'Write --from 2025-01-01 --to 2025-12-31.',
    },
  });
}

/** Fetches a feed as asked, or with `backfill` its past, and says what came. */
export async function runFetch(id: string, options: FetchCliOptions, backfill: boolean): Promise<void> {
  const feed = askedFeed(id);
  const question = questionOf(options, backfill);
  const home = homeOf(options);
  const language = languageOf(options);
  const say = sayIn(language);
  if (options.dryRun) {
    const estimate = await estimateFetch(home, feed, question, { environment: process.env });
    if (options.json) printJson(estimateJson(id, estimate));
    else for (const line of describeEstimate(estimate, say)) print(line);
    return;
  }
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());
  const progress = countProgress({ ko: '묶음', en: 'chunks' }, language);
  const fetched = await fetchFeed(home, feed, question, {
    waitMs: waitMs(options.wait),
    command: `${backfill ? 'backfill' : 'fetch'} ${id}`,
    environment: process.env,
    signal: stopped.signal,
    onNote: (note) => tell(say(note)),
    onProgress: progress.step,
    onStage: tellStage(language),
  }).finally(() => progress.finish());
  if (options.json) printJson(fetchedJson(id, fetched));
  else for (const line of describeFetched(id, fetched, language)) print(line);
  const trouble = fetchTrouble(id, fetched);
  if (trouble) throw trouble;
}

function estimateJson(feed: string, { ask, skipped, postponed, budgets }: FetchEstimate) {
  return {
    feed,
    chunks: ask.length,
    skipped,
    postponed,
    budgets,
    firstChunks: ask.slice(0, 5).map(({ id }) => id),
  };
}

function describeEstimate({ ask, skipped, postponed, budgets }: FetchEstimate, say: Say): string[] {
  const rows = budgets.map((need) => [
    need.budget,
    String(need.calls),
    need.callsPerDay === null ? say({ ko: '한도를 모름', en: 'no limit known' }) : String(need.callsPerDay),
    String(need.usedToday),
    String(need.reserved),
    String(need.days),
  ]);
  const columns = [
    { ko: '허용량', en: 'allowance' },
    { ko: '호출', en: 'calls' },
    { ko: '하루', en: 'a day' },
    { ko: '오늘 씀', en: 'used today' },
    { ko: '날마다 받을 몫', en: 'left to the daily fetch' },
    { ko: '걸리는 날', en: 'days needed' },
  ];
  return [
    say({
      ko: `물을 묶음 ${ask.length}, 이미 제대로 받은 것 ${skipped}, 공표처가 아직 허락하지 않은 것 ${postponed}. 아무에게도 묻지 않았습니다`,
      en: `${ask.length} chunks to ask, ${skipped} good already, ${postponed} not yet allowed by the source; nobody was called`,
    }),
    ...(rows.length > 0
      ? [
          table(
            columns.map((title, at) => ({ title: say(title), right: at > 0 })),
            rows,
          ),
        ]
      : []),
  ];
}

function fetchedJson(feed: string, fetched: Fetched) {
  const { skipped, postponed, left, calls, published, stop, settled, taken } = fetched;
  return {
    ...{ feed, calls, skipped, postponed, left, published, stop: stop ?? null, chunks: countsOf(fetched) },
    problems: settled.filter(({ detail }) => detail !== undefined),
    commits: taken.map(({ status, commit }) => ({
      status,
      number: commit.number,
      rows: commit.rows,
      outcomes: commit.outcomes,
    })),
  };
}

function countsOf({ settled }: Fetched): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of settled) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const SHOWN_PROBLEMS = 10;

const STATUSES: Readonly<Record<ChunkStatus, Bilingual>> = {
  done: { ko: '받음', en: 'done' },
  empty: { ko: '빈 답', en: 'empty' },
  closed: { ko: '휴장', en: 'closed' },
  missing: { ko: '빠짐', en: 'missing' },
  partial: { ko: '일부', en: 'partial' },
  failed: { ko: '실패', en: 'failed' },
};

function describeFetched(id: string, fetched: Fetched, language: Language): string[] {
  const say = sayIn(language);
  const { skipped, postponed, left, calls, settled, taken, published } = fetched;
  const counts = Object.entries(countsOf(fetched))
    .map(([status, count]) => {
      const name = say(STATUSES[status as ChunkStatus]);
      return say({ ko: `${name} ${count}`, en: `${count} ${name}` });
    })
    .join(', ');
  const rows = taken.reduce((sum, { status, commit }) => sum + (status === 'taken' ? commit.rows : 0), 0);
  const problems = settled.filter(({ detail }) => detail !== undefined);
  const more = problems.length - SHOWN_PROBLEMS;
  return [
    say({
      ko: `${id}: 호출 ${calls}, 행 ${rows}. 묶음: ${counts || '물은 것 없음'}. 이미 제대로 받은 것 ${skipped}${postponed > 0 ? `, 공표처가 아직 허락하지 않은 것 ${postponed}` : ''}${left > 0 ? `, 다음으로 미룬 것 ${left}` : ''}`,
      en: `${id}: ${calls} calls, ${rows} rows; chunks: ${counts || 'none asked'}; ${skipped} were good already${postponed > 0 ? `, ${postponed} not yet allowed by the source` : ''}${left > 0 ? `, ${left} left for the next run` : ''}`,
    }),
    ...problems.slice(0, SHOWN_PROBLEMS).map(({ id: chunk, kind, detail }) =>
      say({
        ko: `  ${chunk}: ${kind === undefined ? '' : `${FETCH_WENT_WRONG[kind]}: `}${detail}`,
        en: `  ${chunk}: ${kind}: ${detail}`,
      }),
    ),
    ...(more > 0
      ? [say({ ko: `  그 밖에 ${more}개 (--json에 모두)`, en: `  and ${more} more (--json lists all)` })]
      : []),
    ...(published ? [`${id}: ${say({ ko: '시황 공표됨', en: 'conditions published' })}`] : []),
  ];
}
