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
  readonly drop: () => Promise<void>;
}

/** What decides about a home's part of a store. */
export interface RemoteRetention extends RunRetention {
  /** Snapshots that the records or something published rest on. */
  readonly snapshots: ReadonlySet<string>;
}

const DAY_MS = 86_400_000;
const AT_ONCE = 16;

/**
 * What of the home's part of the S3 store that its settings name nothing needs any more, by the rules of the home's own
 * store: a run that something issued, published or registered came from keeps its results there too. Nothing beside the
 * home's part is even listed.
 * @throws SihwangError `AWS_SETTINGS_MISSING` (78), `AWS_REFUSED` (75)
 */
export async function remoteLeftovers(
  home: Home,
  records: Records,
  options: Pick<RunRetention, 'retentionDays' | 'now'>,
): Promise<readonly RemoteLeftover[]> {
  const aws = readAwsSettings(home.path);
  const store = await remoteStore(home, aws.runner ?? 'aws-batch', aws);
  const artefacts = await artefactsServed(home);
  const snapshots = new Set([...(await citedSnapshots(records.pool)), ...(await snapshotsServed(home))]);
  const cites = await citedRuns(records.pool, artefacts);
  return answered(() =>
    unneededIn(store, { ...cites, ...options, snapshots, artefacts: new Set(artefacts) }),
  );
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
    return { uri: store.uriOf(key), bytes, why, drop: () => store.delete(key) };
  });
  // a writer may be at it for hours, whatever the retention
  const before = new Date(+now - Math.max(1, retentionDays) * DAY_MS);
  for await (const { key, drop } of store.unfinished(before)) {
    const uri = key === null ? store.uri : store.uriOf(key);
    list.push({ uri, bytes: 0, why: 'an upload that was never finished', drop });
  }
  return list;
}

/** Deletes what was found. What has no manifest is no result and no snapshot, so these go first. @throws SihwangError `AWS_REFUSED` (75) */
export async function deleteRemote(found: readonly RemoteLeftover[]): Promise<void> {
  const manifests = found.filter(({ uri }) => uri.endsWith('/manifest.json'));
  const rest = found.filter(({ uri }) => !uri.endsWith('/manifest.json'));
  for (const some of [manifests, rest])
    for (let from = 0; from < some.length; from += AT_ONCE)
      await answered(() => Promise.all(some.slice(from, from + AT_ONCE).map(({ drop }) => drop())));
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
