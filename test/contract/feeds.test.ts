import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AskedFeed } from '../../src/pipeline/index.ts';
import type { Scene } from '../../src/sources/fetch/scene.ts';
import { feeds } from '../../src/sources/index.ts';
import { holdToContract } from '../support/feed-contract.ts';

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

const withConnector = feeds.filter((feed): feed is AskedFeed => feed.connector !== undefined);

it('knows the feed of every recorded conversation', () => {
  const asked = new Set(withConnector.map((feed) => feed.profile.id));
  expect([...scenesOf.keys()].filter((id) => !asked.has(id))).toEqual([]);
});

describe.each(withConnector)('$profile.id', (feed) => {
  holdToContract(feed, scenesOf.get(feed.profile.id) ?? []);
});
