import { type Calendars, EXIT, type HandOver, SihwangError } from '../domain/index.ts';
import { type Home, keepAnswer, type RawRecord, type TakenIn, takeInAnswers } from '../lake/index.ts';
import {
  type Chunk,
  type ChunkEnd,
  type ChunkStatus,
  type Connector,
  type Cursor,
  type Feed,
  FetchFailure,
  fetchChunk,
  type HttpAnswer,
  handOver,
  type Settled,
  type SourceRequest,
} from '../sources/index.ts';
import { reach } from '../store/index.ts';
import type { FetchBudget } from './fetch-budget.ts';
import type { OpenFetchState } from './fetch-journal.ts';

/** A feed that is asked over HTTP. */
export type AskedFeed = Feed & { readonly connector: Connector };

export interface FetchedChunk {
  readonly chunk: Chunk;
  readonly end: ChunkEnd<RawRecord>;
}

/** What a fetch needs of the world. */
export interface FetchWorld {
  readonly call: (request: SourceRequest) => Promise<HttpAnswer>;
  readonly calendars: Calendars;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
}

/** Pages of a chunk that are older than this are asked for anew: the rows behind them may have moved. */
const CURSOR_HOURS = 6;

/** Fetches one chunk: its calls counted, its answers kept, its cursor remembered. Throws only for faults of this machine. */
export async function fetchOne(
  home: Home,
  feed: AskedFeed,
  chunk: Chunk,
  state: OpenFetchState,
  budget: FetchBudget,
  world: FetchWorld,
): Promise<ChunkEnd<RawRecord>> {
  const id = feed.profile.id;
  const answered = async (request: SourceRequest): Promise<HttpAnswer> => {
    await budget.spendOne(state, chunk, world.now());
    return world.call(request);
  };
  return fetchChunk<RawRecord>(
    feed.connector,
    chunk,
    {
      call: answered,
      keep: async (bytes, { url, query }) => {
        try {
          const receipt = await keepAnswer(home, id, bytes, {
            name: chunk.id,
            request: { url, query },
            chunk: chunk.id,
            receivedAt: world.now(),
          });
          reach('answer-kept');
          return receipt;
        } catch (error) {
          if (isBadData(error)) throw new FetchFailure('schema', error.message);
          throw error;
        }
      },
      advance: (_, cursor) => state.keepCursor(id, chunk.id, { ...cursor, at: world.now().toISOString() }),
      calendars: world.calendars,
      now: world.now,
      sleep: world.sleep,
      random: world.random,
    },
    await freshCursor(state, id, chunk, world.now()),
  );
}

async function freshCursor(
  state: OpenFetchState,
  feed: string,
  chunk: Chunk,
  now: Date,
): Promise<Cursor<RawRecord> | undefined> {
  const cursor = await state.cursorOf(feed, chunk.id);
  const ageMs = cursor ? Math.abs(now.getTime() - Date.parse(cursor.at)) : Number.POSITIVE_INFINITY;
  return ageMs <= CURSOR_HOURS * 3_600_000 ? cursor : undefined;
}

/**
 * Takes what a batch of chunks brought into the lake, one commit a shape, and only then writes the ledger. An answer that
 * the lake cannot read makes its own chunk fail, not those beside it.
 */
export async function settleBatch(
  home: Home,
  feed: AskedFeed,
  batch: readonly FetchedChunk[],
  state: OpenFetchState,
  now: Date,
): Promise<{ readonly taken: readonly TakenIn[]; readonly settled: readonly Settled[] }> {
  const taken: TakenIn[] = [];
  const refused = new Map<string, string>();
  for (const shape of feed.shapes) {
    const ofShape = batch.filter(({ chunk, end }) => chunk.shape === shape.id && end.as === 'rows');
    await takeInTogether(home, handOver(feed, shape), ofShape, taken, refused);
  }
  reach('batch-taken');
  const settled = batch.map(({ chunk, end }) => settledAs(chunk, end, now, refused.get(chunk.id)));
  await state.settle(feed.profile.id, settled);
  return { taken, settled };
}

async function takeInTogether(
  home: Home,
  into: HandOver,
  batch: readonly FetchedChunk[],
  taken: TakenIn[],
  refused: Map<string, string>,
): Promise<void> {
  const receipts = batch.flatMap(({ end }) => (end.as === 'rows' ? end.receipts : []));
  if (receipts.length === 0) return;
  try {
    taken.push(await takeInAnswers(home, into, receipts));
  } catch (error) {
    if (!isBadData(error)) throw error;
    if (batch.length === 1) refused.set(batch[0]!.chunk.id, error.message);
    else for (const one of batch) await takeInTogether(home, into, [one], taken, refused);
  }
}

function settledAs(chunk: Chunk, end: ChunkEnd<RawRecord>, now: Date, refusal: string | undefined): Settled {
  const about = { id: chunk.id, firstDay: chunk.firstDay, lastDay: chunk.lastDay, at: now.toISOString() };
  if (refusal !== undefined) return { ...about, status: 'failed', rows: 0, kind: 'schema', detail: refusal };
  if (end.as === 'rows') return { ...about, status: 'done', rows: end.rows };
  if (end.as !== 'failed') return { ...about, status: end.as, rows: 0 };
  const status: ChunkStatus = end.kind === 'partial' ? 'partial' : 'failed';
  const { kind, detail, retryAt } = end;
  return { ...about, status, rows: 0, kind, detail, ...(retryAt ? { retryAt: retryAt.toISOString() } : {}) };
}

function isBadData(error: unknown): error is SihwangError {
  return error instanceof SihwangError && error.exit === EXIT.badData;
}
