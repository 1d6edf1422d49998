import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { TableShape } from '../../src/domain/index.ts';
import { cleanRowsSql } from '../../src/lake/clean-rows.ts';
import { openDatabase, queryColumns } from '../../src/lake/database.ts';
import { type Home, openHome, readCommits } from '../../src/lake/index.ts';
import { type AskedFeed, type Fetched, fetchFeed } from '../../src/pipeline/index.ts';
import type { Scene } from '../../src/sources/fetch/scene.ts';
import type { Chunk, Feed } from '../../src/sources/index.ts';
import { playScene } from './feed-server.ts';
import { asRows } from './small-lake.ts';

/** What every feed that is asked over HTTP is held to: its plan, and each of its recorded conversations. */
export function holdToContract(feed: AskedFeed, scenes: readonly Scene[]): void {
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
    const folder = mkdtempSync(join(tmpdir(), 'sihwang-scene-'));
    try {
      const home = openHome(folder);
      const fetched = await play(feed, scene, home);
      const { ends } = scene;
      const why = JSON.stringify([fetched.stop, fetched.settled]);
      expect(fetched.complaints, why).toEqual([]);
      expect(endOf(fetched), why).toEqual(ends.as === 'error' ? ends : { as: ends.as });
      expect(writtenSecrets(folder)).toEqual([]);
      expect(JSON.stringify(fetched)).not.toContain('false-key-of-');
      if (ends.as !== 'rows') return;
      expect(outcomesOf(fetched), JSON.stringify(fetched.taken.map(({ commit }) => commit.reasons))).toEqual(
        ends.outcomes,
      );
      if (ends.sample)
        expect(await keptRows(home, feed)).toContainEqual(expect.objectContaining(ends.sample));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** Scenes with a hang are not waited for as long as a real source is. */
const PATIENCE_MS = 250;

/** Plays the range of a scene through the real fetch into a fresh home, on a clock that only the waits move. */
async function play(feed: AskedFeed, scene: Scene, home: Home): Promise<Fetched & { complaints: string[] }> {
  const server = await playScene(scene);
  let now = Date.parse(scene.now);
  const impatient: AskedFeed = {
    ...feed,
    connector: {
      ...feed.connector,
      manners: { ...feed.connector.manners, timeoutMs: PATIENCE_MS, parallel: 1 },
    },
  };
  try {
    const fetched = await fetchFeed(
      home,
      impatient,
      { range: scene.range, ...(scene.scope ? { scope: scene.scope } : {}), backfill: false },
      {
        waitMs: 0,
        command: 'scene',
        environment: Object.fromEntries(feed.connector.keys.map(({ id }) => [id, `false-key-of-${id}`])),
        originOf: () => server.origin,
        now: () => new Date(now),
        sleep: async (ms) => {
          now += ms;
        },
        random: () => 0.5,
      },
    );
    const left = server.left() > 0 ? [`${server.left()} exchanges were not asked for`] : [];
    return { ...fetched, complaints: [...server.complaints, ...left] };
  } finally {
    await server.close();
  }
}

/** How the whole range ended: a failure before everything, then rows, then the kinds of nothing. */
function endOf({ settled, stop }: Fetched): unknown {
  const kind = stop?.kind ?? settled.find((entry) => entry.kind)?.kind;
  if (kind) return { as: 'error', kind };
  const status = (['done', 'missing', 'empty', 'closed'] as const).find((one) =>
    settled.some((entry) => entry.status === one),
  );
  return { as: status === 'done' ? 'rows' : (status ?? 'no chunk was asked for') };
}

/** Rows by outcome, those that occurred. */
function outcomesOf({ taken }: Fetched): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { commit } of taken) {
    for (const [outcome, rows] of Object.entries(commit.outcomes)) {
      if (rows > 0) sum[outcome] = (sum[outcome] ?? 0) + rows;
    }
  }
  return sum;
}

async function keptRows(home: Home, feed: Feed): Promise<Record<string, unknown>[]> {
  const instance = await openDatabase({ threads: 1 });
  try {
    const rows = cleanRowsSql(home, feed.profile.id, readCommits(home, feed.profile.id));
    return asRows(await queryColumns(await instance.connect(), `from (${rows})`)).map(plainTimes);
  } finally {
    instance.closeSync();
  }
}

/** Instants of scenes and rows in one form, `YYYY-MM-DD hh:mm:ss`. */
function plainTimes(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const plain = (value: unknown) =>
    typeof value === 'string'
      ? value.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.0+)?Z$/, '$1 $2')
      : value;
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));
}

/** Files of the home that hold a secret, which none may. */
function writtenSecrets(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(folder, name);
    if (!statSync(path).isFile()) return false;
    const bytes = readFileSync(path);
    return (name.endsWith('.br') ? brotliDecompressSync(bytes) : bytes).includes('false-key-of-');
  });
}

function shapeOf(feed: Feed, chunk: Chunk): TableShape {
  const shape = feed.shapes.find((one) => one.id === chunk.shape);
  if (!shape) throw new Error(`${chunk.id} names the shape ${chunk.shape}, which ${feed.profile.id} has not`);
  return shape;
}
