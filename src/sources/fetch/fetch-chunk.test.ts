import { afterEach, describe, expect, it } from 'vitest';
import { type FeedServer, playScene } from '../../../test/support/feed-server.ts';
import { RULE_CALENDARS } from '../../domain/index.ts';
import type { Chunk, Connector } from './connector.ts';
import { type ChunkEnd, type Cursor, fetchChunk } from './fetch-chunk.ts';
import type { Exchange } from './scene.ts';
import { sourceCaller } from './source-caller.ts';

const CHUNK: Chunk = {
  ...{ id: 'day/2026-03-02', shape: 'rows', parameters: {}, budget: 'rows', expectedCalls: 1 },
  ...{ firstDay: '2026-03-02', lastDay: '2026-03-02' },
};

/** A source that gives `{ rows, total?, more?, mark? }` or `{ refuse, retryAt? }`. */
const connector: Connector = {
  keys: [{ id: 'PLAIN_KEY', from: 'nowhere' }],
  manners: { timeoutMs: 200, parallel: 1, attempts: 3 },
  callsPerDay: {},
  plan: () => [CHUNK],
  request: (_, index) => ({
    url: 'https://source.example/rows',
    query: { page: String(index + 1) },
    secrets: [{ in: 'query', name: 'key', key: 'PLAIN_KEY' }],
  }),
  judge({ status, body }) {
    if (status !== 200)
      return { ok: false, kind: status === 429 ? 'rate' : 'transient', detail: `HTTP ${status}` };
    if (body.startsWith('<')) return { ok: false, kind: 'blocked', detail: 'a page of HTML' };
    const said = JSON.parse(body);
    if (said.refuse)
      return {
        ok: false,
        kind: said.refuse,
        detail: 'refused',
        ...(said.retryAt ? { retryAt: new Date(said.retryAt) } : {}),
      };
    return { ok: true, page: { mark: body, more: false, ...said } };
  },
  expected: () => 'open',
};

const says = (page: string, body: unknown, answer: Partial<Exchange['answer']> = {}): Exchange => ({
  path: '/rows',
  query: { page, key: 'false-key' },
  answer: { body: JSON.stringify(body), ...answer },
});

let server: FeedServer;
afterEach(() => server.close());

interface Run {
  readonly end: ChunkEnd<string>;
  readonly waitsMs: number[];
  readonly cursors: Cursor<string>[];
}

async function run(exchanges: Exchange[], from?: Cursor<string>): Promise<Run> {
  server = await playScene({ exchanges });
  const call = sourceCaller(connector, { keyOf: () => 'false-key', originOf: () => server.origin });
  const waitsMs: number[] = [];
  const cursors: Cursor<string>[] = [];
  let now = Date.parse('2026-03-03T00:00:00Z');
  const end = await fetchChunk<string>(
    connector,
    CHUNK,
    {
      call: (request) => call(request),
      keep: async (bytes) => bytes.toString(),
      advance: async (_, cursor) => void cursors.push(cursor),
      now: () => new Date(now),
      sleep: async (ms) => {
        waitsMs.push(ms);
        now += ms;
      },
      random: () => 0.5,
      calendars: RULE_CALENDARS,
    },
    from,
  );
  expect(server.complaints).toEqual([]);
  expect(server.left()).toBe(0);
  return { end, waitsMs, cursors };
}

describe('the engine', () => {
  it('reads page after page and keeps every answer', async () => {
    const { end, cursors } = await run([
      says('1', { rows: 2, total: 3, more: true }),
      says('2', { rows: 1, total: 3 }),
    ]);
    expect(end).toMatchObject({ as: 'rows', rows: 3 });
    expect(end.as === 'rows' && end.receipts.length).toBe(2);
    expect(cursors.map(({ index, rows }) => [index, rows])).toEqual([
      [1, 2],
      [2, 3],
    ]);
  });

  it('goes on in the middle of paging without asking again', async () => {
    const first = await run([says('1', { rows: 2, total: 3, more: true }), says('2', { refuse: 'quota' })]);
    expect(first.end).toMatchObject({ as: 'failed', kind: 'quota' });
    await server.close();
    const second = await run([says('2', { rows: 1, total: 3 })], first.cursors.at(-1));
    expect(second.end).toMatchObject({ as: 'rows', rows: 3 });
    expect(second.end.as === 'rows' && second.end.receipts.length).toBe(2);
  });

  it('tries again after a reset, a hang, an answer that breaks off and a bad gateway', async () => {
    for (const answer of [
      { fault: 'reset' },
      { fault: 'hang' },
      { fault: 'truncate' },
      { status: 502 },
    ] as const) {
      const { end, waitsMs } = await run([says('1', { rows: 1 }, answer), says('1', { rows: 1 })]);
      expect(end).toMatchObject({ as: 'rows', rows: 1 });
      expect(waitsMs).toEqual([1000]);
      await server.close();
    }
  });

  it('gives up after the attempts that the source is granted, waiting longer each time', async () => {
    const bad = says('1', {}, { status: 503 });
    const { end, waitsMs } = await run([bad, bad, bad]);
    expect(end).toMatchObject({ as: 'failed', kind: 'transient' });
    expect(waitsMs).toEqual([1000, 2000]);
  });

  it('waits as long as Retry-After or the answer itself says', async () => {
    const seconds = await run([
      says('1', {}, { status: 429, headers: { 'retry-after': '90' } }),
      says('1', { rows: 1 }),
    ]);
    expect(seconds.waitsMs).toEqual([90_000]);
    await server.close();
    const date = { 'retry-after': 'Tue, 03 Mar 2026 00:02:00 GMT' };
    expect(
      (await run([says('1', {}, { status: 429, headers: date }), says('1', { rows: 1 })])).waitsMs,
    ).toEqual([120_000]);
    await server.close();
    const said = await run([
      says('1', { refuse: 'rate', retryAt: '2026-03-03T00:03:00Z' }),
      says('1', { rows: 1 }),
    ]);
    expect(said.waitsMs).toEqual([180_000]);
  });

  it('leaves a wait of an hour to the next run', async () => {
    const { end, waitsMs } = await run([says('1', { refuse: 'rate', retryAt: '2026-03-03T01:00:00Z' })]);
    expect(end).toMatchObject({ as: 'failed', kind: 'rate', retryAt: new Date('2026-03-03T01:00:00Z') });
    expect(waitsMs).toEqual([]);
  });

  it.each(['auth', 'quota', 'blocked', 'bad_request', 'echo_mismatch', 'schema', 'partial'])(
    'asks once after %s',
    async (kind) => {
      expect((await run([says('1', { refuse: kind })])).end).toMatchObject({ as: 'failed', kind });
    },
  );

  it('asks the calendar about no rows', async () => {
    expect((await run([says('1', { refuse: 'no_data' })])).end).toEqual({ as: 'missing' });
    await server.close();
    expect((await run([says('1', { rows: 0 })])).end).toEqual({ as: 'missing' });
  });

  it('calls a chunk partial whose rows are fewer than its total, or whose second page repeats the first', async () => {
    const few = await run([says('1', { rows: 2, total: 5 })]);
    expect(few.end).toMatchObject({ as: 'failed', kind: 'partial' });
    await server.close();
    const page = { rows: 2, more: true, mark: 'the same' };
    expect((await run([says('1', page), says('2', page)])).end).toMatchObject({
      as: 'failed',
      kind: 'partial',
    });
  });

  it('reads once more when the total shrank while paging, because a row may have slipped over the edge', async () => {
    const { end } = await run([
      says('1', { rows: 3, total: 5, more: true }),
      says('2', { rows: 1, total: 4 }),
      says('1', { rows: 3, total: 4, more: true }),
      says('2', { rows: 1, total: 4 }),
    ]);
    expect(end).toMatchObject({ as: 'rows', rows: 4 });
    expect(end.as === 'rows' && end.receipts.length).toBe(2);
  });
});
