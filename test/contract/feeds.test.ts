import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TableShape } from '../../src/domain/index.ts';
import type { Chunk, Connector, SourceRequest } from '../../src/sources/fetch/connector.ts';
import { type ChunkEnd, type Cursor, fetchChunk } from '../../src/sources/fetch/fetch-chunk.ts';
import type { HttpAnswer } from '../../src/sources/fetch/http-call.ts';
import type { Scene } from '../../src/sources/fetch/scene.ts';
import { sourceCaller } from '../../src/sources/fetch/source-caller.ts';
import { type Feed, feeds } from '../../src/sources/index.ts';
import { type FeedServer, playScene } from '../support/feed-server.ts';

/**
 * Every feed that is asked over HTTP, against its recorded conversations: a local server plays them, the real engine
 * asks. A folder's `fixtures/scenes.ts` exports its scenes by feed: `scenes` for the feed of the folder's name, or a
 * record from feed id to scenes as `scenesByFeed`.
 */
const SOURCES = join(import.meta.dirname, '../../src/sources');
const scenesOf = new Map<string, readonly Scene[]>();
for (const folder of readdirSync(SOURCES)) {
  const path = join(SOURCES, folder, 'fixtures', 'scenes.ts');
  if (!existsSync(path)) continue;
  const { scenes, scenesByFeed }: { scenes?: Scene[]; scenesByFeed?: Record<string, Scene[]> } = await import(
    path
  );
  if (scenes) scenesOf.set(folder, scenes);
  for (const [feed, list] of Object.entries(scenesByFeed ?? {})) scenesOf.set(feed, list);
}

/** Scenes with a hang are not waited for as long as a real source is. */
const PATIENCE_MS = 250;

const falseKey = (id: string): string => `false-key-of-${id}`;

interface Played {
  readonly ends: readonly ChunkEnd<Buffer>[];
  readonly answers: readonly {
    readonly chunk: Chunk;
    readonly body: string;
    readonly asked: SourceRequest['query'];
  }[];
}

/** The range of a scene, chunk by chunk, on a clock that only the waits move. */
async function play(connector: Connector, scene: Scene, server: FeedServer): Promise<Played> {
  const clock = { now: Date.parse(scene.now) };
  const call = sourceCaller(
    { ...connector, manners: { ...connector.manners, timeoutMs: PATIENCE_MS } },
    { keyOf: falseKey, originOf: () => server.origin },
  );
  const ends: ChunkEnd<Buffer>[] = [];
  const answers: { chunk: Chunk; body: string; asked: SourceRequest['query'] }[] = [];
  const asked = new Map<Buffer, SourceRequest['query']>();
  for (const chunk of connector.plan(scene.range, scene.scope, new Date(clock.now))) {
    const cursors: Cursor<Buffer>[] = [];
    const end = await fetchChunk<Buffer>(connector, chunk, {
      call: (request): Promise<HttpAnswer> => call(request),
      keep: async (bytes, { query }) => {
        asked.set(bytes, query);
        return bytes;
      },
      advance: async (_, cursor) => void cursors.push(cursor),
      now: () => new Date(clock.now),
      sleep: async (ms) => {
        clock.now += ms;
      },
      random: () => 0.5,
    });
    ends.push(end);
    if (end.as === 'rows') {
      for (const bytes of end.receipts)
        answers.push({ chunk, body: new TextDecoder().decode(bytes), asked: asked.get(bytes) ?? {} });
    }
    if (end.as === 'failed' && ['auth', 'quota', 'blocked'].includes(end.kind)) break;
  }
  return { ends, answers };
}

/** How the whole range ended: a failure before everything, then rows, then the kinds of nothing. */
function verdictOf(ends: readonly ChunkEnd<Buffer>[]): unknown {
  const failed = ends.find((end) => end.as === 'failed');
  if (failed?.as === 'failed') return { as: 'error', kind: failed.kind };
  for (const as of ['rows', 'missing', 'empty', 'closed'] as const) {
    if (ends.some((end) => end.as === as)) return { as };
  }
  return { as: 'no chunk was planned' };
}

const withConnector = feeds.filter((feed): feed is Feed & { connector: Connector } => !!feed.connector);

it('knows the feed of every recorded conversation', () => {
  const asked = new Set(withConnector.map((feed) => feed.profile.id));
  expect([...scenesOf.keys()].filter((id) => !asked.has(id))).toEqual([]);
});

describe.each(withConnector)('$profile.id', (feed) => {
  const scenes = scenesOf.get(feed.profile.id) ?? [];

  it('has recorded conversations', () => {
    expect(scenes.length).toBeGreaterThan(0);
  });

  it('plans chunks that cover their days once, in shapes it has, with calls that hold no secret', () => {
    const range = { firstDay: '2026-03-02', lastDay: '2026-04-10' };
    const chunks = feed.connector.plan(range);
    expect(feed.profile.ways).toContain('http');
    expect(chunks.length).toBeGreaterThan(0);
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(chunks.length);
    expect(feed.connector.plan(range), 'a plan depends on nothing but the range').toEqual(chunks);
    const known = new Set(feed.connector.keys.map((key) => key.id));
    for (const chunk of chunks) {
      expect(chunk.firstDay <= chunk.lastDay, chunk.id).toBe(true);
      expect(chunk.expectedCalls).toBeGreaterThan(0);
      shapeOf(feed, chunk);
      const request = feed.connector.request(chunk, 0);
      expect(request.url).toMatch(/^https?:\/\/[^?#]+$/);
      for (const { key } of request.secrets ?? []) expect(known).toContain(key);
    }
  });

  it.each(scenes)('$name', async (scene) => {
    const server = await playScene(scene);
    try {
      const { ends, answers } = await play(feed.connector, scene, server);
      const wanted = scene.ends.as === 'error' ? scene.ends : { as: scene.ends.as };
      expect(server.complaints).toEqual([]);
      expect(verdictOf(ends), JSON.stringify(ends.filter((end) => end.as === 'failed'))).toEqual(wanted);
      expect(server.left(), 'exchanges that were not asked for').toBe(0);
      const tables = answers.filter(({ chunk }) => !shapeOf(feed, chunk).decode);
      if (tables.length === 0) expect(decodedRows(feed, answers)).toBe(sumOfRows(scene));
    } finally {
      await server.close();
    }
  });
});

function shapeOf(feed: Feed, chunk: Chunk): TableShape {
  const shape = feed.shapes.find((one) => one.id === chunk.shape);
  if (!shape) throw new Error(`${chunk.id} names the shape ${chunk.shape}, which ${feed.profile.id} has not`);
  return shape;
}

function decodedRows(feed: Feed, answers: Played['answers']): number {
  let rows = 0;
  for (const { chunk, body, asked } of answers) {
    const shape = shapeOf(feed, chunk);
    for (const cells of shape.decode!(body, asked)) {
      expect(cells.length).toBe(shape.header.length);
      rows += 1;
    }
  }
  return rows;
}

function sumOfRows({ ends }: Scene): number {
  return ends.as === 'rows' ? Object.values(ends.outcomes).reduce((sum, rows) => sum + rows, 0) : 0;
}
