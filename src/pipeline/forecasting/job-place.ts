import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, SihwangError } from '../../domain/index.ts';
import {
  type AwsSettings,
  costWhere,
  type Job,
  type JobCost,
  type JobOutcome,
  type JobSpec,
  type Manifest,
  type ManifestOutput,
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
  untouchedInput,
  useAwsSettings,
} from '../../jobs/index.ts';
import { copySnapshot, type Home } from '../../lake/index.ts';
import { homeStoreUri, openStore, type Store } from '../../store/index.ts';
import { shardKey } from './shards.ts';
import { sendInput } from './untouched-input.ts';

/** Where the jobs of a step run, and what has to be brought there. */
export interface JobPlace {
  readonly runner: RunnerKind;
  /** The store that its jobs read and write. */
  readonly store: Store;
  /**
   * A job at this place. `limits` of a step that knows better than the settings how long its jobs take; `untouched`: an image
   * of the user's does it as it stands.
   * @throws SihwangError `IMAGE_NEEDS_SAGEMAKER`
   */
  place(job: Job, run: string, how?: Pick<PlaceFor, 'limits' | 'untouched'>): JobSpec;
  /** Has what placed jobs read at hand where they run: the snapshot that they name, and their shards. Twice is once. */
  send(specs: readonly JobSpec[]): Promise<void>;
}

const AT_ONCE = 16;
const IN_MEMORY_BYTES = 64 * 2 ** 20;

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
      place: (job, run, { limits = {}, untouched } = {}) => {
        if (untouched) throw imageNeedsSageMaker(runner);
        return placeJob(job, { home: home.id, run, runner, store: near.uri, limits });
      },
    };
  const store = await remoteStore(home, runner, aws);
  const where = { ...priced(home, runner, aws), home: home.id, runner, store: store.uri };
  return {
    runner,
    store,
    send: (specs) => send(specs, near, store),
    place: (job, run, { limits = {}, untouched = null } = {}) => {
      if (untouched && runner === 'aws-batch') throw imageNeedsSageMaker(runner);
      return placeJob(job, { ...where, run, limits: { ...where.limits, ...limits }, untouched });
    },
  };
}

function imageNeedsSageMaker(runner: RunnerKind): SihwangError {
  return new SihwangError(
    'IMAGE_NEEDS_SAGEMAKER',
    {
      ko: `설정이 이미지를 그대로 쓰는데, 실행기 ${runner}는 그것을 시작할 수 없습니다`,
      en: `the recipe names an image as it stands, which the runner ${runner} cannot start`,
    },
    {
      exit: EXIT.usage,
      hint: {
        ko: '단계에 "runner": "sagemaker" 또는 "sagemaker-queue"를 주거나 이미지에 우리 일꾼을 넣으세요. 둘 다 docs/bring-your-own-model.md에 있습니다.',
        en: 'Give the step "runner": "sagemaker" or "sagemaker-queue", or put our worker into the image; docs/bring-your-own-model.md shows both.',
      },
    },
  );
}

/**
 * Where the jobs of a step would run, and what each of them could cost there; null on this machine, which sends no bill.
 * Nobody is asked.
 * @throws SihwangError as `jobPlace`
 */
export function placeCost(
  home: Home,
  asked: unknown,
  limits: PlaceFor['limits'] = {},
): { readonly runner: RunnerKind; readonly cost: JobCost | null } {
  const aws = readAwsSettings(home.path);
  const runner = runnerKindOf(asked ?? aws.runner ?? 'local');
  if (runner === 'local') return { runner, cost: null };
  useAwsSettings(runner, aws);
  const where = priced(home, runner, aws);
  return { runner, cost: costWhere({ ...where, limits: { ...where.limits, ...limits } }) };
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
      {
        ko: `${table.asOf}의 가격표에 ${region}의 ${runner} 가격이 없어, 일감이 얼마까지 들지 알 수 없습니다`,
        en: `the price table of ${table.asOf} has no price of ${runner} in ${region}, so nobody can say what a job may cost`,
      },
      {
        exit: EXIT.configuration,
        hint: {
          ko: '가격이 든 표를 쓰고 홈의 aws.json에 prices로 적으세요. 방법은 docs/jobs.md.',
          en: 'Write a table that has it, and name it as prices in aws.json of the home; docs/jobs.md says how.',
        },
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

async function send(specs: readonly JobSpec[], near: Store, far: Store): Promise<void> {
  for (const { job, placement } of specs)
    if (placement.untouched) await sendInput(job, { near, far, prefix: untouchedInput(placement) });
  const jobs = specs.flatMap(({ job, placement }) => (placement.untouched ? [] : [job]));
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
  for (const output of manifest.outputs) await bringOutput(near, far, output);
  await near.put(key, Buffer.from(`${JSON.stringify(manifest)}\n`), { ifAbsent: true });
}

/** A model may be larger than memory; most results are small, and a file between would only cost time. */
async function bringOutput(near: Store, far: Store, { key, bytes, sha256 }: ManifestOutput): Promise<void> {
  if (bytes <= IN_MEMORY_BYTES) {
    const found = await far.get(key, { sha256 });
    if (!found) throw new RangeError(`the result ${key} of a job is not in ${far.uri}`);
    await near.put(key, found, { sha256 });
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-bring-'));
  try {
    const path = join(folder, 'output');
    if (!(await far.getFile(key, path, { sha256 })))
      throw new RangeError(`the result ${key} of a job is not in ${far.uri}`);
    await near.putFile(key, path, { sha256 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inTurn<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < all.length; from += AT_ONCE)
    await Promise.all(all.slice(from, from + AT_ONCE).map(work));
}
