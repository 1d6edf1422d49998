import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  deleteRemote,
  type RemoteRetention,
  stillUnneeded,
  unneededIn,
} from '../../src/pipeline/runs/collect-remote.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { type AwsDouble, startAwsDouble } from '../aws-double/aws-double.ts';
import { withEnvironment } from '../aws-double/with-environment.ts';

/** What a home has left in its part of a bucket: collected by the home's own rules, beside another home's that is left alone. */
const NOW = new Date();
const daysAgo = (days: number) => new Date(+NOW - days * 86_400_000);
const SNAPSHOT = { cited: 'c'.repeat(64), old: 'd'.repeat(64), young: 'e'.repeat(64) };
const SHARD = { named: '1'.repeat(64), unnamed: '2'.repeat(64), open: '3'.repeat(64) };
const HOMES = ['homes/mine/', 'homes/theirs/'] as const;

let double: AwsDouble;
let restore: () => void;
let mine: Store;
beforeAll(async () => {
  double = await startAwsDouble();
  restore = withEnvironment(double.environment);
  mine = await openStore(`s3://bucket/${HOMES[0]}`);
});
afterAll(async () => {
  await double.close();
  restore();
});

const bucket = () => double.s3.buckets.get('bucket')!;
const keysOf = (home: string) => bucket().keys(home);
const uploadsOf = (home: string) => [...bucket().uploads.values()].filter(({ key }) => key.startsWith(home));

/** One job of a run with all that a worker, SageMaker and a controller leave; `out` is named by its manifest. */
function jobOf(run: string, shard: string): Record<string, string> {
  const job = `runs/${run}/${'0'.repeat(16)}/`;
  return {
    [`runs/${run}/arrays/list.json`]: '{"specs":[]}',
    [`${job}spec-g1.json`]: `{"shard":"${shard}"}`,
    [`${job}manifest.json`]: JSON.stringify({ shard, outputs: [{ key: `${job}out/1-1-w/t`, sha256: run }] }),
    [`${job}out/1-1-w/t`]: 'rows',
    [`${job}out/1-2-x/t`]: 'of a worker that came too late',
    [`${job}log/1-1-w/0.ndjson`]: '{}',
    [`${job}attempts/1-1-w.json`]: '{}',
    [`${job}checkpoint/000000000001-${'a'.repeat(64)}`]: 'half',
    [`${job}opt-ml-checkpoints/000000000001-${'a'.repeat(64)}`]: 'half',
    [`${job}sagemaker/sw-1/output/model.tar.gz`]: 'model',
    [`${job}beat.json`]: '{}',
  };
}

beforeEach(() => {
  for (const key of bucket().keys()) bucket().delete(key);
  bucket().uploads.clear();
  for (const home of HOMES) {
    const put = (objects: Record<string, string>, days: number) => {
      for (const [key, text] of Object.entries(objects))
        bucket().put(home + key, Buffer.from(text), {}, {}, daysAgo(days));
    };
    put(jobOf('cited', SHARD.named), 60);
    put(jobOf('unwanted', SHARD.unnamed), 60);
    put(jobOf('open', SHARD.open), 60);
    put(jobOf('young', SHARD.named), 3);
    for (const [name, sha256] of Object.entries(SNAPSHOT))
      for (const file of ['manifest.json', 'prices.parquet'])
        put({ [`snapshots/${sha256}/${file}`]: name }, name === 'young' ? 3 : 60);
    for (const sha256 of Object.values(SHARD)) put({ [`shards/${sha256}.json`]: '{}' }, 60);
    bucket().beginUpload(`${home}snapshots/${'f'.repeat(64)}/prices.parquet`, {}, daysAgo(60));
    bucket().beginUpload(`${home}runs/open/x`, {}, daysAgo(0.1));
  }
});

const RETENTION: RemoteRetention = {
  ...{ now: NOW, retentionDays: 30, snapshots: new Set([SNAPSHOT.cited]), artefacts: new Set() },
  cited: new Set(['cited']),
  endedAt: new Map([
    ['cited', daysAgo(60)],
    ['unwanted', daysAgo(60)],
    ['open', null],
    ['young', daysAgo(3)],
  ]),
  openJobs: new Set(),
  openShards: new Set([SHARD.open]),
};

it('goes when it is old and nothing cites it; a look deletes nothing, and another home’s is never asked for', async () => {
  const before = HOMES.map((home) => [keysOf(home), uploadsOf(home)]);
  const found = await unneededIn(mine, RETENTION);
  expect(HOMES.map((home) => [keysOf(home), uploadsOf(home)])).toEqual(before);
  await deleteRemote(found);
  expect([keysOf(HOMES[1]), uploadsOf(HOMES[1])]).toEqual(before[1]);
  const job = (run: string) => `runs/${run}/${'0'.repeat(16)}/`;
  const whole = (run: string) => Object.keys(jobOf(run, ''));
  const expected = [
    // what a published forecast or a registered model came from keeps its result, and what SageMaker made of it
    ...['manifest.json', 'out/1-1-w/t', 'sagemaker/sw-1/output/model.tar.gz'].map(
      (name) => job('cited') + name,
    ),
    ...whole('open'),
    ...whole('young'),
    ...[SNAPSHOT.cited, SNAPSHOT.young].flatMap((sha256) =>
      ['manifest.json', 'prices.parquet'].map((file) => `snapshots/${sha256}/${file}`),
    ),
    ...[SHARD.named, SHARD.open].map((sha256) => `shards/${sha256}.json`),
  ];
  expect(keysOf(HOMES[0])).toEqual(expected.map((key) => HOMES[0] + key).sort());
  expect(uploadsOf(HOMES[0]).map(({ key }) => key)).toEqual([`${HOMES[0]}runs/open/x`]);
  expect(await unneededIn(mine, RETENTION)).toEqual([]);
});

it('a collector that is cut off leaves no result without its outputs, and the next one ends it', async () => {
  const denied = { answer: { status: 403, code: 'AccessDenied' } } as const;
  for (const skip of [0, 1, 4]) {
    double.faults.onCall('DeleteObject', denied, { skip });
    await expect(deleteRemote(await unneededIn(mine, RETENTION))).rejects.toMatchObject({
      code: 'AWS_REFUSED',
      hint: expect.stringContaining('ControllerPolicy'),
    });
    const keys = new Set(keysOf(HOMES[0]));
    for (const key of keys)
      if (key.startsWith(`${HOMES[0]}runs/`) && key.endsWith('manifest.json'))
        for (const output of JSON.parse(bucket().get(key).bytes.toString()).outputs)
          expect(keys.has(HOMES[0] + output.key), key).toBe(true);
  }
  await deleteRemote(await unneededIn(mine, RETENTION));
  expect(await unneededIn(mine, RETENTION)).toEqual([]);
});

it('what something has begun to need since it was found stays, and the store is not asked for it again', async () => {
  const look = { found: await unneededIn(mine, RETENTION), retention: RETENTION };
  const asked = double.calls.length;
  const left = (now: Partial<RemoteRetention>) =>
    new Set(
      stillUnneeded(look, { ...RETENTION, ...now }).map(({ key }) => key?.split('/').slice(0, 2).join('/')),
    );
  const all = left({});
  expect(all).toEqual(
    new Set([
      ...['runs/cited', 'runs/unwanted', `snapshots/${SNAPSHOT.old}`, `shards/${SHARD.unnamed}.json`],
      `snapshots/${'f'.repeat(64)}`,
    ]),
  );
  const without = (...gone: string[]) => new Set([...all].filter((one) => !gone.includes(one!)));
  const endedAt = (run: string, at: Date | null) => new Map([...RETENTION.endedAt, [run, at]]);
  expect(left({ cited: new Set(['cited', 'unwanted']) })).toEqual(without('runs/unwanted'));
  // begun anew
  expect(left({ endedAt: endedAt('unwanted', null) })).toEqual(without('runs/unwanted'));
  expect(left({ endedAt: endedAt('cited', null) })).toEqual(without('runs/cited'));
  // whose outputs these are is not asked again
  expect(left({ artefacts: new Set(['published since']) })).toEqual(without('runs/unwanted'));
  expect(left({ snapshots: new Set([SNAPSHOT.old]) })).toEqual(without(`snapshots/${SNAPSHOT.old}`));
  expect(left({ openShards: new Set([SHARD.unnamed]) })).toEqual(without(`shards/${SHARD.unnamed}.json`));
  expect(double.calls).toHaveLength(asked);
});
