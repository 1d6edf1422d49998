import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { awsConfig } from './aws-config.ts';
import { checkSum, sha256Of, sha256OfFile } from './checksums.ts';
import { reach } from './kill-point.ts';
import { readS3ObjectUri, readS3Uri, type S3Place, s3UriOf } from './s3-address.ts';
import {
  checkKey,
  type GetOptions,
  type PutOptions,
  type Store,
  type StoredObject,
  StoreError,
  type Unfinished,
} from './store.ts';

export interface S3StoreOptions {
  readonly client?: S3Client;
  /** Files above this go up in parts of this size; at least 5 MiB, as S3 asks. */
  readonly partBytes?: number;
  /** What the bucket's own default does not do: `AES256`, or `aws:kms` with a key. */
  readonly encryption?: { readonly algorithm: 'AES256' | 'aws:kms'; readonly kmsKeyId?: string };
}

/** Metadata by which a writer knows its own bytes again when the answer to its write was lost. */
const WRITER = 'sihwang-writer';
const PART_BYTES = 16 * 1024 * 1024;
/** How often what the SDK does not ask again is asked again: a conflict of writers, an answer cut in the middle. */
const ATTEMPTS = 5;

/** A store below a prefix of a bucket; it never looks or writes outside of it. */
export function openS3Store(uri: string, options: S3StoreOptions = {}): Store {
  return new S3Store(readS3Uri(uri), options);
}

/** The store and the key that the address of an object stands for. */
export function openS3Object(uri: string): { readonly store: Store; readonly key: string } {
  const { key, ...place } = readS3ObjectUri(uri);
  return { store: new S3Store(place, {}), key };
}

class S3Store implements Store {
  readonly uri: string;
  private readonly place: S3Place;
  private readonly client: S3Client;
  private readonly partBytes: number;
  private readonly encryption: { ServerSideEncryption?: 'AES256' | 'aws:kms'; SSEKMSKeyId?: string };

  constructor(
    place: S3Place,
    { client, partBytes = PART_BYTES, encryption = encryptionAsked() }: S3StoreOptions,
  ) {
    const config = awsConfig();
    this.place = place;
    this.uri = s3UriOf(place, '');
    // other places than AWS seldom have a name for every bucket
    this.client = client ?? new S3Client({ ...config, forcePathStyle: config.endpoint !== undefined });
    this.partBytes = partBytes;
    this.encryption = encryption
      ? {
          ServerSideEncryption: encryption.algorithm,
          ...(encryption.kmsKeyId === undefined ? {} : { SSEKMSKeyId: encryption.kmsKeyId }),
        }
      : {};
  }

  uriOf(key: string): string {
    checkKey(key.endsWith('/') ? `${key}x` : key);
    return s3UriOf(this.place, key);
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions = {}): Promise<'written' | 'exists'> {
    const at = this.at(key);
    if (options.sha256 !== undefined) checkSum(key, options.sha256, sha256Of(bytes));
    const writer = randomBytes(12).toString('hex');
    return this.write(key, options, writer, () =>
      this.client.send(
        new PutObjectCommand({
          ...at,
          ...this.encryption,
          Body: bytes,
          Metadata: { [WRITER]: writer },
          ...(options.ifAbsent ? { IfNoneMatch: '*' } : {}),
        }),
      ),
    );
  }

  async putFile(key: string, path: string, options: PutOptions = {}): Promise<'written' | 'exists'> {
    this.at(key);
    const { size } = await stat(path);
    if (options.sha256 !== undefined) checkSum(key, options.sha256, await sha256OfFile(path));
    const writer = randomBytes(12).toString('hex');
    return this.write(key, options, writer, () =>
      size > this.partBytes
        ? this.upload(key, path, size, writer, options.ifAbsent ?? false)
        : this.sendFile(key, path, size, writer, options.ifAbsent ?? false),
    );
  }

  /** A file is read once more for each attempt, so it is handed over as bytes: at most one part of them. */
  private async sendFile(
    key: string,
    path: string,
    size: number,
    writer: string,
    ifAbsent: boolean,
  ): Promise<void> {
    await this.client.send(
      new PutObjectCommand({
        ...this.at(key),
        ...this.encryption,
        Body: await readPart(path, 0, size),
        Metadata: { [WRITER]: writer },
        ...(ifAbsent ? { IfNoneMatch: '*' } : {}),
      }),
    );
  }

  /** In parts; an upload that does not come to its end is taken back. */
  private async upload(
    key: string,
    path: string,
    size: number,
    writer: string,
    ifAbsent: boolean,
  ): Promise<void> {
    const at = this.at(key);
    const { UploadId } = await this.client.send(
      new CreateMultipartUploadCommand({ ...at, ...this.encryption, Metadata: { [WRITER]: writer } }),
    );
    try {
      const parts: { PartNumber: number; ETag: string | undefined }[] = [];
      for (let from = 0; from < size; from += this.partBytes) {
        const Body = await readPart(path, from, Math.min(this.partBytes, size - from));
        const PartNumber = parts.length + 1;
        const { ETag } = await this.client.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body }));
        parts.push({ PartNumber, ETag });
      }
      await this.client.send(
        new CompleteMultipartUploadCommand({
          ...at,
          UploadId,
          MultipartUpload: { Parts: parts },
          ...(ifAbsent ? { IfNoneMatch: '*' } : {}),
        }),
      );
    } catch (error) {
      await this.abort({ ...at, UploadId }).catch(() => undefined);
      throw error;
    }
  }

  /**
   * A write until it is known what became of it. A conflict of writers is not asked again by the SDK; and after a lost
   * answer the SDK's second request fails on its own first one, so on 412 whoever stands there is asked who wrote it.
   */
  private async write(
    key: string,
    { ifAbsent = false }: PutOptions,
    writer: string,
    send: () => Promise<unknown>,
  ): Promise<'written' | 'exists'> {
    for (let attempt = 1; ; attempt++) {
      try {
        await send();
        reach('object-stored');
        return 'written';
      } catch (error) {
        const name = nameOf(error);
        if (ifAbsent && name === 'PreconditionFailed')
          return (await this.isMine(key, writer)) ? 'written' : 'exists';
        // the upload ended although the answer was lost
        if (name === 'NoSuchUpload' && (await this.isMine(key, writer))) return 'written';
        const again = name === 'ConditionalRequestConflict' || name === 'NoSuchUpload';
        if (!again || attempt === ATTEMPTS) throw error;
        await sleep(50 * 2 ** attempt * Math.random());
      }
    }
  }

  private async isMine(key: string, writer: string): Promise<boolean> {
    const found = await orNull(this.client.send(new HeadObjectCommand(this.at(key))));
    return found?.Metadata?.[WRITER] === writer;
  }

  async get(key: string, options: GetOptions = {}): Promise<Uint8Array | null> {
    const at = this.at(key);
    const bytes = await this.read(async () => {
      const found = await orNull(this.client.send(new GetObjectCommand(at)));
      return found && (await found.Body!.transformToByteArray());
    });
    if (bytes && options.sha256 !== undefined) checkSum(key, options.sha256, sha256Of(bytes));
    return bytes;
  }

  async getFile(key: string, path: string, options: GetOptions = {}): Promise<boolean> {
    const at = this.at(key);
    const unfinished = `${path}.${randomBytes(6).toString('hex')}`;
    try {
      const fetched = await this.read(async () => {
        const found = await orNull(this.client.send(new GetObjectCommand(at)));
        if (found) await pipeline(found.Body as Readable, createWriteStream(unfinished));
        return found && true;
      });
      if (!fetched) return false;
      if (options.sha256 !== undefined) checkSum(key, options.sha256, await sha256OfFile(unfinished));
      await rename(unfinished, path);
      reach('object-fetched');
      return true;
    } finally {
      await rm(unfinished, { force: true });
    }
  }

  /** Reads a body again that broke off or did not have its checksum: by then the SDK has handed it over. */
  private async read<T>(attempt: () => Promise<T>): Promise<T> {
    for (let at = 1; ; at++) {
      try {
        return await attempt();
      } catch (error) {
        if (hasStatus(error) || at === ATTEMPTS) throw error;
        await sleep(50 * 2 ** at * Math.random());
      }
    }
  }

  async head(key: string): Promise<StoredObject | null> {
    const found = await orNull(this.client.send(new HeadObjectCommand(this.at(key))));
    return found && { key, bytes: found.ContentLength ?? 0, writtenAt: found.LastModified! };
  }

  async *list(prefix: string, options: { readonly after?: string } = {}): AsyncGenerator<StoredObject> {
    const { bucket, prefix: root } = this.place;
    let ContinuationToken: string | undefined;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: root + prefix,
          // XML has no way to write some letters that a key may have
          EncodingType: 'url',
          ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
          ...(options.after === undefined ? {} : { StartAfter: root + options.after }),
        }),
      );
      for (const { Key, Size, LastModified } of page.Contents ?? [])
        yield {
          key: decodeURIComponent(Key!.replaceAll('+', ' ')).slice(root.length),
          bytes: Size ?? 0,
          writtenAt: LastModified!,
        };
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }

  async delete(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand(this.at(key)));
  }

  async *unfinished(before: Date): AsyncGenerator<Unfinished> {
    const { bucket, prefix } = this.place;
    let markers: { KeyMarker?: string; UploadIdMarker?: string } = {};
    for (;;) {
      const page = await this.client.send(
        new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...markers }),
      );
      for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
        if (!Initiated || Initiated >= before || !Key?.startsWith(prefix)) continue;
        yield {
          key: Key.slice(prefix.length),
          begunAt: Initiated,
          drop: () => this.abort({ Bucket: bucket, Key, UploadId }),
        };
      }
      if (!page.IsTruncated) return;
      markers = {
        ...(page.NextKeyMarker === undefined ? {} : { KeyMarker: page.NextKeyMarker }),
        ...(page.NextUploadIdMarker === undefined ? {} : { UploadIdMarker: page.NextUploadIdMarker }),
      };
    }
  }

  /** One that has ended meanwhile, or was taken back by another, is none. */
  private async abort(upload: {
    readonly Bucket: string;
    readonly Key: string;
    readonly UploadId: string | undefined;
  }): Promise<void> {
    await orNull(this.client.send(new AbortMultipartUploadCommand(upload)));
  }

  private at(key: string): { readonly Bucket: string; readonly Key: string } {
    checkKey(key);
    const Key = this.place.prefix + key;
    checkKey(Key);
    return { Bucket: this.place.bucket, Key };
  }
}

/** `SIHWANG_S3_ENCRYPTION`: `AES256`, or `aws:kms:<key id>`. */
function encryptionAsked(): S3StoreOptions['encryption'] {
  const asked = process.env.SIHWANG_S3_ENCRYPTION;
  if (!asked) return undefined;
  if (asked === 'AES256') return { algorithm: 'AES256' };
  const [, kmsKeyId] = /^aws:kms(?::(.+))?$/.exec(asked) ?? [null];
  if (kmsKeyId === null)
    throw new StoreError('STORE_URI', `SIHWANG_S3_ENCRYPTION is AES256 or aws:kms:KEY, not ${asked}`);
  return { algorithm: 'aws:kms', ...(kmsKeyId === undefined ? {} : { kmsKeyId }) };
}

async function readPart(path: string, from: number, bytes: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const part = Buffer.alloc(bytes);
    let read = 0;
    while (read < bytes) {
      const { bytesRead } = await file.read(part, read, bytes - read, from + read);
      if (bytesRead === 0) throw new StoreError('STORE_CHECKSUM', `${path} became shorter while it was read`);
      read += bytesRead;
    }
    return part;
  } finally {
    await file.close();
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** Whether the service answered at all: what it refuses is not asked again. */
function hasStatus(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return status !== undefined && status >= 400;
}

/** null where there is no such object or upload. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (['NoSuchKey', 'NotFound', 'NoSuchUpload'].includes(nameOf(error))) return null;
    throw error;
  }
}
