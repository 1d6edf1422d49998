import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EXIT, SihwangError } from '../domain/index.ts';
import type { Home } from '../lake/index.ts';
import {
  type Feed,
  feeds,
  type MappedTable,
  mappedFeed,
  type PlatformMapping,
  parseMapping,
  platformFeedId,
} from '../sources/index.ts';
import { writeFileDurably } from '../store/index.ts';

/** Where a home keeps its mappings (`<name>.json`) and the tables each was used on (`<name>.tables.json`). */
function mappingPath(home: Home, name: string, part: '' | '.tables' = ''): string {
  return join(home.path, 'platform', `${name}${part}.json`);
}

/** Reads a mapping file of a person. Throws MAPPING_INVALID, or MAPPING_UNREADABLE. */
export function readMapping(path: string): PlatformMapping {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SihwangError(
      'MAPPING_UNREADABLE',
      {
        ko: `읽을 수 없는 파일입니다: ${path}: ${(cause as Error).message}`,
        en: `cannot read ${path}: ${(cause as Error).message}`,
      },
      {
        exit: EXIT.usage,
        hint: {
          ko: '매핑 파일의 경로를 주세요. 예는 docs/platform-trades.md.',
          en: 'Give the path of a mapping file; docs/platform-trades.md shows one.',
        },
        cause,
      },
    );
  }
  return parseMapping(text, basename(path));
}

/** Makes a mapping part of the home; its feed is `platform-<name>` from then on. Another of that name is replaced. */
export function addMapping(home: Home, path: string): Feed {
  const mapping = readMapping(path);
  mkdirSync(join(home.path, 'platform'), { recursive: true });
  writeFileDurably(mappingPath(home, mapping.name), readFileSync(path));
  return mappedFeed(mapping, tablesOf(home, mapping.name));
}

/** Every mapping of the home, by name. */
export function mappingsOf(home: Home): PlatformMapping[] {
  let names: string[];
  try {
    names = readdirSync(join(home.path, 'platform'));
  } catch {
    return [];
  }
  return names
    .filter((name) => /^[a-z0-9-]+\.json$/.test(name))
    .sort()
    .map((name) => readMapping(join(home.path, 'platform', name)));
}

/** The mapping of a name. Throws MAPPING_UNKNOWN. */
export function mappingNamed(home: Home, name: string): PlatformMapping {
  const all = mappingsOf(home);
  const found = all.find((mapping) => mapping.name === name || platformFeedId(mapping.name) === name);
  if (found) return found;
  throw new SihwangError(
    'MAPPING_UNKNOWN',
    { ko: `홈에 없는 매핑: ${name}`, en: `the home has no mapping ${name}` },
    {
      exit: EXIT.usage,
      hint: {
        ko:
          all.length === 0
            ? '매핑을 써서(docs/platform-trades.md) sihwang platform add FILE로 넣으세요.'
            : `있는 매핑: ${all.map((mapping) => mapping.name).join(', ')}. 더하려면 sihwang platform add FILE.`,
        en:
          all.length === 0
            ? 'Write one (docs/platform-trades.md), then sihwang platform add FILE.'
            : `It has ${all.map((mapping) => mapping.name).join(', ')}; sihwang platform add FILE adds one.`,
      },
    },
  );
}

/** Every feed that this home knows: those of this version and the platform's own. */
export function feedsOf(home: Home): readonly Feed[] {
  return [...feeds, ...mappingsOf(home).map((mapping) => mappedFeed(mapping, tablesOf(home, mapping.name)))];
}

/** The tables that a mapping was used on so far, the oldest first. */
function tablesOf(home: Home, name: string): MappedTable[] {
  try {
    return JSON.parse(readFileSync(mappingPath(home, name, '.tables'), 'utf8')) as MappedTable[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * The mapping's feed and its shape for a table with these columns, which is remembered first: what was taken in by it
 * must be readable again by a replay. The caller holds the home's lock.
 */
export function feedForTable(
  home: Home,
  mapping: PlatformMapping,
  header: readonly string[],
  delimiter: string,
): { readonly feed: Feed; readonly shape: Feed['shapes'][number] } {
  const known = tablesOf(home, mapping.name);
  const same = (table: MappedTable): boolean =>
    table.delimiter === delimiter && JSON.stringify(table.header) === JSON.stringify(header);
  let table = known.find(same);
  if (table === undefined) {
    table = { id: `table-${known.length + 1}`, header, delimiter };
    known.push(table);
    writeFileDurably(mappingPath(home, mapping.name, '.tables'), `${JSON.stringify(known, null, 1)}\n`);
  }
  const feed = mappedFeed(mapping, known);
  return { feed, shape: feed.shapes.find((shape) => shape.id === table.id)! };
}
