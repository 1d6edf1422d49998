import { checkKey, StoreError } from './store.ts';

/** A place in a bucket; `prefix` is empty or ends with `/`. */
export interface S3Place {
  readonly bucket: string;
  readonly prefix: string;
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Reads `s3://bucket/a/prefix/`; its segments are percent-encoded where a key has more than plain letters. */
export function readS3Uri(uri: string): S3Place {
  const [, bucket = '', rest = ''] = /^s3:\/\/([^/]*)\/?(.*)$/.exec(uri) ?? [];
  if (!BUCKET.test(bucket))
    throw new StoreError('STORE_URI', `${uri} names no bucket; write s3://bucket/prefix/`);
  const prefix = rest.split('/').map(decoded).join('/');
  return { bucket, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` };
}

/** The place and the key of one object's address: all but its last segment is the place. */
export function readS3ObjectUri(uri: string): S3Place & { readonly key: string } {
  const cut = uri.lastIndexOf('/');
  const key = decoded(uri.slice(cut + 1));
  checkKey(key);
  return { ...readS3Uri(uri.slice(0, cut + 1)), key };
}

/** The address of a key, or of what stands below one that ends with `/`. */
export function s3UriOf({ bucket, prefix }: S3Place, key: string): string {
  return `s3://${bucket}/${(prefix + key).split('/').map(encodeURIComponent).join('/')}`;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new StoreError('STORE_URI', `${segment.slice(0, 80)} is not percent-encoded text`);
  }
}
