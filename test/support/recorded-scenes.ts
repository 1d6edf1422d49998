import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Scene } from '../../src/sources/fetch/scene.ts';

const SOURCES = join(import.meta.dirname, '../../src/sources');

/**
 * The recorded conversations of every feed. A folder's `fixtures/scenes.ts` exports them by feed: `scenes` for the feed of
 * the folder's name, or a record from feed id to scenes as `scenesByFeed`.
 */
export async function recordedScenes(): Promise<ReadonlyMap<string, readonly Scene[]>> {
  const scenesOf = new Map<string, readonly Scene[]>();
  for (const folder of readdirSync(SOURCES)) {
    const path = join(SOURCES, folder, 'fixtures', 'scenes.ts');
    if (!existsSync(path)) continue;
    const { scenes, scenesByFeed }: { scenes?: Scene[]; scenesByFeed?: Record<string, Scene[]> } =
      await import(path);
    if (scenes) scenesOf.set(folder, scenes);
    for (const [feed, list] of Object.entries(scenesByFeed ?? {})) scenesOf.set(feed, list);
  }
  return scenesOf;
}
