import { closeSync, copyFileSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

/** A server's log grows by errors only; one this long is set aside. */
const LONGEST_LOG_BYTES = 4 << 20;
const TAIL_BYTES = 4096;

/**
 * Sets a long log aside as `<path>.1`, in place of the one before. The server goes on writing to the same file, so it is
 * copied and cut; a line written between the two is lost.
 */
export function rotateLog(path: string, longestBytes = LONGEST_LOG_BYTES): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) <= longestBytes) return;
  copyFileSync(path, `${path}.1`);
  truncateSync(path, 0);
}

/** The last lines of a log from a place on; empty when it is missing. */
export function logSince(path: string, fromByte: number): string {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return '';
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const from = Math.max(Math.min(fromByte, size), size - TAIL_BYTES);
    const bytes = Buffer.alloc(size - from);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, from));
  } finally {
    closeSync(file);
  }
}
