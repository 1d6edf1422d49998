import { join } from 'node:path';
import type { Command } from 'commander';
import { EXIT, SihwangError } from '../domain/index.ts';
import { type Home, openServingLibrary, readCommits } from '../lake/index.ts';
import { type DayState, freshness, type MarketDayState } from '../market/index.ts';
import { checkSource, feedsOf } from '../pipeline/index.ts';
import type { Language } from '../show/index.ts';
import { type Feed, feedById, feeds, readKeys } from '../sources/index.ts';
import { type CommonOptions, homeOf, readFeed, withCommonOptions } from './command.ts';
import { languageOf, type Say } from './language.ts';
import { print, printJson, table } from './output.ts';

interface FreshnessOptions extends CommonOptions {
  readonly days: string;
}

export function addSources(program: Command, say: Say): void {
  const sources = withCommonOptions(program.command('sources'), say)
    .description(
      say({
        ko: '모든 공표처: 주는 것, 받는 방법, 필요한 것, 여기의 자료가 얼마나 새것인지',
        en: 'every source: what it gives, how it comes, what it needs, and how fresh it is here',
      }),
    )
    .action(list);
  withCommonOptions(sources.command('check <feed>'), say)
    .description(
      say({
        ko: '공표처에 한 번만 물어 어떤 답인지 표시, 아무것도 남기지 않음',
        en: 'make one call to a source and say what its answer is; keeps nothing',
      }),
    )
    .action((id: string, _: CommonOptions, command: Command) => check(id, command.optsWithGlobals()));
  withCommonOptions(sources.command('freshness [feed]'), say)
    .description(
      say({
        ko: '시장마다 최근 며칠: 다 들어옴, 일부, 휴장, 아직 아님, 빠짐, 소식 없음',
        en: 'the last days of every market: complete, partial, closed, not yet due, missing or silent',
      }),
    )
    .option('--days <number>', say({ ko: '며칠', en: 'how many days' }), '7')
    .action((id: string | undefined, _: CommonOptions, command: Command) =>
      fresh(id, command.optsWithGlobals()),
    );
}

async function list(options: CommonOptions): Promise<void> {
  const home = homeOf(options);
  const known = feedsOf(home);
  const library = await openServingLibrary(
    home,
    known.map(({ profile }) => profile),
  );
  const now = new Date();
  const rows = [];
  try {
    const published = library.feeds();
    for (const feed of known) {
      const { profile, connector } = feed;
      const missing = keysOf(home, feed).missing.map(({ id }) => id);
      const days = published.includes(profile.id)
        ? await library.read(profile.id, (reader) => freshness(reader, 7, now))
        : [];
      rows.push({
        id: profile.id,
        name: profile.name,
        recordKind: profile.recordKind,
        priceKinds: profile.priceKinds,
        ways: profile.ways,
        granularity: profile.granularity,
        historyFrom: profile.historyFrom,
        lateWindowDays: profile.lateWindowDays,
        publicationLagHours: profile.publicationLagHours,
        silentAfterHours: profile.silentAfterHours,
        keys: (connector?.keys ?? []).map(({ id, from }) => ({ id, from, isSet: !missing.includes(id) })),
        licence: profile.licence,
        simulated: profile.simulated,
        lastDay: lastDayOf(home, profile.id),
        freshness: days.length === 0 ? null : countsOf(days),
      });
    }
  } finally {
    await library.close();
  }
  if (options.json) printJson(rows);
  else
    print(
      table(
        TITLES[languageOf(options)].map((title) => ({ title })),
        rows.map((row) => [
          row.id,
          row.recordKind,
          row.ways.join(' '),
          row.historyFrom ?? '–',
          String(row.lateWindowDays),
          row.keys.map(({ id, isSet }) => `${id} ${isSet ? '✓' : '✗'}`).join(' ') || '–',
          row.lastDay ?? '–',
          row.freshness === null
            ? '–'
            : Object.entries(row.freshness)
                .map(([state, count]) => `${state} ${count}`)
                .join(' '),
        ]),
      ),
    );
}

const TITLES: Readonly<Record<Language, readonly string[]>> = {
  ko: ['이름', '종류', '방법', '과거', '늦는 날', '키', '끝 날', '최근 7일 × 시장'],
  en: ['id', 'kind', 'ways', 'history', 'late days', 'keys', 'last day', 'last 7 days × markets'],
};

function countsOf(days: readonly MarketDayState[]): Partial<Record<DayState, number>> {
  const counts: Partial<Record<DayState, number>> = {};
  for (const { state } of days) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

function lastDayOf(home: Home, feed: string): string | null {
  const days = readCommits(home, feed).flatMap(({ lastDay }) => lastDay ?? []);
  return days.sort().at(-1) ?? null;
}

function keysOf(home: Home, feed: Feed) {
  return readKeys(feed.connector?.keys ?? [], process.env, join(home.path, 'keys.env'));
}

async function check(id: string, options: CommonOptions): Promise<void> {
  const feed = feedById(id);
  if (!feed?.connector)
    throw new SihwangError(
      'SOURCE_UNKNOWN',
      {
        ko: `HTTP로 물을 수 있는 자료가 아닙니다: ${id}`,
        en: `${id} is no source that can be asked over HTTP`,
      },
      {
        exit: EXIT.usage,
        hint: {
          ko: `물을 수 있는 자료: ${feeds.flatMap(({ profile, connector }) => (connector ? [profile.id] : [])).join(', ')}.`,
          en: `These can: ${feeds.flatMap(({ profile, connector }) => (connector ? [profile.id] : [])).join(', ')}.`,
        },
      },
    );
  const checked = await checkSource(homeOf(options), { ...feed, connector: feed.connector }, process.env);
  const { chunk, request, bytes, ms, end } = checked;
  const well = end.as !== 'failed';
  if (options.json) printJson({ feed: id, ...checked });
  else
    print(
      `${id}: ${chunk}\n${request.url}?${new URLSearchParams({ ...request.query })}\n${bytes} bytes in ${ms} ms\n${
        end.as === 'rows'
          ? `well: ${end.rows} rows on the first page`
          : end.as === 'failed'
            ? `${end.kind}: ${end.detail}`
            : ENDS[end.as]
      }`,
    );
  if (!well) process.exitCode = EXIT.tryAgain;
}

const ENDS = {
  closed: 'well: no rows, and the market was closed',
  missing: 'no rows, though the market traded: they may come later',
  empty: 'no rows; whether the market traded is not known, or the answer only leads to the data',
} as const;

async function fresh(id: string | undefined, options: FreshnessOptions): Promise<void> {
  const days = Number(options.days);
  if (!Number.isInteger(days) || days < 1 || days > 366)
    throw new SihwangError(
      'DAYS_UNREADABLE',
      {
        ko: `--days의 값은 1에서 366까지: ${options.days}`,
        en: `--days is a number from 1 to 366, not ${options.days}`,
      },
      {
        exit: EXIT.usage,
        hint: { ko: '--days 7처럼 쓰세요.', en: 'Write --days 7.' },
      },
    );
  const states = await readFeed(
    { ...options, ...(id === undefined ? {} : { feed: id }) },
    async (reader) => ({
      feed: reader.profile.id,
      markets: await freshness(reader, days, new Date()),
    }),
  );
  if (options.json) {
    printJson(states);
    return;
  }
  const ko = languageOf(options) === 'ko';
  const dates = [...new Set(states.markets.map(({ day }) => day))];
  const markets = new Map<string, MarketDayState[]>();
  for (const one of states.markets) {
    const name = `${one.priceKind} ${one.market}`;
    markets.set(name, [...(markets.get(name) ?? []), one]);
  }
  print(
    table(
      [{ title: ko ? '시장' : 'market' }, ...dates.map((title) => ({ title: title.slice(5) }))],
      [...markets].map(([market, list]) => [
        market,
        ...list.map(({ state, series }) => (series > 0 ? `${state} ${series}` : state)),
      ]),
    ),
  );
}
