import { readdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { artefactsServed, type Home, type Leftover } from '../../lake/index.ts';
import { type CitedRuns, citedRuns, type Records } from '../../records/index.ts';
import { homeStoreUri, openStore, type Store, type StoredObject } from '../../store/index.ts';
import { REPORTS_FOLDER } from '../hooks/report-files.ts';
import { reportLeftovers } from './collect-reports.ts';

/** What decides about the objects of runs. */
export interface RunRetention extends CitedRuns {
  /** SHA-256 of what published forecasts came from. */
  readonly artefacts: ReadonlySet<string>;
  readonly now: Date;
  readonly retentionDays: number;
}

/** Text of an object; null where there is none. */
type ReadText = (key: string) => Promise<string | null>;

/** An object of a store that nothing needs any more. */
export type Collected = StoredObject & { readonly why: Leftover['why'] };

const DAY_MS = 86_400_000;
/** What a job leaves beside its result: of interest to whoever looks into it, and to nobody else. */
const TRACES =
  /^runs\/[^/]+\/(?:arrays\/|[0-9a-f]{16}\/(?:log\/|attempts\/|checkpoint\/|opt-ml-checkpoints\/|beat\.json$|spec-g\d+\.json$))/;
const OUTPUT = /^(runs\/[^/]+\/[0-9a-f]{16}\/)out\//;
/** A shard may be named by a job that is just being planned, whatever the retention. */
const YOUNGEST_SHARD_MS = DAY_MS;
const READ_AT_ONCE = 16;

/**
 * Which objects below `runs/` and `shards/` nothing needs any more. A run that goes on, or that nobody knows of for certain,
 * keeps everything, as does one that ended within the retention. Of an older one that an issued or published forecast or a
 * model came from, only logs and the like go, and outputs that its manifests do not name; of any other old run everything
 * goes. Shards stay while a manifest or spec that stays names them.
 */
export async function collectable(
  objects: readonly StoredObject[],
  readText: ReadText,
  retention: RunRetention,
): Promise<Collected[]> {
  const { now, retentionDays, cited, endedAt, openShards, artefacts } = retention;
  const old = (at: Date) => +now - +at >= retentionDays * DAY_MS;
  const runs = new Map<string, StoredObject[]>();
  for (const one of objects) {
    if (!one.key.startsWith('runs/')) continue;
    const run = one.key.split('/')[1]!;
    const own = runs.get(run) ?? [];
    own.push(one);
    runs.set(run, own);
  }
  const found: Collected[] = [];
  // the same bytes may lie in several runs, and one place is enough
  const served = new Set(artefacts);
  for (const [run, own] of runs)
    if (cited.has(run))
      for (const sha256 of (await outputsNamed(own, readText)).values()) served.delete(sha256);
  for (const [run, own] of runs) {
    const ended = endedAt.get(run);
    // a run of a time before these records ended when its last object was written
    const over = ended ?? (ended === null ? null : newest(own));
    if (over === null || !old(over)) continue;
    const outputs = await outputsNamed(own, readText);
    const serves = [...outputs.values()].some((sha256) => served.has(sha256));
    if (!cited.has(run) && !serves)
      found.push(...own.map((one) => ({ ...one, why: 'a run that nothing cites' as const })));
    else {
      for (const one of own) {
        const stray = OUTPUT.test(one.key) && !outputs.has(one.key);
        if (stray || TRACES.test(one.key)) found.push({ ...one, why: 'a trace of a run that ended' });
      }
    }
  }
  const gone = new Set(found.map(({ key }) => key));
  const left = objects.filter(({ key }) => !gone.has(key));
  const unclaimed = left.filter(({ key, writtenAt }) => {
    const sha256 = shardIn(key);
    const young = !old(writtenAt) || +now - +writtenAt < YOUNGEST_SHARD_MS;
    return sha256 !== undefined && !young && !openShards.has(sha256);
  });
  // reading what every job names takes long: not for nothing
  const named = unclaimed.length === 0 ? new Set() : await shardsNamed(left, readText);
  for (const one of unclaimed)
    if (!named.has(shardIn(one.key)!)) found.push({ ...one, why: 'a shard that no job names' });
  return found;
}

function shardIn(key: string): string | undefined {
  return /^shards\/([0-9a-f]{64})\.json$/.exec(key)?.[1];
}

function newest(own: readonly StoredObject[]): Date {
  return new Date(own.reduce((last, { writtenAt }) => Math.max(last, +writtenAt), 0));
}

/** The outputs that the manifests of a run name, by key, with their SHA-256; every output of a job whose manifest is missing is one that nobody names. */
async function outputsNamed(
  own: readonly StoredObject[],
  readText: ReadText,
): Promise<ReadonlyMap<string, string>> {
  const named = new Map<string, string>();
  const manifests = own.filter(({ key }) => key.endsWith('/manifest.json'));
  await readAll(manifests, readText, (text) => {
    const { outputs = [] } = JSON.parse(text) as {
      readonly outputs?: readonly { readonly key: string; readonly sha256: string }[];
    };
    for (const output of outputs) named.set(output.key, output.sha256);
  });
  return named;
}

/** Some at a time: a store over a network answers each after a while. */
async function readAll(
  objects: readonly StoredObject[],
  readText: ReadText,
  read: (text: string) => void,
): Promise<void> {
  for (let from = 0; from < objects.length; from += READ_AT_ONCE) {
    const some = objects.slice(from, from + READ_AT_ONCE);
    for (const text of await Promise.all(some.map(({ key }) => readText(key)))) if (text !== null) read(text);
  }
}

/** Every SHA-256 that a manifest, a spec or the decision of a step names: shards are among them. */
async function shardsNamed(left: readonly StoredObject[], readText: ReadText): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  const naming = left.filter(({ key }) => /^runs\/.*(?:manifest|spec-g\d+)\.json$/.test(key));
  await readAll(naming, readText, (text) => {
    for (const [sha256] of text.matchAll(/[0-9a-f]{64}/g)) named.add(sha256);
  });
  return named;
}

/**
 * What runs have left in the home that nothing needs any more: objects of the store, folders of the local runner whose
 * jobs have ended, and reports. Paths are below the home.
 */
export async function runLeftovers(
  home: Home,
  records: Records,
  options: { readonly retentionDays: number; readonly now: Date },
): Promise<Leftover[]> {
  const store = await openStore(homeStoreUri(home.path));
  const artefacts = await artefactsServed(home);
  const cites = await citedRuns(records.pool, artefacts);
  const found = await runObjectsUnneeded(store, { ...cites, ...options, artefacts: new Set(artefacts) });
  const inStore = found.map(({ key, bytes, why }): Leftover => {
    return { path: relative(home.path, fileURLToPath(store.uriOf(key))), bytes, why };
  });
  return [
    ...inStore,
    ...jobFolders(home, cites, options),
    ...reportLeftovers(home, { ...cites, ...options }),
  ];
}

/** What of a store's runs and shards nothing needs any more. */
export async function runObjectsUnneeded(
  store: Store,
  retention: RunRetention,
): Promise<readonly Collected[]> {
  const objects: StoredObject[] = [];
  for (const prefix of ['runs/', 'shards/']) for await (const one of store.list(prefix)) objects.push(one);
  const readText = async (key: string) => {
    const bytes = await store.get(key);
    return bytes && new TextDecoder().decode(bytes);
  };
  return collectable(objects, readText, retention);
}

/** Files of the local runner about jobs that have ended, all of them old: its outcome is on record, or nobody asks for it. */
function jobFolders(
  home: Home,
  { openJobs }: CitedRuns,
  { retentionDays, now }: { readonly retentionDays: number; readonly now: Date },
): Leftover[] {
  const found: Leftover[] = [];
  for (const name of namesIn(join(home.path, 'jobs'))) {
    if (openJobs.has(name.replace(/-g\d+$/, ''))) continue;
    const files = namesIn(join(home.path, 'jobs', name)).map((file) => join('jobs', name, file));
    const stats = files.map((path) => ({ path, stat: statSync(join(home.path, path)) }));
    if (stats.some(({ stat }) => now.getTime() - stat.mtimeMs < retentionDays * DAY_MS)) continue;
    for (const { path, stat } of stats)
      found.push({ path, bytes: stat.size, why: 'a trace of a run that ended' });
  }
  return found;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

/** Takes away the folders that collected files have left empty. */
export function removeEmptied(home: Home, found: readonly Leftover[]): void {
  const roots = [join('store', 'runs'), 'jobs', REPORTS_FOLDER];
  for (const { path } of found) {
    const root = roots.find((each) => path.startsWith(`${each}/`));
    if (!root) continue;
    for (let folder = dirname(path); folder !== root; folder = dirname(folder)) {
      try {
        rmdirSync(join(home.path, folder));
      } catch {
        break;
      }
    }
  }
}
