import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  canonicalJson,
  EXIT,
  type Json,
  SihwangError,
  type SnapshotLineage,
  type SnapshotManifest,
  type SnapshotTable,
} from '../domain/index.ts';
import type { Store } from '../store/index.ts';
import { reach } from './kill-points.ts';

/** Snapshots in a store: `snapshots/<sha256>/` holds `manifest.json`, a Parquet file a table, and `lineage/`. */
export const SNAPSHOTS_ROOT = 'snapshots/';

export function snapshotPrefix(sha256: string): string {
  return `${SNAPSHOTS_ROOT}${sha256}/`;
}

export function tableKey(sha256: string, table: string): string {
  return `${snapshotPrefix(sha256)}${table}.parquet`;
}

/** One snapshot of a store, with all that is known of where it came from. */
export interface KeptSnapshot {
  readonly sha256: string;
  readonly manifest: SnapshotManifest;
  readonly lineages: readonly SnapshotLineage[];
}

/** Stores the tables, then the manifest; false when the snapshot was there. Two writers at once write the same bytes. */
export async function sealSnapshot(
  store: Store,
  sha256: string,
  manifest: string,
  tables: readonly SnapshotTable[],
  folder: string,
): Promise<boolean> {
  const key = `${snapshotPrefix(sha256)}manifest.json`;
  if (await store.head(key)) {
    // the same bytes again: a snapshot that somebody has just asked for is not old any more
    await store.put(key, Buffer.from(manifest));
    return false;
  }
  for (const table of tables)
    await store.putFile(tableKey(sha256, table.name), join(folder, `${table.name}.parquet`), {
      sha256: table.sha256,
    });
  reach('snapshot-tables-stored');
  const sealed = await store.put(key, Buffer.from(manifest), { ifAbsent: true });
  reach('snapshot-sealed');
  return sealed === 'written';
}

/** Adds where a snapshot came from; the same origin is kept once. */
export async function keepLineage(store: Store, sha256: string, lineage: SnapshotLineage): Promise<void> {
  const text = canonicalJson(lineage as unknown as Json);
  const name = sha256Of(text).slice(0, 16);
  await store.put(`${snapshotPrefix(sha256)}lineage/${name}.json`, Buffer.from(text), { ifAbsent: true });
  reach('lineage-stored');
}

/**
 * The manifest of a snapshot.
 * @throws SihwangError `SNAPSHOT_MISSING`, `SNAPSHOT_DAMAGED` when the manifest is not the one that the name stands for
 */
export async function readManifest(store: Store, sha256: string): Promise<SnapshotManifest> {
  const bytes = await store.get(`${snapshotPrefix(sha256)}manifest.json`);
  if (!bytes)
    throw new SihwangError(
      'SNAPSHOT_MISSING',
      { ko: `${store.uri}에 없는 뜬 자료: ${sha256}`, en: `there is no snapshot ${sha256} in ${store.uri}` },
      {
        exit: EXIT.configuration,
        hint: {
          ko: '있는 것은 sihwang snapshot list. 같은 자료를 다시 뜨면 이름도 같습니다.',
          en: 'sihwang snapshot list names those that are there; the same data drawn again has the same name.',
        },
      },
    );
  if (sha256Of(bytes) !== sha256) throw damaged(sha256, 'its manifest has been changed');
  return JSON.parse(new TextDecoder().decode(bytes)) as SnapshotManifest;
}

export function damaged(sha256: string, what: string): SihwangError {
  return new SihwangError(
    'SNAPSHOT_DAMAGED',
    { ko: `손상된 뜬 자료: ${sha256}: ${what}`, en: `the snapshot ${sha256} is damaged: ${what}` },
    {
      exit: EXIT.badData,
      hint: {
        ko: '그 폴더를 지우고 다시 뜨세요. 자료가 같으면 이름도 같습니다.',
        en: 'Delete its folder and draw it again: the same data has the same name.',
      },
    },
  );
}

/** Every whole snapshot of a store, by name. */
export async function listSnapshots(store: Store): Promise<KeptSnapshot[]> {
  const found = new Map<string, string[]>();
  for await (const { key } of store.list(SNAPSHOTS_ROOT)) {
    const [, sha256 = '', ...rest] = key.split('/');
    const names = found.get(sha256) ?? [];
    names.push(rest.join('/'));
    found.set(sha256, names);
  }
  const whole = [...found].filter(([, names]) => names.includes('manifest.json')).map(([sha256]) => sha256);
  return Promise.all(whole.sort().map((sha256) => keptSnapshot(store, sha256)));
}

/** One snapshot by its name, or by the beginning of it. Throws SNAPSHOT_MISSING when none or several begin so. */
export async function snapshotNamed(store: Store, beginning: string): Promise<KeptSnapshot> {
  if (/^[0-9a-f]{64}$/.test(beginning)) return keptSnapshot(store, beginning);
  const found = new Set<string>();
  if (/^[0-9a-f]+$/.test(beginning))
    for await (const { key } of store.list(`${SNAPSHOTS_ROOT}${beginning}`)) found.add(key.split('/')[1]!);
  const [sha256] = found;
  if (sha256 !== undefined && found.size === 1) return keptSnapshot(store, sha256);
  throw new SihwangError(
    'SNAPSHOT_MISSING',
    {
      ko: `이렇게 시작하는 뜬 자료가 ${found.size}개입니다: ${beginning}`,
      en: `${found.size} snapshots begin with ${beginning}`,
    },
    {
      exit: EXIT.usage,
      hint: {
        ko: '이름을 더 길게 주세요. 모든 이름은 sihwang snapshot list.',
        en: 'Give more of its name; sihwang snapshot list names them all.',
      },
    },
  );
}

async function keptSnapshot(store: Store, sha256: string): Promise<KeptSnapshot> {
  const manifest = await readManifest(store, sha256);
  const lineages: SnapshotLineage[] = [];
  for await (const { key } of store.list(`${snapshotPrefix(sha256)}lineage/`)) {
    const bytes = await store.get(key);
    if (bytes) lineages.push(JSON.parse(new TextDecoder().decode(bytes)) as SnapshotLineage);
  }
  return { sha256, manifest, lineages };
}

function sha256Of(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
