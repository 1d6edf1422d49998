import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { StoreError } from './store.ts';

/** Throws `STORE_CHECKSUM` where bytes are not those that were meant. */
export function checkSum(key: string, wanted: string, found: string): void {
  if (wanted !== found)
    throw new StoreError('STORE_CHECKSUM', `${key} has the SHA-256 ${found}, not ${wanted}`);
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
