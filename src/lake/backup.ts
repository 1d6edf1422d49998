import { createHash } from 'node:crypto';
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT, SihwangError } from '../domain/index.ts';
import { publishFile, sweepTemporary, temporaryName, writeFileDurably } from '../store/index.ts';
import { readOwnJson } from './damaged.ts';
import type { Home } from './home.ts';
import { reach } from './kill-points.ts';
import { LOCKS_FOLDER } from './writer-lock.ts';

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

/** A file that another room wrote out for the backup. */
export interface BackupFile {
  readonly from: string;
  /** Where it lies in a restored home, with `/`. */
  readonly path: string;
}

export interface BackupDone {
  /** ISO instant, by which a restore may name it. */
  readonly at: string;
  readonly files: number;
  readonly bytes: number;
  /** What was not in the backup yet. */
  readonly copiedFiles: number;
  readonly copiedBytes: number;
}

/**
 * Derived, of this moment alone, or secret: keys are given to a restored home anew. The files of a running PostgreSQL
 * are of no moment at all; its records are handed over exported.
 */
const LEFT_OUT = new Set([
  'serving',
  'temp',
  'writer.lock',
  'writer.lock.wal',
  'writer.json',
  LOCKS_FOLDER,
  'keys.env',
  'records',
]);

/** What an unfinished restore has copied; swept like every temporary file when somebody makes a home of the folder. */
const RESTORING = '.tmp-restoring';

/**
 * Backs a home up as it is, and files besides that are to lie in a restored one; every copy is read back and its hash
 * compared. The manifest is written last, so a backup that died is none and those before it stay whole. The caller holds
 * the home's lock, so nothing is half-written meanwhile; a server goes on reading.
 * @throws SihwangError `BACKUP_OF_OTHER_HOME`, `COPY_DAMAGED`, `BACKUP_LINK` (a link in the home would not be followed)
 */
export async function backupHome(
  home: Home,
  target: string,
  now: Date,
  also: readonly BackupFile[] = [],
): Promise<BackupDone> {
  refuseOtherHome(home, target);
  mkdirSync(join(target, 'backups'), { recursive: true });
  sweepUnfinished(target);
  const files: Manifest['files'][number][] = [];
  const copied = { files: 0, bytes: 0 };
  const own = filesBelow(home.path).map((path) => ({ path, from: join(home.path, path) }));
  for (const { path, from } of [...own, ...also]) {
    const { sha256, bytes } = await hashOf(from);
    const kept = contentPath(target, sha256);
    // one that a disk cut short is copied anew
    if (statSync(kept, { throwIfNoEntry: false })?.size !== bytes) {
      await copyChecked(from, kept, sha256);
      copied.files += 1;
      copied.bytes += bytes;
    }
    files.push({ path, sha256, bytes });
  }
  const manifest: Manifest = { homeId: home.id, at: now.toISOString(), files };
  writeFileDurably(join(target, 'backups', manifestName(manifest.at)), `${JSON.stringify(manifest)}\n`);
  reach('backup-sealed');
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return {
    at: manifest.at,
    files: files.length,
    bytes,
    copiedFiles: copied.files,
    copiedBytes: copied.bytes,
  };
}

/** Restoring takes the newest backup of a folder: two homes in one would be taken for each other. */
function refuseOtherHome(home: Home, target: string): void {
  const name = manifestNames(target).at(-1);
  if (name === undefined || readManifest(target, name).homeId === home.id) return;
  throw new SihwangError(
    'BACKUP_OF_OTHER_HOME',
    { ko: `다른 홈의 백업이 든 폴더입니다: ${target}`, en: `${target} holds the backups of another home` },
    {
      exit: EXIT.usage,
      hint: { ko: '홈마다 폴더를 따로 주세요.', en: 'Name a folder of its own for each home.' },
    },
  );
}

/** The one home of a target is locked, so whatever is unfinished there belongs to the dead. */
function sweepUnfinished(target: string): void {
  sweepTemporary(join(target, 'backups'));
  const contents = join(target, 'files');
  if (existsSync(contents)) for (const part of readdirSync(contents)) sweepTemporary(join(contents, part));
}

/**
 * Restores a backup of a folder, the newest unless `at` names another, into an empty or absent home. Every content is
 * checked before anything is written. What is there becomes a home in one rename at the end, that of its commits; after
 * a death before it the same restore goes through.
 * @throws SihwangError `BACKUP_UNKNOWN`, `HOME_NOT_EMPTY`, `BACKUP_DAMAGED` (names the file)
 */
export async function restoreHome(source: string, homePath: string, at?: string): Promise<Manifest> {
  const manifest = chosenManifest(source, at);
  if (!mayBecomeHome(homePath))
    throw new SihwangError(
      'HOME_NOT_EMPTY',
      {
        ko: `비어 있지 않은 폴더입니다: ${homePath}. 아무것도 되살리지 않았습니다`,
        en: `${homePath} is not empty; nothing was restored`,
      },
      {
        exit: EXIT.usage,
        hint: {
          ko: '--home으로 비었거나 없는 폴더를 주세요.',
          en: 'Name a folder that is empty or does not exist with --home.',
        },
      },
    );
  for (const { path, sha256 } of manifest.files) {
    const kept = contentPath(source, sha256);
    const found = existsSync(kept) ? (await hashOf(kept)).sha256 : 'missing';
    if (found !== sha256)
      throw new SihwangError(
        'BACKUP_DAMAGED',
        {
          ko: `${path}의 내용 ${kept}: ${found === 'missing' ? '없음' : '손상됨'}. 아무것도 되살리지 않았습니다`,
          en: `${kept}, the content of ${path}, is ${found === 'missing' ? 'missing' : 'damaged'}; nothing was restored`,
        },
        {
          exit: EXIT.badData,
          hint: {
            ko: '다른 백업 폴더나 이 폴더의 이전 백업(--at)으로 되살리세요. 홈의 다음 백업이 빠진 내용을 새로 복사합니다.',
            en: 'Restore from another backup folder, or an earlier backup of this one with --at; the next backup of the home copies a missing content anew.',
          },
        },
      );
  }
  const staged = join(homePath, RESTORING);
  rmSync(staged, { recursive: true, force: true });
  for (const { path, sha256 } of manifest.files)
    await copyChecked(contentPath(source, sha256), join(staged, path), sha256);
  // the commits last: a file that no commit names does not exist
  for (const name of readdirSync(staged).sort((a, b) => lastness(a) - lastness(b))) {
    rmSync(join(homePath, name), { recursive: true, force: true });
    publishFile(join(staged, name), join(homePath, name));
    reach('restore-moved');
  }
  rmSync(staged, { recursive: true, force: true });
  return manifest;
}

function lastness(name: string): number {
  return ['home.json', 'commits'].indexOf(name);
}

/** Whether nothing is there, or only what a restore left that died before it was one. */
function mayBecomeHome(path: string): boolean {
  const there = existsSync(path) ? readdirSync(path) : [];
  return there.length === 0 || (there.includes(RESTORING) && !there.includes('commits'));
}

function manifestName(at: string): string {
  return `${at.replaceAll(':', '-')}.json`;
}

/** Oldest first. */
function manifestNames(source: string): string[] {
  const folder = join(source, 'backups');
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^\d.*\.json$/.test(name))
        .sort()
    : [];
}

function readManifest(source: string, name: string): Manifest {
  return readOwnJson(join(source, 'backups', name));
}

function chosenManifest(source: string, at: string | undefined): Manifest {
  const names = manifestNames(source);
  // by its name, so that a damaged one keeps nobody from those before it
  const name = at === undefined ? names.at(-1) : names.find((one) => one === manifestName(at));
  if (name !== undefined) return readManifest(source, name);
  const manifests = names.map((one) => readManifest(source, one));
  throw new SihwangError(
    'BACKUP_UNKNOWN',
    {
      ko:
        manifests.length === 0
          ? `백업이 없는 폴더입니다: ${source}`
          : `${source}에는 ${at}의 백업이 없습니다`,
      en: manifests.length === 0 ? `${source} holds no backup` : `${source} holds no backup of ${at}`,
    },
    {
      exit: EXIT.usage,
      hint: {
        ko:
          manifests.length === 0
            ? 'sihwang backup에 준 폴더를 주세요.'
            : `있는 백업: ${manifests.map((manifest) => manifest.at).join(', ')}.`,
        en:
          manifests.length === 0
            ? 'Name the folder that was given to sihwang backup.'
            : `It holds those of ${manifests.map((manifest) => manifest.at).join(', ')}.`,
      },
    },
  );
}

function filesBelow(home: string): string[] {
  return readdirSync(home, { withFileTypes: true })
    .filter(({ name }) => !LEFT_OUT.has(name))
    .flatMap((top) =>
      top.isDirectory()
        ? readdirSync(join(home, top.name), { withFileTypes: true, recursive: true }).filter(
            (entry) => !entry.isDirectory(),
          )
        : [top],
    )
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile()) return path.slice(home.length + 1).replaceAll('\\', '/');
      throw new SihwangError(
        'BACKUP_LINK',
        {
          ko: `링크는 백업에 담기지 않습니다: ${path}`,
          en: `${path} is a link; what it leads to would be missing`,
        },
        {
          exit: EXIT.configuration,
          hint: {
            ko: '링크 자리에 파일이나 폴더를 직접 두세요.',
            en: 'Put the file or folder itself in its place.',
          },
        },
      );
    })
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
      throw new SihwangError(
        'COPY_DAMAGED',
        { ko: `복사본이 읽은 것과 다릅니다: ${from}`, en: `the copy of ${from} is not what was read` },
        {
          exit: EXIT.badData,
          hint: {
            ko: '복사한 디스크를 확인하고 다시 해 보세요.',
            en: 'Check the disk that is copied to, and try again.',
          },
        },
      );
    publishFile(temporary, to);
    reach('content-copied');
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
