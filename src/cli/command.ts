import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT, SihwangError } from '../domain/index.ts';
import { feedsTakenIn, type Home, openHome, openServingLibrary, type ServingReader } from '../lake/index.ts';
import { feedsOf } from '../pipeline/index.ts';
import type { Feed } from '../sources/index.ts';
import type { Say } from './language.ts';

/** The options that every command has. */
export interface CommonOptions {
  readonly home?: string;
  readonly json?: boolean;
  readonly lang?: string;
}

/** Gives a command the options that all of them share. */
export function withCommonOptions(command: Command, say: Say): Command {
  return command
    .option(
      '--home <folder>',
      say({
        ko: '작업할 홈 폴더 (없으면 SIHWANG_HOME, 그것도 없으면 사용자 자료 폴더)',
        en: 'the installation to work on (else SIHWANG_HOME, else the user data folder)',
      }),
    )
    .option('--json', say({ ko: '프로그램이 읽을 JSON으로 출력', en: 'machine-readable output' }))
    .option(
      '--lang <language>',
      say({ ko: 'ko 또는 en (없으면 시스템의 언어 설정)', en: 'ko or en (else by the environment)' }),
    );
}

/** `--home`, else SIHWANG_HOME, else the platform's data folder. */
export function homePath(options: CommonOptions): string {
  const chosen = options.home ?? process.env.SIHWANG_HOME;
  if (chosen) return resolve(chosen);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'sihwang');
  if (process.platform === 'win32') return join(process.env.LOCALAPPDATA ?? homedir(), 'sihwang');
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'sihwang');
}

export function homeOf(options: CommonOptions): Home {
  return openHome(homePath(options));
}

/** The feed of a name: one of this version, or one of the home's own mappings. Throws FEED_UNKNOWN. */
export function feedNamed(home: Home, id: string): Feed {
  const known = feedsOf(home);
  const feed = known.find(({ profile }) => profile.id === id);
  if (feed) return feed;
  throw new SihwangError(
    'FEED_UNKNOWN',
    { ko: `없는 자료: ${id}`, en: `there is no feed ${id}` },
    {
      exit: EXIT.usage,
      hint: {
        ko: `있는 자료: ${known.map(({ profile }) => profile.id).join(', ')}.`,
        en: `Known feeds: ${known.map(({ profile }) => profile.id).join(', ')}.`,
      },
    },
  );
}

/** Runs a question on one feed of the home: the feed asked for, or the only one, or the demo last. */
export async function readFeed<T>(
  options: CommonOptions & { readonly feed?: string },
  ask: (reader: ServingReader) => Promise<T>,
): Promise<T> {
  const home = homeOf(options);
  const library = await openServingLibrary(
    home,
    feedsOf(home).map((feed) => feed.profile),
  );
  try {
    const published = library.feeds();
    const kept = published.length === 0 ? feedsTakenIn(home) : [];
    if (kept.length > 0) {
      throw new SihwangError(
        'NOTHING_PUBLISHED',
        {
          ko: `홈에 ${kept.join(', ')} 자료가 있으나 펴낸 시황이 없습니다: ${home.path}`,
          en: `the home ${home.path} keeps ${kept.join(', ')}, but nothing of it is published`,
        },
        {
          exit: EXIT.configuration,
          hint: {
            ko: '복원한 홈이 그렇습니다. sihwang start가 시황을 다시 펴냅니다.',
            en: 'A restored home is like that: sihwang start publishes its conditions again.',
          },
        },
      );
    }
    if (published.length === 0) {
      throw new SihwangError(
        'HOME_EMPTY',
        {
          ko: `홈에 아직 시장 자료가 없습니다: ${home.path}`,
          en: `the home ${home.path} holds no market yet`,
        },
        {
          exit: EXIT.configuration,
          hint: {
            ko: '모의 시장은 sihwang start, 실제 자료는 sihwang ingest FEED --file PATH로 넣으세요.',
            en: 'Run sihwang start for the demo market, or sihwang ingest FEED --file PATH.',
          },
        },
      );
    }
    const feed = options.feed ?? published.find((id) => id !== 'demo') ?? published[0]!;
    if (!published.includes(feed)) {
      throw new SihwangError(
        'FEED_UNKNOWN',
        { ko: `홈에 없는 자료: ${feed}`, en: `the home holds no feed ${feed}` },
        {
          exit: EXIT.usage,
          hint: { ko: `홈에 있는 자료: ${published.join(', ')}.`, en: `It holds ${published.join(', ')}.` },
        },
      );
    }
    return await library.read(feed, ask);
  } finally {
    await library.close();
  }
}
