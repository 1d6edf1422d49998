import { EXIT, SihwangError } from '../../domain/index.ts';
import { explainRefusal, readAwsSettings } from '../../jobs/index.ts';
import {
  artefactsServed,
  type Home,
  type Leftover,
  snapshotsServed,
  snapshotsUncited,
} from '../../lake/index.ts';
import { citedRuns, citedSnapshots, type Records } from '../../records/index.ts';
import type { Store } from '../../store/index.ts';
import { remoteStore } from '../forecasting/job-place.ts';
import { type Collected, type RunRetention, runObjectsUnneeded } from './collect-runs.ts';

/** What of a home's part of a store away from it nothing needs any more. */
export interface RemoteLeftover extends Pick<Leftover, 'bytes' | 'why'> {
  readonly uri: string;
  /** Below the home's part; null for an upload that has none. */
  readonly key: string | null;
  readonly drop: () => Promise<void>;
}

/** What decides about a home's part of a store. */
export interface RemoteRetention extends RunRetention {
  /** Snapshots that the records or something published rest on. */
  readonly snapshots: ReadonlySet<string>;
}

const DAY_MS = 86_400_000;
const AT_ONCE = 16;

/** What was found at a moment, and what decided about it then. */
export interface RemoteLook {
  readonly found: readonly RemoteLeftover[];
  readonly retention: RemoteRetention;
}

/**
 * What of the home's part of the S3 store that its settings name nothing needs any more, by the rules of the home's own
 * store: a run that something issued, published or registered came from keeps its results there too. Nothing beside the
 * home's part is even listed. It may take minutes, so nobody holds the home's lock meanwhile; see `stillUnneeded`.
 * @throws SihwangError `AWS_SETTINGS_MISSING` (78), `AWS_REFUSED` (75)
 */
export async function remoteLeftovers(
  home: Home,
  records: Records,
  options: Pick<RunRetention, 'retentionDays' | 'now'>,
): Promise<RemoteLook> {
  const aws = readAwsSettings(home.path);
  const store = await remoteStore(home, aws.runner ?? 'aws-batch', aws);
  const retention = await remoteRetention(home, records, options);
  return { found: await answered(() => unneededIn(store, retention)), retention };
}

/** What decides about a home's part of a store at this moment. */
export async function remoteRetention(
  home: Home,
  records: Records,
  { retentionDays, now }: Pick<RunRetention, 'retentionDays' | 'now'>,
): Promise<RemoteRetention> {
  const artefacts = await artefactsServed(home);
  const snapshots = new Set([...(await citedSnapshots(records.pool)), ...(await snapshotsServed(home))]);
  const cites = await citedRuns(records.pool, artefacts);
  return { ...cites, retentionDays, now, snapshots, artefacts: new Set(artefacts) };
}

/**
 * Of what was found before, what nothing has begun to need since. Asks the store nothing; where it can't be told without,
 * the object stays until the next time.
 */
export function stillUnneeded(
  { found, retention: then }: RemoteLook,
  now: Pick<RemoteRetention, 'artefacts' | 'cited' | 'endedAt' | 'openShards' | 'snapshots'>,
): readonly RemoteLeftover[] {
  const sameArtefacts = [...now.artefacts].every((sha256) => then.artefacts.has(sha256));
  const ended = ({ endedAt }: Pick<RemoteRetention, 'endedAt'>, run: string): string =>
    String(endedAt.get(run));
  const sameRun = (run: string): boolean =>
    now.cited.has(run) === then.cited.has(run) && ended(now, run) === ended(then, run);
  return found.filter(({ key, why }) => {
    const [root, name = ''] = key?.split('/') ?? [];
    if (why === 'a run that nothing cites') return sameArtefacts && sameRun(name);
    if (why === 'a trace of a run that ended') return sameRun(name);
    if (why === 'a snapshot that nothing cites') return !now.snapshots.has(name);
    return root !== 'shards' || !now.openShards.has(name.replace(/\.json$/, ''));
  });
}

/** Objects, and uploads that were never finished, of a home's part of a store; what a dead collector left is found again. */
export async function unneededIn(
  store: Store,
  retention: RemoteRetention,
): Promise<readonly RemoteLeftover[]> {
  const { now, retentionDays, snapshots } = retention;
  const found: Collected[] = [...(await runObjectsUnneeded(store, retention))];
  for (const one of await snapshotsUncited(store, snapshots, retention))
    found.push({ ...one, why: 'a snapshot that nothing cites' });
  const list = found.map(({ key, bytes, why }): RemoteLeftover => {
    return { uri: store.uriOf(key), key, bytes, why, drop: () => store.delete(key) };
  });
  // a writer may be at it for hours, whatever the retention
  const before = new Date(+now - Math.max(1, retentionDays) * DAY_MS);
  for await (const { key, drop } of store.unfinished(before)) {
    const uri = key === null ? store.uri : store.uriOf(key);
    list.push({ uri, key, bytes: 0, why: 'an upload that was never finished', drop });
  }
  return list;
}

/** Deletes what was found. What has no manifest is no result and no snapshot, so these go first. @throws SihwangError `AWS_REFUSED` (75) */
export async function deleteRemote(found: readonly RemoteLeftover[]): Promise<void> {
  const manifests = found.filter(({ uri }) => uri.endsWith('/manifest.json'));
  const rest = found.filter(({ uri }) => !uri.endsWith('/manifest.json'));
  for (const some of [manifests, rest])
    for (let from = 0; from < some.length; from += AT_ONCE)
      await answered(() => allOver(some.slice(from, from + AT_ONCE).map(({ drop }) => drop())));
}

/** Whoever hears of the one that failed may give up the lock: then none of the others is on its way any more. */
async function allOver(calls: readonly Promise<unknown>[]): Promise<void> {
  for (const one of await Promise.allSettled(calls)) if (one.status === 'rejected') throw one.reason;
}

async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof SihwangError) throw error;
    const { found, advice } = explainRefusal(error);
    throw new SihwangError(
      'AWS_REFUSED',
      { ko: `저장소가 답하지 않았습니다: ${found}`, en: `the store did not answer: ${found}` },
      {
        exit: EXIT.tryAgain,
        hint: advice,
        cause: error,
      },
    );
  }
}
