import { EXIT, SihwangError } from '../../domain/index.ts';
import {
  type AwsSettings,
  type Job,
  type JobOutcome,
  type JobSpec,
  type Manifest,
  machinesOf,
  type PlaceFor,
  type Priced,
  placeJob,
  type RunnerKind,
  ratesOf,
  readAwsSettings,
  readPrices,
  regionOf,
  runnerKindOf,
  useAwsSettings,
} from '../../jobs/index.ts';
import { copySnapshot, type Home } from '../../lake/index.ts';
import { homeStoreUri, openStore, type Store } from '../../store/index.ts';
import { shardKey } from './shards.ts';

/** Where the jobs of a step run, and what has to be brought there. */
export interface JobPlace {
  readonly runner: RunnerKind;
  /** The store that its jobs read and write. */
  readonly store: Store;
  /** Has what jobs read at hand where they run: the snapshot that they name, and their shards. Twice is once. */
  send(jobs: readonly Job[]): Promise<void>;
  /** `limits` of a step that knows better than the settings how long its jobs take. */
  place(job: Job, run: string, limits?: PlaceFor['limits']): JobSpec;
}

const AT_ONCE = 16;

/**
 * The place that a step names, else the one that the settings of the home name, else this machine.
 * @throws SihwangError `RUNNER_UNKNOWN`, `AWS_SETTINGS_MISSING`, `AWS_SETTINGS_UNREADABLE`, `PRICES_UNREADABLE`,
 * `PRICE_UNKNOWN` where nobody can say what a job would cost
 */
export async function jobPlace(home: Home, asked: unknown): Promise<JobPlace> {
  const aws = readAwsSettings(home.path);
  const runner = runnerKindOf(asked ?? aws.runner ?? 'local');
  const near = await openStore(homeStoreUri(home.path));
  if (runner === 'local')
    return {
      ...{ runner, store: near, send: async () => undefined },
      place: (job, run, limits = {}) =>
        placeJob(job, { home: home.id, run, runner, store: near.uri, limits }),
    };
  const store = await remoteStore(home, runner, aws);
  const where = { ...priced(home, runner, aws), home: home.id, runner, store: store.uri };
  return {
    runner,
    store,
    send: (jobs) => send(jobs, near, store),
    place: (job, run, limits = {}) =>
      placeJob(job, { ...where, run, limits: { ...where.limits, ...limits } }),
  };
}

/** The part of the account's store that is this home's: two homes never see each other's results. */
export async function remoteStore(
  home: { readonly id: string },
  runner: RunnerKind,
  aws: AwsSettings,
): Promise<Store> {
  return openStore(`${useAwsSettings(runner, aws).store}homes/${home.id}/`);
}

function priced(
  home: Home,
  runner: RunnerKind,
  aws: AwsSettings,
): Pick<PlaceFor, 'rates' | 'image' | 'resources' | 'limits'> {
  const region = regionOf(aws)!;
  const table = readPrices(aws, home.path);
  const rates = ratesOf(table, region, pricedOn(runner, aws));
  if (!rates)
    throw new SihwangError(
      'PRICE_UNKNOWN',
      `the price table of ${table.asOf} has no price of ${runner} in ${region}, so nobody can say what a job may cost`,
      {
        exit: EXIT.configuration,
        hint: 'Write a table that has it, and name it as prices in aws.json of the home; docs/jobs.md says how.',
      },
    );
  const { image, resources = {}, limits = {} } = aws;
  return {
    rates,
    ...(image === undefined ? {} : { image }),
    resources: given({ spot: true, ...resources }),
    limits: given(limits),
  };
}

/** A container's share of a machine, or the instances of which a job gets one. */
function pricedOn(runner: RunnerKind, { resources, sagemaker }: AwsSettings): Priced {
  if (runner === 'aws-batch') return { gpu: resources?.gpu ?? 0 };
  const asked = { vcpu: 1, memoryMiB: 1024, gpu: 0, spot: true, ...given(resources ?? {}) };
  return { instanceTypes: machinesOf(asked, sagemaker?.instances) };
}

/** Without the members that nobody gave. */
function given<T extends object>(members: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]: Exclude<T[Name], undefined>;
  };
}

async function send(jobs: readonly Job[], near: Store, far: Store): Promise<void> {
  const snapshots = new Set(jobs.flatMap(({ snapshotSha256 }) => snapshotSha256 ?? []));
  for (const sha256 of snapshots) await copySnapshot(near, far, sha256);
  const shards = [...new Set(jobs.flatMap(({ shard }) => shard?.itemsSha256 ?? []))];
  await inTurn(shards, async (sha256) => {
    const bytes = await near.get(shardKey(sha256), { sha256 });
    if (!bytes) throw new RangeError(`the store has no shard ${sha256}`);
    await far.put(shardKey(sha256), bytes, { ifAbsent: true });
  });
}

/**
 * Brings the results of jobs into the home's own store, under the same keys: outputs first, each by its hash, the
 * manifest last, so that a result is here whole or not at all. What is here already is not fetched again.
 */
export async function bringBack(near: Store, outcomes: readonly JobOutcome[]): Promise<void> {
  const away = outcomes.flatMap(({ manifest }) =>
    manifest && manifest.spec.placement.store !== near.uri ? manifest : [],
  );
  const stores = new Map<string, Store>();
  for (const uri of new Set(away.map(({ spec }) => spec.placement.store)))
    stores.set(uri, await openStore(uri));
  await inTurn(away, (manifest) => bringOne(near, stores.get(manifest.spec.placement.store)!, manifest));
}

async function bringOne(near: Store, far: Store, manifest: Manifest): Promise<void> {
  const key = `${manifest.spec.placement.result}manifest.json`;
  if (await near.head(key)) return;
  for (const output of manifest.outputs) {
    const { sha256 } = output;
    const bytes = await far.get(output.key, { sha256 });
    if (!bytes) throw new RangeError(`the result ${output.key} of a job is not in ${far.uri}`);
    await near.put(output.key, bytes, { sha256 });
  }
  await near.put(key, Buffer.from(`${JSON.stringify(manifest)}\n`), { ifAbsent: true });
}

async function inTurn<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < all.length; from += AT_ONCE)
    await Promise.all(all.slice(from, from + AT_ONCE).map(work));
}
