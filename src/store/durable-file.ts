import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Files under construction carry this prefix; whoever holds the home's lock may delete what a dead process left. */
const TEMPORARY_PREFIX = '.tmp-';

/** A name beside `path` under which it can be built before it is published by one rename. */
export function temporaryName(path: string): string {
  return join(dirname(path), `${TEMPORARY_PREFIX}${randomBytes(6).toString('hex')}-${basename(path)}`);
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes a finished temporary file visible under its real name; after return it survives a power cut. */
export function publishFile(temporary: string, path: string): void {
  sync(temporary);
  renameSync(temporary, path);
  sync(dirname(path));
}

/** Makes a finished folder visible under a name that is free; its files were written durably. */
export function publishFolder(temporary: string, path: string): void {
  renameSync(temporary, path);
  sync(dirname(path));
}

/** Replaces a small file as a whole: a reader sees the old bytes or the new ones, never a mixture. */
export function writeFileDurably(path: string, bytes: string | Uint8Array): void {
  const temporary = temporaryName(path);
  try {
    writeFileSync(temporary, bytes);
    publishFile(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Creates a small file only if the name is free; false when another process was first. */
export function createFileDurably(path: string, bytes: string | Uint8Array): boolean {
  const temporary = temporaryName(path);
  try {
    writeFileSync(temporary, bytes);
    sync(temporary);
    linkSync(temporary, path);
    sync(dirname(path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Deletes what interrupted builds left in a folder. Only the holder of the home's lock may call it. */
export function sweepTemporary(folder: string): number {
  const left = readdirSync(folder).filter((name) => name.startsWith(TEMPORARY_PREFIX));
  for (const name of left) rmSync(join(folder, name), { recursive: true, force: true });
  return left.length;
}
