import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { AskedFeed } from '../../src/pipeline/index.ts';
import type { Scene } from '../../src/sources/fetch/scene.ts';
import { holdToContract } from '../support/feed-contract.ts';

/**
 * The worked feed of docs/add-a-source.md, taken out of the page as its reader would: each block is the file that is
 * named above it. It lies outside the tree, so its imports of the tree are written out in full.
 */
const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/add-a-source.md'), 'utf8');
const HOME_OF_BLOCKS = 'src/sources/orchard-board';

const blocks = [...PAGE.matchAll(/^`(src\/sources\/orchard-board\/[^`]+)`\n\n```ts\n(.*?)^```$/gms)].map(
  ([, path, code]) => ({ path: path!, code: code! }),
);
const folder = mkdtempSync(join(tmpdir(), 'sihwang-add-a-source-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

for (const { path, code } of blocks) {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(
    target,
    code.replaceAll(/(?<= from ')\.[^']+(?=')/g, (name) => placeOf(name, dirname(path))),
  );
}

/** An import within the worked feed stays as it is; one of the tree becomes its place there. */
function placeOf(name: string, from: string): string {
  const place = join(ROOT, from, name);
  return place.startsWith(join(ROOT, HOME_OF_BLOCKS)) ? name : place;
}

const load = (path: string): Promise<Record<string, unknown>> =>
  import(/* @vite-ignore */ pathToFileURL(join(folder, HOME_OF_BLOCKS, path)).href);
const feed = (await load('index.ts')).orchardBoard as AskedFeed;
const scenes = (await load('fixtures/scenes.ts')).scenes as readonly Scene[];

it('shows every file of the feed', () => {
  expect(blocks.map(({ path }) => path.slice(HOME_OF_BLOCKS.length + 1)).sort()).toEqual([
    'answer.ts',
    'connector.ts',
    'fixtures/scenes.ts',
    'index.ts',
    'rules.ts',
  ]);
});

describe('the worked feed', () => holdToContract(feed, scenes));
