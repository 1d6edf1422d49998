import { createHash } from 'node:crypto';
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT, SihwangError } from '../domain/index.ts';
import { publishFile, temporaryName, writeFileDurably } from '../store/index.ts';
import type { Home } from './home.ts';

/**
 * A backup is a folder: `files/<first two>/<sha256>` holds each distinct content once, `backups/<instant>.json` says
 * which file of the home had which content. Derived files (serving, temp) are left out: they are made again. A second
 * backup into the same folder copies only what is new.
 */

interface Manifest {
  readonly homeId: string;
  /** ISO instant. */
  readonly at: string;
  /** Path below the home, with `/`. */
  readonly files: readonly { readonly path: string; readonly sha256: string; readonly bytes: number }[];
}

export interface BackupDone {
  readonly files: number;
  readonly bytes: number;
  /** What was not in the backup yet. */
  readonly copiedFiles: number;
  readonly copiedBytes: number;
}

/** Derived, of this moment alone, or secret: keys are given to a restored home anew. */
const LEFT_OUT = new Set(['serving', 'temp', 'writer.lock', 'writer.lock.wal', 'writer.json', 'keys.env']);

/**
 * Backs a home up as it is; every copy is read back and its hash compared. The caller holds the home's lock, so nothing
 * is half-written meanwhile; a server goes on reading.
 */
export async function backupHome(home: Home, target: string, now: Date): Promise<BackupDone> {
  mkdirSync(join(target, 'backups'), { recursive: true });
  const files: Manifest['files'][number][] = [];
  const copied = { files: 0, bytes: 0 };
  for (const path of filesBelow(home.path)) {
    const { sha256, bytes } = await hashOf(join(home.path, path));
    const kept = contentPath(target, sha256);
    if (!existsSync(kept)) {
      await copyChecked(join(home.path, path), kept, sha256);
      copied.files += 1;
      copied.bytes += bytes;
    }
    files.push({ path, sha256, bytes });
  }
  const manifest: Manifest = { homeId: home.id, at: now.toISOString(), files };
  writeFileDurably(
    join(target, 'backups', `${manifest.at.replaceAll(':', '-')}.json`),
    `${JSON.stringify(manifest)}\n`,
  );
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { files: files.length, bytes, copiedFiles: copied.files, copiedBytes: copied.bytes };
}

/**
 * Restores the newest backup of a folder into an empty or absent home. Every content is checked before the home's
 * descriptor is written, so a home that was not restored whole is none.
 * @throws SihwangError `BACKUP_UNKNOWN`, `HOME_NOT_EMPTY`, `BACKUP_DAMAGED` (names the file)
 */
export async function restoreHome(source: string, homePath: string): Promise<Manifest> {
  const manifest = newestManifest(source);
  if (existsSync(homePath) && readdirSync(homePath).length > 0)
    throw new SihwangError('HOME_NOT_EMPTY', `${homePath} is not empty; nothing was restored`, {
      exit: EXIT.usage,
      hint: 'Name a folder that is empty or does not exist with --home.',
    });
  for (const { path, sha256 } of manifest.files) {
    const kept = contentPath(source, sha256);
    const found = existsSync(kept) ? (await hashOf(kept)).sha256 : 'missing';
    if (found !== sha256)
      throw new SihwangError(
        'BACKUP_DAMAGED',
        `${kept}, the content of ${path}, is ${found === 'missing' ? 'missing' : 'damaged'}; nothing was restored`,
        { exit: EXIT.badData, hint: 'Restore from another backup folder, or from an earlier one of this.' },
      );
  }
  // the descriptor last: without it there is no home
  const inOrder = manifest.files.toSorted(
    (a, b) => Number(a.path === 'home.json') - Number(b.path === 'home.json'),
  );
  for (const { path, sha256 } of inOrder)
    await copyChecked(contentPath(source, sha256), join(homePath, path), sha256);
  return manifest;
}

function newestManifest(source: string): Manifest {
  const folder = join(source, 'backups');
  const newest = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^\d.*\.json$/.test(name))
        .sort()
        .at(-1)
    : undefined;
  if (newest === undefined)
    throw new SihwangError('BACKUP_UNKNOWN', `${source} holds no backup`, {
      exit: EXIT.usage,
      hint: 'Name the folder that was given to sihwang backup.',
    });
  return JSON.parse(readFileSync(join(folder, newest), 'utf8')) as Manifest;
}

function filesBelow(home: string): string[] {
  return readdirSync(home, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(home.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => !LEFT_OUT.has(path.split('/', 1)[0]!))
    .sort();
}

function contentPath(target: string, sha256: string): string {
  return join(target, 'files', sha256.slice(0, 2), sha256);
}

async function copyChecked(from: string, to: string, sha256: string): Promise<void> {
  mkdirSync(dirname(to), { recursive: true });
  const temporary = temporaryName(to);
  try {
    copyFileSync(from, temporary);
    if ((await hashOf(temporary)).sha256 !== sha256)
      throw new SihwangError('COPY_DAMAGED', `the copy of ${from} is not what was read`, {
        exit: EXIT.badData,
        hint: 'Check the disk that is copied to, and try again.',
      });
    publishFile(temporary, to);
  } finally {
    rmSync(temporary, { force: true });
  }
}

async function hashOf(path: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const block of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(block);
    bytes += block.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}
