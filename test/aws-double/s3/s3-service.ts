import type { Clock } from '../clock.ts';
import { Refusal } from '../wire/refusal.ts';
import { crc32Of, dechunk, verifyBody } from './aws-chunked.ts';
import { Bucket, type Condition, type StoredObject } from './objects.ts';
import { textsOf, type Xml, xmlOf } from './xml.ts';

/** A request as the wire brings it; header names in lower case. */
export interface S3Request {
  readonly method: string;
  /** The path without its query, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface S3Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** The part of S3 that a store needs, by path style. Anything else is refused with 501. */
export class S3Service {
  readonly buckets = new Map<string, Bucket>();
  private readonly clock: Clock;

  constructor(clock: Clock, buckets: readonly string[]) {
    this.clock = clock;
    for (const name of buckets) this.buckets.set(name, new Bucket());
  }

  /** The name that the SDK gives the operation: faults and counts go by it. */
  operationOf({ method, path, query, headers }: S3Request): string {
    const { key } = split(path);
    if (key === '') {
      if (query.has('delete')) return 'DeleteObjects';
      if (query.has('uploads')) return 'ListMultipartUploads';
      return { GET: 'ListObjectsV2', HEAD: 'HeadBucket', PUT: 'CreateBucket' }[method] ?? 'unknown';
    }
    if (query.has('uploads')) return 'CreateMultipartUpload';
    if (query.has('uploadId')) {
      const byMethod = { PUT: 'UploadPart', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload' };
      return byMethod[method as keyof typeof byMethod] ?? 'unknown';
    }
    if (method === 'PUT' && headers['x-amz-copy-source']) return 'CopyObject';
    const byMethod = { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject', DELETE: 'DeleteObject' };
    return byMethod[method as keyof typeof byMethod] ?? 'unknown';
  }

  answer(request: S3Request): S3Answer {
    const { bucket: name, key } = split(request.path);
    const operation = this.operationOf(request);
    if (operation === 'CreateBucket') {
      this.buckets.set(name, new Bucket());
      return { status: 200 };
    }
    const bucket = this.buckets.get(name);
    if (!bucket) throw new Refusal(404, 'NoSuchBucket', 'The specified bucket does not exist');
    const body = bodyOf(request);
    switch (operation) {
      case 'HeadBucket':
        return { status: 200 };
      case 'PutObject': {
        const object = bucket.put(key, body, conditionOf(request), keptHeaders(request), this.clock.now());
        return { status: 200, headers: { etag: object.etag, 'x-amz-checksum-crc32': crc32Of(body) } };
      }
      case 'CopyObject':
        return this.copy(request, bucket, key);
      case 'GetObject':
      case 'HeadObject':
        return get(bucket.get(key), request);
      case 'DeleteObject':
        bucket.delete(key);
        return { status: 204 };
      case 'DeleteObjects':
        return deleteMany(bucket, body.toString());
      case 'ListObjectsV2':
        return list(bucket, name, request.query);
      case 'ListMultipartUploads':
        return {
          status: 200,
          body: xmlOf(`ListMultipartUploadsResult ${NAMESPACE}`, {
            Bucket: name,
            IsTruncated: false,
            Upload: [...bucket.uploads]
              .filter(([, { key: open }]) => open.startsWith(request.query.get('prefix') ?? ''))
              .map(([UploadId, upload]) => ({
                Key: upload.key,
                UploadId,
                Initiated: upload.begunAt.toISOString(),
              })),
          }),
        };
      case 'CreateMultipartUpload':
        return {
          status: 200,
          body: xmlOf(`InitiateMultipartUploadResult ${NAMESPACE}`, {
            Bucket: name,
            Key: key,
            UploadId: bucket.beginUpload(key, keptHeaders(request), this.clock.now()),
          }),
        };
      case 'UploadPart': {
        const part = Number(request.query.get('partNumber'));
        const etag = bucket.uploadPart(request.query.get('uploadId')!, key, part, body);
        return { status: 200, headers: { etag, 'x-amz-checksum-crc32': crc32Of(body) } };
      }
      case 'CompleteMultipartUpload': {
        const order = textsOf(body.toString(), 'PartNumber').map(Number);
        const id = request.query.get('uploadId')!;
        const { etag } = bucket.completeUpload(id, key, order, conditionOf(request), this.clock.now());
        return {
          status: 200,
          body: xmlOf(`CompleteMultipartUploadResult ${NAMESPACE}`, { Bucket: name, Key: key, ETag: etag }),
        };
      }
      case 'AbortMultipartUpload':
        bucket.uploadNamed(request.query.get('uploadId')!, key);
        bucket.uploads.delete(request.query.get('uploadId')!);
        return { status: 204 };
      default:
        throw new Refusal(501, 'NotImplemented', `the double has no ${request.method} ${request.path}`);
    }
  }

  private copy(request: S3Request, bucket: Bucket, key: string): S3Answer {
    const source = split(`/${request.headers['x-amz-copy-source']!.replace(/^\//, '')}`);
    const { bytes, headers } = this.buckets.get(source.bucket)!.get(source.key);
    const { etag, lastModified } = bucket.put(key, bytes, conditionOf(request), headers, this.clock.now());
    return {
      status: 200,
      body: xmlOf(`CopyObjectResult ${NAMESPACE}`, { ETag: etag, LastModified: lastModified.toISOString() }),
    };
  }
}

function split(path: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = '', ...rest] = path.split('/');
  return { bucket: decodeURIComponent(bucket), key: rest.map(decodeURIComponent).join('/') };
}

function bodyOf({ headers, body }: S3Request): Buffer {
  if (!headers['content-encoding']?.includes('aws-chunked')) {
    verifyBody(body, headers);
    return body;
  }
  const { bytes, trailers } = dechunk(body);
  verifyBody(bytes, { ...headers, ...trailers });
  return bytes;
}

function conditionOf({ headers }: S3Request): Condition {
  return {
    ...(headers['if-none-match'] === undefined ? {} : { ifNoneMatch: headers['if-none-match'] }),
    ...(headers['if-match'] === undefined ? {} : { ifMatch: headers['if-match'] }),
  };
}

function keptHeaders({ headers }: S3Request): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value !== undefined &&
      (name === 'content-type' || name.startsWith('x-amz-meta-') || name.startsWith('x-amz-server-side'))
        ? [[name, value]]
        : [],
    ),
  );
}

function get(
  { bytes, etag, lastModified, headers }: StoredObject,
  { method, headers: asked }: S3Request,
): S3Answer {
  const common = {
    ...headers,
    etag,
    'last-modified': lastModified.toUTCString(),
    'accept-ranges': 'bytes',
  };
  const range = asked.range && rangeOf(asked.range, bytes.length);
  const part = range ? bytes.subarray(range.from, range.to) : bytes;
  const checksum: Readonly<Record<string, string>> = range
    ? {}
    : { 'x-amz-checksum-crc32': crc32Of(bytes), 'x-amz-checksum-type': 'FULL_OBJECT' };
  return {
    status: range ? 206 : 200,
    headers: {
      ...common,
      ...checksum,
      'content-length': String(part.length),
      ...(range ? { 'content-range': `bytes ${range.from}-${range.to - 1}/${bytes.length}` } : {}),
    },
    ...(method === 'HEAD' ? {} : { body: part }),
  };
}

/** `bytes=a-b`, `a-` or `-n` as a half-open span. */
function rangeOf(header: string, length: number): { readonly from: number; readonly to: number } {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  const from = first ? Number(first) : Math.max(0, length - Number(last));
  const to = first ? Math.min(length, last ? Number(last) + 1 : length) : length;
  if (first === undefined || from >= length || from >= to)
    throw new Refusal(416, 'InvalidRange', 'The requested range is not satisfiable');
  return { from, to };
}

function deleteMany(bucket: Bucket, xml: string): S3Answer {
  const keys = textsOf(xml, 'Key');
  if (keys.length > 1000) throw new Refusal(400, 'MalformedXML', 'at most 1000 keys');
  for (const key of keys) bucket.delete(key);
  return { status: 200, body: xmlOf(`DeleteResult ${NAMESPACE}`, { Deleted: keys.map((Key) => ({ Key })) }) };
}

function list(bucket: Bucket, name: string, query: URLSearchParams): S3Answer {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const most = Math.min(Number(query.get('max-keys') ?? 1000), 1000);
  const token = query.get('continuation-token');
  const after =
    token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  const shown = (key: string) =>
    query.get('encoding-type') === 'url' ? encodeURIComponent(key).replaceAll('%2F', '/') : key;
  const behind = (key: string) => Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0;
  const contents: Xml[] = [];
  const folders = new Set<string>();
  let last = '';
  let truncated = false;
  for (const key of bucket.keys(prefix)) {
    if (!behind(key)) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const folder = cut < 0 ? null : key.slice(0, cut + delimiter.length);
    if (folder !== null && (folders.has(folder) || folder === after)) continue;
    if (contents.length + folders.size === most) {
      truncated = true;
      break;
    }
    if (folder !== null) folders.add(folder);
    else {
      const { etag, bytes, lastModified } = bucket.get(key);
      contents.push({
        Key: shown(key),
        ETag: etag,
        Size: bytes.length,
        LastModified: lastModified.toISOString(),
      });
    }
    last = folder === null ? key : `${folder}\u{10ffff}`;
  }
  return {
    status: 200,
    body: xmlOf(`ListBucketResult ${NAMESPACE}`, {
      Name: name,
      Prefix: prefix,
      KeyCount: contents.length + folders.size,
      MaxKeys: most,
      IsTruncated: truncated,
      NextContinuationToken: truncated ? Buffer.from(last).toString('base64url') : undefined,
      Contents: contents,
      CommonPrefixes: [...folders].map((folder) => ({ Prefix: shown(folder) })),
      EncodingType: query.get('encoding-type') ?? undefined,
    }),
  };
}
