import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AwsDouble, startAwsDouble } from './aws-double.ts';
import { clientsOf } from './clients.ts';

let double: AwsDouble;
let s3: ReturnType<typeof clientsOf>['s3'];
beforeEach(async () => {
  double = await startAwsDouble();
  ({ s3 } = clientsOf(double));
});
afterEach(() => double.close());

const put = (
  Key: string,
  Body: string | Uint8Array,
  condition: { IfNoneMatch?: string; IfMatch?: string } = {},
) => s3.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body, ...condition }));
const text = async (Key: string, Range?: string) =>
  (await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key, Range }))).Body!.transformToString();
const puts = () => double.calls.filter(({ operation }) => operation === 'PutObject').length;

it('creates once: of ten that write at the same time one is first, the others get 412', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, (_, i) => put('a', `${i}`, { IfNoneMatch: '*' })),
  );
  const won = outcomes.flatMap((outcome, i) => (outcome.status === 'fulfilled' ? [i] : []));
  expect(won).toHaveLength(1);
  expect(await text('a')).toBe(String(won[0]));
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: 'PreconditionFailed' });
});

it('replaces only what is still the same', async () => {
  const { ETag } = await put('a', '1');
  await put('a', '2', { IfMatch: ETag! });
  await expect(put('a', '3', { IfMatch: ETag! })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  expect(await text('a')).toBe('2');
});

it('keeps streamed bytes without their framing, and gives ranges of them', async () => {
  const bytes = randomBytes(300_000);
  await s3.send(
    new PutObjectCommand({
      Bucket: 'bucket',
      Key: '배추 +/a',
      Body: Readable.from([bytes]),
      ContentLength: bytes.length,
    }),
  );
  const got = await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: '배추 +/a', Range: 'bytes=-10' }));
  expect(Buffer.from(await got.Body!.transformToByteArray())).toEqual(bytes.subarray(-10));
  expect(await s3.send(new HeadObjectCommand({ Bucket: 'bucket', Key: '배추 +/a' }))).toMatchObject({
    ContentLength: 300_000,
  });
  await expect(text('배추 +/a', 'bytes=900000-')).rejects.toMatchObject({ name: 'InvalidRange' });
});

it('lists by the bytes of the keys, page by page, with folders', async () => {
  for (const key of ['b/2', 'a', 'b/1', 'a/b', '배추', 'b-']) await put(key, key);
  const pages: string[][] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: 'bucket', MaxKeys: 2, ContinuationToken: token }),
    );
    pages.push(page.Contents!.map(({ Key }) => Key!));
    token = page.NextContinuationToken;
  } while (token);
  expect(pages).toEqual([
    ['a', 'a/b'],
    ['b-', 'b/1'],
    ['b/2', '배추'],
  ]);
  const folders = await s3.send(new ListObjectsV2Command({ Bucket: 'bucket', Delimiter: '/' }));
  expect(folders.CommonPrefixes!.map(({ Prefix }) => Prefix)).toEqual(['a/', 'b/']);
  expect(folders.Contents!.map(({ Key }) => Key)).toEqual(['a', 'b-', '배추']);
});

it('takes an upload in parts: whole when completed, created once, gone when aborted', async () => {
  const begin = async (Key: string) => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: 'bucket', Key }));
    const parts = [];
    for (const [at, size] of [6_000_000, 1000].entries()) {
      const { ETag } = await s3.send(
        new UploadPartCommand({
          Bucket: 'bucket',
          Key,
          UploadId,
          PartNumber: at + 1,
          Body: Buffer.alloc(size, at + 1),
        }),
      );
      parts.push({ ETag, PartNumber: at + 1 });
    }
    return { Bucket: 'bucket', Key, UploadId, MultipartUpload: { Parts: parts } };
  };
  const [first, second, third] = [await begin('big'), await begin('big'), await begin('other')];
  const made = await s3.send(new CompleteMultipartUploadCommand({ ...first, IfNoneMatch: '*' }));
  expect(made.ETag).toMatch(/-2"$/);
  await expect(
    s3.send(new CompleteMultipartUploadCommand({ ...second, IfNoneMatch: '*' })),
  ).rejects.toMatchObject({
    name: 'PreconditionFailed',
  });
  const open = async () =>
    (await s3.send(new ListMultipartUploadsCommand({ Bucket: 'bucket' }))).Uploads?.map(({ Key }) => Key) ??
    [];
  expect((await open()).sort()).toEqual(['big', 'other']);
  await s3.send(
    new AbortMultipartUploadCommand({ Bucket: 'bucket', Key: 'other', UploadId: third.UploadId }),
  );
  await s3.send(new AbortMultipartUploadCommand({ Bucket: 'bucket', Key: 'big', UploadId: second.UploadId }));
  expect(await open()).toEqual([]);
});

it('deletes one and many, and knows nothing of what never was', async () => {
  for (const key of ['a', 'b', 'c & <d>']) await put(key, key);
  await s3.send(new DeleteObjectCommand({ Bucket: 'bucket', Key: 'a' }));
  await s3.send(
    new DeleteObjectsCommand({
      Bucket: 'bucket',
      Delete: { Objects: [{ Key: 'b' }, { Key: 'c & <d>' }, { Key: 'never' }] },
    }),
  );
  const left = await s3.send(new ListObjectsV2Command({ Bucket: 'bucket' }));
  expect(left.KeyCount).toBe(0);
  await expect(text('a')).rejects.toMatchObject({ name: 'NoSuchKey' });
});

it('a lost answer to a conditional write comes back as a 412 for one’s own bytes', async () => {
  double.faults.onCall('PutObject', { drop: 'after' });
  await expect(put('a', 'mine', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  expect(await text('a')).toBe('mine');
  expect(puts()).toBe(2);
});

it('503 and 500 and a lost request are asked again by the SDK, 409 is not', async () => {
  double.faults.onCall('PutObject', { answer: { status: 503, code: 'SlowDown' } });
  await put('a', '1');
  double.faults.onCall('PutObject', { answer: { status: 500, code: 'InternalError' } });
  await put('b', '1');
  double.faults.onCall('PutObject', { drop: 'before' });
  await put('c', '1', { IfNoneMatch: '*' });
  expect(puts()).toBe(6);
  double.faults.onCall('PutObject', { answer: { status: 409, code: 'ConditionalRequestConflict' } });
  await expect(put('d', '1')).rejects.toMatchObject({ name: 'ConditionalRequestConflict' });
  expect(puts()).toBe(7);
});

it('bytes that do not have their checksum are noticed by the reader, cut ones too', async () => {
  await put('a', 'x'.repeat(1000));
  double.faults.onCall('GetObject', { badChecksum: true });
  await expect(text('a')).rejects.toThrow(/[Cc]hecksum/);
  double.faults.onCall('GetObject', { garbled: 'truncated' });
  await expect(text('a')).rejects.toThrow(/[Cc]hecksum/);
});

it('a clock that is wrong by an hour is set right by the SDK', async () => {
  double.clock.skewMs = 3_600_000;
  await put('a', 'later');
  expect(await text('a')).toBe('later');
  expect(double.calls.map(({ status }) => status)).toContain(403);
});
