import type { Calendars } from '../../domain/index.ts';
import type { Chunk, Connector, Page, SourceRequest, Verdict } from './connector.ts';
import type { FetchErrorKind } from './fetch-error.ts';
import { FetchFailure } from './fetch-failure.ts';
import type { HttpAnswer } from './http-call.ts';
import { pauseMs, retryInstant } from './retry.ts';

/** How far a chunk's paging has come, with what was kept: enough to go on in another process without asking again. */
export interface Cursor<Receipt> {
  /** The page to ask for next. */
  readonly index: number;
  readonly previous: Page;
  readonly rows: number;
  /** How often the chunk has been read from its first page, this reading included. */
  readonly reading: number;
  /** Whether the source's stated total became smaller during this reading. */
  readonly shrank: boolean;
  readonly receipts: readonly Receipt[];
}

/** What became of a chunk. `empty` = without rows, and nobody can say whether the market was open. */
export type ChunkEnd<Receipt> =
  | { readonly as: 'rows'; readonly rows: number; readonly receipts: readonly Receipt[] }
  | { readonly as: 'closed' | 'missing' | 'empty' }
  | {
      readonly as: 'failed';
      readonly kind: FetchErrorKind;
      readonly detail: string;
      readonly retryAt?: Date;
    };

export interface ChunkEffects<Receipt> {
  /** Makes one call, its cost accounted for before; throws FetchFailure. */
  readonly call: (request: SourceRequest, chunk: Chunk) => Promise<HttpAnswer>;
  /** Keeps the bytes of an accepted answer durably. */
  readonly keep: (bytes: Buffer, request: SourceRequest, chunk: Chunk) => Promise<Receipt>;
  /** Remembers durably how far the paging has come. */
  readonly advance: (chunk: Chunk, cursor: Cursor<Receipt>) => Promise<void>;
  /** What is known of the days on which markets trade. */
  readonly calendars: Calendars;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
}

/** A longer wait than this is left to the next run. */
const LONGEST_WAIT_MS = 15 * 60_000;
/** A chunk that has more pages than any source's largest day is a source that never says that it ends. */
const MAX_PAGES = 1_000;
/** A total that shrinks means that rows moved over a page's edge: one more reading is tried, then the chunk stays open. */
const MAX_READINGS = 2;

/**
 * Fetches one chunk page by page. Rates and passing faults are tried again; every other fault ends the chunk. A chunk is
 * complete when its last page says so and the rows are at least the source's own total. When that total became smaller
 * while paging, a row may have slipped over a page's edge unread: the chunk is read once more from its first page.
 * `from` goes on where an earlier process was stopped. Throws only what `keep` and `advance` throw.
 */
export async function fetchChunk<Receipt>(
  connector: Connector,
  chunk: Chunk,
  effects: ChunkEffects<Receipt>,
  from?: Cursor<Receipt>,
): Promise<ChunkEnd<Receipt>> {
  let cursor = from;
  try {
    for (;;) {
      const done = cursor !== undefined && !cursor.previous.more ? cursor : undefined;
      if (done) {
        if (!done.shrank || done.reading >= MAX_READINGS)
          return ended(connector, chunk, done, effects.calendars);
        cursor = undefined;
      }
      const index = cursor?.index ?? 0;
      if (index >= MAX_PAGES) return failed('partial', `no end after ${MAX_PAGES} pages`);
      const request = connector.request(chunk, index, cursor?.previous);
      const { page, bytes } = await askPage(connector, chunk, index, request, effects);
      if (cursor && page.mark === cursor.previous.mark && page.rows > 0) {
        return failed('partial', `page ${index + 1} repeats page ${index}: the source ignores paging`);
      }
      const receipts = cursor?.receipts ?? [];
      const kept = page.keep === false ? receipts : [...receipts, await effects.keep(bytes, request, chunk)];
      const total = cursor?.previous.total;
      cursor = {
        index: index + 1,
        previous: page,
        rows: (cursor?.rows ?? 0) + page.rows,
        reading: done ? done.reading + 1 : (cursor?.reading ?? 1),
        shrank:
          (cursor?.shrank ?? false) ||
          (page.total !== undefined && total !== undefined && page.total < total),
        receipts: kept,
      };
      await effects.advance(chunk, cursor);
    }
  } catch (error) {
    if (!(error instanceof FetchFailure)) throw error;
    if (error.kind === 'no_data') {
      // after pages with rows it is only another way to say that there are no more
      return cursor && cursor.rows > 0
        ? ended(connector, chunk, cursor, effects.calendars)
        : { as: asExpected(connector, chunk, effects.calendars) };
    }
    return failed(error.kind, error.message, error.retryAt);
  }
}

function ended<Receipt>(
  connector: Connector,
  chunk: Chunk,
  cursor: Cursor<Receipt>,
  calendars: Calendars,
): ChunkEnd<Receipt> {
  const { rows, receipts, shrank } = cursor;
  const { total } = cursor.previous;
  if (shrank) return failed('partial', 'the source took rows away while they were being read, twice');
  if (total !== undefined && rows < total) {
    return failed('partial', `${rows} of ${total} rows came`);
  }
  return rows === 0 ? { as: asExpected(connector, chunk, calendars) } : { as: 'rows', rows, receipts };
}

function asExpected(
  connector: Connector,
  chunk: Chunk,
  calendars: Calendars,
): 'closed' | 'missing' | 'empty' {
  const ends = { closed: 'closed', open: 'missing', unknown: 'empty' } as const;
  return ends[connector.expected(chunk, calendars)];
}

function failed<Receipt>(kind: FetchErrorKind, detail: string, retryAt?: Date): ChunkEnd<Receipt> {
  return { as: 'failed', kind, detail, ...(retryAt ? { retryAt } : {}) };
}

async function askPage<Receipt>(
  connector: Connector,
  chunk: Chunk,
  index: number,
  request: SourceRequest,
  effects: ChunkEffects<Receipt>,
): Promise<{ page: Page; bytes: Buffer }> {
  for (let attempt = 1; ; attempt++) {
    const { verdict, bytes } = await askOnce(connector, chunk, index, request, effects);
    if (verdict.ok) return { page: verdict.page, bytes };
    const passing = verdict.kind === 'rate' || verdict.kind === 'transient';
    const waitMs = Math.max(
      pauseMs(attempt, effects.random()),
      (verdict.retryAt?.getTime() ?? 0) - effects.now().getTime(),
    );
    if (!passing || attempt >= connector.manners.attempts || waitMs > LONGEST_WAIT_MS) {
      throw new FetchFailure(verdict.kind, verdict.detail, verdict.retryAt);
    }
    await effects.sleep(waitMs);
  }
}

async function askOnce<Receipt>(
  connector: Connector,
  chunk: Chunk,
  index: number,
  request: SourceRequest,
  effects: ChunkEffects<Receipt>,
): Promise<{ verdict: Verdict; bytes: Buffer }> {
  let answer: HttpAnswer;
  try {
    answer = await effects.call(request, chunk);
  } catch (error) {
    if (!(error instanceof FetchFailure)) throw error;
    const { kind, message, retryAt } = error;
    return {
      verdict: { ok: false, kind, detail: message, ...(retryAt ? { retryAt } : {}) },
      bytes: Buffer.alloc(0),
    };
  }
  const { status, bytes } = answer;
  // TextDecoder takes a byte order mark away
  const body = new TextDecoder('utf-8').decode(bytes);
  const verdict = connector.judge({ status, body }, chunk, index, request, effects.calendars);
  if (verdict.ok || verdict.retryAt) return { verdict, bytes };
  const retryAt = retryInstant(answer.retryAfter, effects.now());
  return { verdict: retryAt ? { ...verdict, retryAt } : verdict, bytes };
}
