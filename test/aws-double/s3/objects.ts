import { createHash, randomUUID } from 'node:crypto';
import { Refusal } from '../wire/refusal.ts';

export interface StoredObject {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly lastModified: Date;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a write asks of what is there. */
export interface Condition {
  readonly ifNoneMatch?: string;
  readonly ifMatch?: string;
}

interface Upload {
  readonly key: string;
  readonly begunAt: Date;
  readonly headers: Readonly<Record<string, string>>;
  readonly parts: Map<number, { readonly bytes: Buffer; readonly md5: Buffer }>;
}

/** The objects of one bucket, in memory. A write is one step, so that two conditional ones can't both be first. */
export class Bucket {
  readonly uploads = new Map<string, Upload>();
  private readonly objects = new Map<string, StoredObject>();

  put(
    key: string,
    bytes: Buffer,
    condition: Condition,
    headers: Readonly<Record<string, string>>,
    now: Date,
  ): StoredObject {
    return this.keep(
      key,
      { bytes, etag: `"${md5(bytes).toString('hex')}"`, lastModified: now, headers },
      condition,
    );
  }

  private keep(key: string, object: StoredObject, { ifNoneMatch, ifMatch }: Condition): StoredObject {
    if (Buffer.byteLength(key) > 1024) throw new Refusal(400, 'KeyTooLongError', 'Your key is too long');
    const there = this.objects.get(key);
    if (ifNoneMatch === '*' && there) throw preconditionFailed('If-None-Match');
    if (ifMatch !== undefined && !there) throw noSuchKey(key);
    if (ifMatch !== undefined && there?.etag !== quoted(ifMatch)) throw preconditionFailed('If-Match');
    this.objects.set(key, object);
    return object;
  }

  get(key: string): StoredObject {
    const object = this.objects.get(key);
    if (!object) throw noSuchKey(key);
    return object;
  }

  delete(key: string): void {
    this.objects.delete(key);
  }

  /** Keys that begin with a prefix, by their UTF-8 bytes. */
  keys(prefix = ''): readonly string[] {
    return [...this.objects.keys()]
      .filter((key) => key.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  beginUpload(key: string, headers: Readonly<Record<string, string>>, now: Date): string {
    const id = randomUUID();
    this.uploads.set(id, { key, begunAt: now, headers, parts: new Map() });
    return id;
  }

  uploadNamed(id: string, key: string): Upload {
    const upload = this.uploads.get(id);
    if (upload?.key !== key)
      throw new Refusal(404, 'NoSuchUpload', 'The specified multipart upload does not exist.');
    return upload;
  }

  uploadPart(id: string, key: string, part: number, bytes: Buffer): string {
    const digest = md5(bytes);
    this.uploadNamed(id, key).parts.set(part, { bytes, md5: digest });
    return `"${digest.toString('hex')}"`;
  }

  completeUpload(
    id: string,
    key: string,
    order: readonly number[],
    condition: Condition,
    now: Date,
  ): StoredObject {
    const upload = this.uploadNamed(id, key);
    const parts = order.map((number) => {
      const part = upload.parts.get(number);
      if (!part) throw new Refusal(400, 'InvalidPart', `no part ${number}`);
      return part;
    });
    const small = parts.slice(0, -1).some(({ bytes }) => bytes.length < 5 * 1024 * 1024);
    if (small)
      throw new Refusal(
        400,
        'EntityTooSmall',
        'Your proposed upload is smaller than the minimum allowed size',
      );
    const etag = `"${md5(Buffer.concat(parts.map((part) => part.md5))).toString('hex')}-${parts.length}"`;
    const object = {
      bytes: Buffer.concat(parts.map((part) => part.bytes)),
      etag,
      lastModified: now,
      headers: upload.headers,
    };
    const kept = this.keep(key, object, condition);
    this.uploads.delete(id);
    return kept;
  }
}

function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}

function quoted(etag: string): string {
  return etag.startsWith('"') ? etag : `"${etag}"`;
}

function preconditionFailed(header: string): Refusal {
  return new Refusal(
    412,
    'PreconditionFailed',
    `At least one of the pre-conditions you specified did not hold (${header})`,
  );
}

function noSuchKey(key: string): Refusal {
  return new Refusal(404, 'NoSuchKey', `The specified key does not exist: ${key}`);
}
