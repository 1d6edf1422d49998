import { addDays, EXIT, SihwangError } from '../domain/index.ts';
import { calendarsOf, type Home, withWriterLock } from '../lake/index.ts';
import { type Chunk, type ChunkEnd, fetchChunk, sourceCaller } from '../sources/index.ts';
import type { AskedFeed } from './fetch-batch.ts';
import { FetchBudget } from './fetch-budget.ts';
import { keyMissing, keysOf, originsOf } from './fetch-feed.ts';
import { openFetchState } from './fetch-journal.ts';
import { sourceDay } from './fetch-plan.ts';

/** What one call to a source came to. */
export interface SourceCheck {
  readonly chunk: string;
  /** Without secrets. */
  readonly request: { readonly url: string; readonly query: Readonly<Record<string, string>> };
  readonly bytes: number;
  readonly ms: number;
  readonly end: ChunkEnd<number>;
}

/**
 * Asks for the first page of the last days, once, and judges the answer; nothing of it is kept, but the call counts in
 * the day's allowance. Throws KEY_MISSING, NOTHING_TO_ASK, or what the home's lock throws.
 */
export async function checkSource(
  home: Home,
  feed: AskedFeed,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<SourceCheck> {
  const { connector, profile } = feed;
  const keys = keysOf(home, feed, environment);
  if (keys.missing.length > 0) throw keyMissing(home, feed, keys);
  const call = sourceCaller(connector, { keyOf: keys.keyOf, ...originsOf(environment) });
  const chunk = lastChunk(feed, new Date());
  const budget = new FetchBudget(home, feed, keys.keyOf, false);
  // the first page alone, once: whether there are more of them is not what is asked
  const firstPage: typeof connector.judge = (...answer) => {
    const verdict = connector.judge(...answer);
    if (!verdict.ok) return verdict;
    const { total: _, ...page } = verdict.page;
    return { ok: true, page: { ...page, more: false } };
  };
  const once = { ...connector, manners: { ...connector.manners, attempts: 1 }, judge: firstPage };
  const calendars = await calendarsOf(home);
  return withWriterLock(home, { command: `sources check ${profile.id}` }, async () => {
    const state = openFetchState(home);
    const began = performance.now();
    let bytes = 0;
    try {
      const end = await fetchChunk<number>(once, chunk, {
        call: async (request) => {
          await budget.spendOne(state, chunk, new Date());
          const answer = await call(request);
          bytes = answer.bytes.length;
          return answer;
        },
        keep: async (answer) => answer.length,
        advance: async () => {},
        calendars,
        now: () => new Date(),
        sleep: async () => {},
        random: Math.random,
      });
      const { url, query } = connector.request(chunk, 0);
      return {
        chunk: chunk.id,
        request: { url, query },
        bytes,
        ms: Math.round(performance.now() - began),
        end,
      };
    } finally {
      state.close();
    }
  });
}

const SPAN_DAYS = { day: 3, week: 7, dekad: 11 } as const;

/** The last chunk of the last three days; of as many as publication takes, where these have none. */
function lastChunk({ connector, profile }: AskedFeed, now: Date): Chunk {
  const lastDay = addDays(sourceDay(profile, now), -1);
  const published = Math.ceil(profile.publicationLagHours / 24) + SPAN_DAYS[profile.granularity];
  for (const days of [SPAN_DAYS.day, published, Math.max(published, profile.lateWindowDays)]) {
    const chunk = connector.plan({ firstDay: addDays(lastDay, 1 - days), lastDay }, undefined, now).at(-1);
    if (chunk) return chunk;
  }
  throw new SihwangError(
    'NOTHING_TO_ASK',
    {
      ko: `${profile.id}에는 최근 며칠에 물을 것이 없습니다`,
      en: `${profile.id} has nothing to be asked for its last days`,
    },
    {
      exit: EXIT.tryAgain,
      hint: {
        ko: `기간을 넓혀 물으세요: sihwang fetch ${profile.id} --from DAY --to DAY --dry-run.`,
        en: `Ask for a longer range: sihwang fetch ${profile.id} --from DAY --to DAY --dry-run.`,
      },
    },
  );
}
