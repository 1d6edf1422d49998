import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Bilingual, EXIT, SihwangError } from '../domain/index.ts';
import { calendarsOf, type Home, readCommits, type TakenIn, withWriterLock } from '../lake/index.ts';
import {
  type Chunk,
  Circuit,
  type DayRange,
  type FetchErrorKind,
  type FetchScope,
  type Keyring,
  readKeys,
  readOrigins,
  type Settled,
  sourceCaller,
} from '../sources/index.ts';
import { noteFields } from './answer-fields.ts';
import { type AskedFeed, type FetchedChunk, type FetchWorld, fetchOne, settleBatch } from './fetch-batch.ts';
import { type BudgetNeed, FetchBudget } from './fetch-budget.ts';
import { type OpenFetchState, openFetchState, readFetchState } from './fetch-journal.ts';
import { type FetchPlan, nextSourceDay, planFetch, trailingWindow } from './fetch-plan.ts';
import { type IngestOptions, lockOf, publishAfter } from './ingest-files.ts';
import { noteEvents } from './source-events.ts';

/** What is to be fetched; without a range the days that the publisher may still correct. */
export interface FetchQuestion {
  readonly range?: DayRange;
  readonly scope?: FetchScope;
  /** A backfill leaves a part of each day's calls to the daily fetch. */
  readonly backfill: boolean;
}

export interface FetchOptions extends IngestOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Ends the fetch after a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onNote?: (note: Bilingual) => void;
  /** Told after each chunk. */
  readonly onProgress?: (done: number, total: number, detail: string) => void;
  /** Stand in for waiting and for chance in tests. */
  readonly sleep?: (ms: number) => Promise<void>;
  readonly random?: () => number;
  /** Where an origin's calls go; else as SIHWANG_ORIGINS says. */
  readonly originOf?: (origin: string) => string;
}

/** Why no more was asked. */
export interface FetchStop {
  readonly kind: FetchErrorKind | 'cancelled';
  readonly detail: string;
  /** ISO instant before which the source is not asked again. */
  readonly until?: string;
}

export interface Fetched {
  readonly skipped: number;
  readonly postponed: number;
  /** What became of the chunks that were asked. */
  readonly settled: readonly Settled[];
  readonly calls: number;
  readonly taken: readonly TakenIn[];
  readonly published: boolean;
  /** Chunks that were not asked, or not to their end. */
  readonly left: number;
  readonly stop?: FetchStop;
}

/** What a fetch would do. */
export interface FetchEstimate extends FetchPlan {
  readonly budgets: readonly BudgetNeed[];
}

/** A batch is taken in when it is so large or so old: a death costs no more than that to do again, and no call. */
const BATCH_CHUNKS = 32;
const BATCH_MS = 30_000;
const AUTH_PAUSE_MS = 3_600_000;
const CIRCUIT_PAUSE_MS = 15 * 60_000;

/** Says which calls a fetch would make and what they cost of each budget, without making any and without a key. */
export async function estimateFetch(
  home: Home,
  feed: AskedFeed,
  question: FetchQuestion,
  options: Pick<FetchOptions, 'environment' | 'now'>,
): Promise<FetchEstimate> {
  const now = (options.now ?? (() => new Date()))();
  const state = readFetchState(home);
  const plan = planFetch(
    feed.profile,
    feed.connector,
    asked(feed, question, now),
    await state.ledger(feed.profile.id),
    now,
  );
  const { keyOf } = keysOf(home, feed, options.environment);
  const budget = new FetchBudget(home, feed, keyOf, question.backfill);
  return { ...plan, budgets: await budget.needs(state, plan.ask, now) };
}

/**
 * Asks a source for everything of a range that is not good yet, keeps every answer, takes the rows in, and publishes at
 * the end. The home's lock is held for a batch at a time, so that other builds get their turn in a long fetch. What an
 * earlier process had fetched and not taken in is taken in without being asked for again.
 */
export async function fetchFeed(
  home: Home,
  feed: AskedFeed,
  question: FetchQuestion,
  options: FetchOptions,
): Promise<Fetched> {
  const now = options.now ?? (() => new Date());
  const keys = keysOf(home, feed, options.environment, options.onNote);
  if (keys.missing.length > 0) throw keyMissing(home, feed, keys);
  const budget = new FetchBudget(home, feed, keys.keyOf, question.backfill);
  const call = sourceCaller(feed.connector, {
    keyOf: keys.keyOf,
    ...(options.originOf ? { originOf: options.originOf } : originsOf(options.environment)),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const calendars = await calendarsOf(home);
  const run = new FetchRun(home, feed, budget, options, {
    call: (request) => {
      run.calls += 1;
      return call(request);
    },
    calendars,
    now,
    sleep: options.sleep ?? ((ms) => pause(ms, undefined, { signal: options.signal })),
    random: options.random ?? Math.random,
  });
  let plan: FetchPlan | undefined;
  for (let first = true; first || run.goesOn; first = false) {
    await inTurn(home, options, first, async (state) => {
      if (!plan) {
        plan = planFetch(
          feed.profile,
          feed.connector,
          asked(feed, question, now()),
          await state.ledger(feed.profile.id),
          now(),
        );
        run.begin(plan.ask);
      }
      await run.batch(state);
      if (run.goesOn || options.signal?.aborted) return;
      const lastDay = readCommits(home, feed.profile.id)
        .flatMap((commit) => commit.lastDay ?? [])
        .sort()
        .at(-1);
      await noteEvents(state, feed.profile, calendars, lastDay ?? null, now());
      run.published = await publishAfter(home, feed, options);
    });
  }
  return run.result(plan!);
}

/** One fetch from its plan to its end, over several turns with the home's lock. */
class FetchRun {
  calls = 0;
  published = false;
  private readonly queue: Chunk[] = [];
  private readonly settled: Settled[] = [];
  private readonly taken: TakenIn[] = [];
  private readonly circuit = new Circuit();
  private total = 0;
  private left = 0;
  private stop: FetchStop | undefined;
  private readonly home: Home;
  private readonly feed: AskedFeed;
  private readonly budget: FetchBudget;
  private readonly options: FetchOptions;
  private readonly world: FetchWorld;

  constructor(home: Home, feed: AskedFeed, budget: FetchBudget, options: FetchOptions, world: FetchWorld) {
    this.home = home;
    this.feed = feed;
    this.budget = budget;
    this.options = options;
    this.world = world;
  }

  get goesOn(): boolean {
    return this.queue.length > 0;
  }

  begin(chunks: readonly Chunk[]): void {
    this.queue.push(...chunks);
    this.total = chunks.length;
  }

  /** Fetches chunks in parallel until the batch is full, then takes them in and settles them. */
  async batch(state: OpenFetchState): Promise<void> {
    const fetched: FetchedChunk[] = [];
    const until = this.world.now().getTime() + BATCH_MS;
    let begun = 0;
    const worker = async (): Promise<void> => {
      while (begun < BATCH_CHUNKS && this.world.now().getTime() < until) {
        const chunk = this.queue.shift();
        if (!chunk) return;
        begun += 1;
        await this.fetch(chunk, state, fetched);
      }
    };
    const failures = (
      await Promise.allSettled(Array.from({ length: this.feed.connector.manners.parallel }, worker))
    ).filter((outcome) => outcome.status === 'rejected');
    if (failures[0]) throw failures[0].reason;
    const { taken, settled } = await settleBatch(this.home, this.feed, fetched, state, this.world.now());
    const fresh = taken.filter(({ status }) => status === 'taken').map(({ commit }) => commit);
    await noteFields(this.home, state, this.feed.profile.id, fresh, this.world.now());
    this.taken.push(...taken);
    this.settled.push(...settled);
  }

  private async fetch(chunk: Chunk, state: OpenFetchState, fetched: FetchedChunk[]): Promise<void> {
    const { options, feed, world } = this;
    try {
      options.signal?.throwIfAborted();
      const end = await fetchOne(this.home, feed, chunk, state, this.budget, world);
      if (end.as === 'failed') {
        this.circuit.failed(end.kind);
        if (end.kind === 'auth' || end.kind === 'quota' || this.circuit.open) {
          await this.halt(chunk, end, state);
          if (end.kind !== 'transient' && end.kind !== 'rate') return;
        }
      } else this.circuit.succeeded();
      fetched.push({ chunk, end });
      const done = this.settled.length + fetched.length;
      options.onProgress?.(done, this.total, chunk.id);
    } catch (error) {
      if (!options.signal?.aborted) throw error;
      this.giveUp(1, { kind: 'cancelled', detail: 'stopped on request; what was fetched is kept' });
    }
  }

  /** No further call of this key and budget, now and in the next runs for a while. */
  private async halt(
    chunk: Chunk,
    end: { readonly kind: FetchErrorKind; readonly detail: string; readonly retryAt?: Date },
    state: OpenFetchState,
  ): Promise<void> {
    const now = this.world.now();
    const until =
      end.retryAt ??
      (end.kind === 'quota'
        ? nextSourceDay(this.feed.profile, now)
        : new Date(now.getTime() + (end.kind === 'auth' ? AUTH_PAUSE_MS : CIRCUIT_PAUSE_MS)));
    const { kind, detail } = end;
    const account = this.budget.account(chunk.budget);
    if (!(await state.stopAt(account, now)) && !(kind === 'quota' && end.retryAt)) {
      await state.stop(account, { at: now.toISOString(), until: until.toISOString(), kind, detail });
    }
    this.giveUp(kind === 'transient' || kind === 'rate' ? 0 : 1, {
      kind,
      detail,
      until: until.toISOString(),
    });
  }

  private giveUp(chunks: number, stop: FetchStop): void {
    this.left += chunks + this.queue.length;
    this.queue.length = 0;
    this.stop ??= stop;
  }

  result(plan: FetchPlan): Fetched {
    const { settled, calls, taken, published, left, stop } = this;
    const { skipped, postponed } = plan;
    return { skipped, postponed, settled, calls, taken, published, left, ...(stop ? { stop } : {}) };
  }
}

/** A turn with the home's lock. Only the first one may be refused: a fetch that has begun waits for the others. */
async function inTurn(
  home: Home,
  options: FetchOptions,
  first: boolean,
  work: (state: OpenFetchState) => Promise<void>,
): Promise<void> {
  const lock = lockOf(options);
  if (!first) await pause(LET_OTHERS_IN_MS);
  await withWriterLock(home, first ? lock : { ...lock, waitMs: Number.POSITIVE_INFINITY }, async () => {
    const state = openFetchState(home, options.onNote);
    try {
      await work(state);
    } finally {
      state.close();
    }
  });
}

/** Longer than those who wait for the lock sleep between two tries. */
const LET_OTHERS_IN_MS = 250;

function asked(
  feed: AskedFeed,
  { range, scope }: FetchQuestion,
  now: Date,
): { range: DayRange; scope: FetchScope | undefined } {
  return { range: range ?? trailingWindow(feed.profile, now), scope };
}

/** The keys of a feed, from the environment or the home's file. */
export function keysOf(
  home: Home,
  feed: AskedFeed,
  environment: FetchOptions['environment'],
  onWarning?: (warning: Bilingual) => void,
): Keyring {
  return readKeys(feed.connector.keys, environment, join(home.path, 'keys.env'), onWarning);
}

export function keyMissing(home: Home, feed: AskedFeed, { missing }: Keyring): SihwangError {
  const names = missing.map(({ id }) => id).join(', ');
  return new SihwangError(
    'KEY_MISSING',
    {
      ko: `${feed.profile.id}에 필요한 키가 없습니다: ${names}`,
      en: `${feed.profile.id} needs ${names}, which is not set`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: `${[...new Set(missing.map(({ from }) => from))].join(', ')}에서 신청한 뒤 ${names}을(를) 환경 변수로 두거나 ${join(home.path, 'keys.env')}에 NAME=value로 쓰세요 (chmod 600).`,
        en: `Apply at ${[...new Set(missing.map(({ from }) => from))].join(' and ')}; then set ${names} in the environment or write NAME=value into ${join(home.path, 'keys.env')} (chmod 600).`,
      },
    },
  );
}

/** Where calls go instead, as SIHWANG_ORIGINS says; throws ORIGINS_UNREADABLE. */
export function originsOf(environment: FetchOptions['environment']): {
  originOf?: (origin: string) => string;
} {
  const text = environment.SIHWANG_ORIGINS;
  if (!text) return {};
  const originOf = readOrigins(text);
  if (originOf) return { originOf };
  throw new SihwangError(
    'ORIGINS_UNREADABLE',
    {
      ko: 'SIHWANG_ORIGINS가 주소를 주소로 바꾸는 표가 아닙니다',
      en: 'SIHWANG_ORIGINS is not a map from origin to origin',
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: '{"https://source.example":"https://mirror.example"}처럼 쓰세요. 암호화하지 않은 http는 이 컴퓨터로만 됩니다.',
        en: 'Write {"https://source.example":"https://mirror.example"}; plain http only to this machine.',
      },
    },
  );
}
