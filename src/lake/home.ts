import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, SihwangError } from '../domain/index.ts';
import { createFileDurably, sweepTemporary, writeFileDurably } from '../store/index.ts';
import { readOwnJson } from './damaged.ts';

/** Raised when the layout below a home changes; a newer home is refused, an older one is migrated forward. */
const HOME_FORMAT = 3;

/** The folders of a home and what each keeps. */
const FOLDERS = {
  /** raw/<feed>/<sha256>.br (.gz in homes of format 2): published bytes as received, immutable; a file's beside its record. */
  raw: 'raw',
  /** clean/<feed>/<commit>.parquet: accepted and flagged rows. */
  clean: 'clean',
  /** aside/<feed>/<commit>.parquet: rejected, duplicate and aggregate rows with reason and raw pointer. */
  aside: 'aside',
  /** commits/<feed>/<commit>.json: what is part of the lake; a file no commit names does not exist. */
  commits: 'commits',
  /** serving/: what the server reads; current.json says which files are current. */
  serving: 'serving',
  /** demo/: the simulated market's published files. */
  demo: 'demo',
  /** temp/: spill files and decoded copies; empty between builds. */
  temp: 'temp',
} as const;

type HomeFolder = keyof typeof FOLDERS;

/** Everything of one installation. */
export interface Home {
  readonly path: string;
  /** Random, made once; part of every name the home gives to things outside it. */
  readonly id: string;
  /** A path below one of the home's folders. */
  at(folder: HomeFolder, ...parts: string[]): string;
}

/** Opens a home, making it when the folder is empty or absent. */
export function openHome(path: string): Home {
  try {
    mkdirSync(path, { recursive: true });
    for (const folder of Object.values(FOLDERS)) mkdirSync(join(path, folder), { recursive: true });
  } catch (cause) {
    throw new SihwangError(
      'HOME_UNUSABLE',
      {
        ko: `홈을 쓸 수 없습니다: ${path}: ${(cause as Error).message}`,
        en: `cannot use the home ${path}: ${(cause as Error).message}`,
      },
      {
        exit: EXIT.configuration,
        hint: {
          ko: '--home이나 SIHWANG_HOME으로 쓸 수 있는 폴더를 주세요.',
          en: 'Give a folder you may write to with --home or SIHWANG_HOME.',
        },
        cause,
      },
    );
  }
  const descriptor = join(path, 'home.json');
  if (!existsSync(descriptor)) {
    createFileDurably(descriptor, `${JSON.stringify({ id: randomUUID(), format: HOME_FORMAT })}\n`);
  }
  const { id, format } = readDescriptor(path);
  if (format > HOME_FORMAT) {
    throw new SihwangError(
      'HOME_NEWER',
      {
        ko: `홈 ${path}의 형식은 ${format}인데 이 버전은 ${HOME_FORMAT}까지 압니다`,
        en: `the home ${path} has format ${format}; this version knows ${HOME_FORMAT}`,
      },
      {
        exit: EXIT.configuration,
        hint: {
          ko: '이 홈을 쓴 더 새로운 sihwang을 설치하거나 --home으로 다른 홈을 고르세요.',
          en: 'Install the newer sihwang that wrote it, or choose another --home.',
        },
      },
    );
  }
  return { path, id, at: (folder, ...parts) => join(path, FOLDERS[folder], ...parts) };
}

interface HomeDescriptor {
  readonly id: string;
  readonly format: number;
}

function readDescriptor(path: string): HomeDescriptor {
  return readOwnJson(join(path, 'home.json'));
}

/** The layout that a home has now. */
export function homeFormat(home: Home): number {
  return readDescriptor(home.path).format;
}

/** Says that a home has the present layout. */
export function sealHomeFormat(home: Home): void {
  writeFileDurably(join(home.path, 'home.json'), `${JSON.stringify({ id: home.id, format: HOME_FORMAT })}\n`);
}

/** Deletes what interrupted builds left behind. Call it only while holding the home's lock. */
export function sweepHome(home: Home): void {
  sweepTemporary(home.path);
  sweepTemporary(home.at('serving'));
  sweepTemporary(home.at('temp'));
  for (const folder of ['raw', 'clean', 'aside', 'commits', 'demo'] as const) {
    for (const feed of readdirSync(home.at(folder), { withFileTypes: true })) {
      if (feed.isDirectory()) sweepTemporary(home.at(folder, feed.name));
    }
  }
}

/** Makes sure that one feed's folders exist. */
export function prepareFeedFolders(home: Home, feed: string): void {
  for (const folder of ['raw', 'clean', 'aside', 'commits'] as const) {
    mkdirSync(home.at(folder, feed), { recursive: true });
  }
}
