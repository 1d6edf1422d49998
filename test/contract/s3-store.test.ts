import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateMultipartUploadCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sweep } from '../../src/store/index.ts';
import { openS3Store } from '../../src/store/s3-store.ts';
import { type AwsDouble, startAwsDouble } from '../aws-double/aws-double.ts';
import { withEnvironment } from '../aws-double/with-environment.ts';
import { storeSuite } from './store-suite.ts';

let double: AwsDouble;
let restore: () => void;
beforeAll(async () => {
  double = await startAwsDouble();
  restore = withEnvironment(double.environment);
});
afterAll(async () => {
  await double.close();
  restore();
});

let stores = 0;
const freshUri = () => `s3://bucket/home ${++stores}/`;

storeSuite({
  name: 'a prefix of a bucket',
  open: async () => ({ store: openS3Store(freshUri()), close: async () => undefined }),
});

describe('a store in a bucket', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-s3-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(() => expect(double.faults.unused()).toEqual([]));
  const bytes = new TextEncoder().encode('배추');
  const MIB = 1024 * 1024;

  it('check 4: knows its own write again when the answer was lost, and another’s for what it is', async () => {
    const store = openS3Store(freshUri());
    double.faults.onCall('PutObject', { drop: 'after' });
    expect(await store.put('manifest.json', bytes, { ifAbsent: true })).toBe('written');
    double.faults.onCall('PutObject', { drop: 'after' });
    expect(await store.put('manifest.json', bytes, { ifAbsent: true })).toBe('exists');
  });

  it('check 4: asks again after a conflict of writers, a slow-down, a server’s error, and a body that broke off', async () => {
    const store = openS3Store(freshUri());
    for (const [status, code] of [
      [409, 'ConditionalRequestConflict'],
      [503, 'SlowDown'],
      [500, 'InternalError'],
    ] as const) {
      double.faults.onCall('PutObject', { answer: { status, code } });
      expect(await store.put(code, bytes, { ifAbsent: true })).toBe('written');
    }
    double.faults.onCall('GetObject', { garbled: 'truncated' });
    expect(await store.get('SlowDown')).toEqual(bytes);
    double.faults.onCall('GetObject', { badChecksum: true });
    expect(await store.getFile('SlowDown', join(folder, 'got'))).toBe(true);
  });

  it('puts large files in parts, once, and takes back what it began', async () => {
    const store = openS3Store(freshUri(), { partBytes: 5 * MIB });
    const path = join(folder, 'large');
    writeFileSync(path, Buffer.alloc(12 * MIB, 7));
    expect(await store.putFile('large', path, { ifAbsent: true })).toBe('written');
    expect((await store.head('large'))!.bytes).toBe(12 * MIB);
    expect(await store.putFile('large', path, { ifAbsent: true })).toBe('exists');
    double.faults.onCall('CompleteMultipartUpload', { drop: 'after' });
    expect(await store.putFile('lost', path, { ifAbsent: true })).toBe('written');
    double.faults.onCall('UploadPart', { answer: { status: 403, code: 'AccessDenied' } });
    await expect(store.putFile('denied', path)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(double.s3.buckets.get('bucket')!.uploads.size).toBe(0);
  });

  it('sweeps uploads that a dead writer left, its own alone', async () => {
    const uri = freshUri();
    const client = new S3Client({ endpoint: double.endpoint, forcePathStyle: true });
    const begin = (Key: string) => client.send(new CreateMultipartUploadCommand({ Bucket: 'bucket', Key }));
    await begin(`home ${stores}/mine`);
    await begin('other/theirs');
    const store = openS3Store(uri);
    expect(await sweep(store, new Date(Date.now() - 60_000))).toBe(0);
    expect(await sweep(store, new Date(Date.now() + 60_000))).toBe(1);
    expect([...double.s3.buckets.get('bucket')!.uploads.values()].map(({ key }) => key)).toEqual([
      'other/theirs',
    ]);
    double.s3.buckets.get('bucket')!.uploads.clear();
  });

  it('asks for encryption where the bucket does not do it by itself', async () => {
    const store = openS3Store(freshUri(), { encryption: { algorithm: 'aws:kms', kmsKeyId: 'key-1' } });
    await store.put('x', bytes);
    const client = new S3Client({ endpoint: double.endpoint, forcePathStyle: true });
    const head = await client.send(new HeadObjectCommand({ Bucket: 'bucket', Key: `home ${stores}/x` }));
    expect(head).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'key-1' });
  });

  it('refuses an address without a bucket', () => {
    for (const uri of ['s3://', 's3:///a/', 's3://Bad_Name/x/'])
      expect(() => openS3Store(uri)).toThrow(/names no bucket/);
  });
});
