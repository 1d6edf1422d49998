import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DuckDBInstance } from '@duckdb/node-api';
import { type Bilingual, EXIT, SihwangError } from '../domain/index.ts';
import { asDamage } from './damaged.ts';
import { asLakeError } from './database.ts';
import { duckdb } from './duckdb.ts';
import { type Home, sweepHome } from './home.ts';
import { migrateHome } from './migrate-home.ts';

export interface LockOptions {
  /** What the holder is doing, for the message another process prints. */
  readonly command: string;
  /** How long to wait for another holder; 0 = do not wait. */
  readonly waitMs?: number;
  /** Called once when waiting begins, with the holder's description. */
  readonly onWait?: (holder: string) => void;
  /** Ends the waiting with its reason. */
  readonly signal?: AbortSignal;
}

/** One of a home's locks: where it lies, and where its holder says who it is. */
interface Lock {
  readonly path: string;
  readonly note: string;
  /** What its holder does, for whoever finds it taken: `writing to /home/me/sihwang`. */
  readonly does: Bilingual;
}

interface HolderNote {
  readonly pid: number;
  readonly command: string;
  readonly since: string;
}

const POLL_MS = 100;

/** The operating system's lock is between processes; those within this one take turns by this set of paths. */
const heldHere = new Set<string>();

/**
 * Runs `work` as the home's only writer. The lock is DuckDB's own lock on a small file: the operating system gives it
 * up the moment its holder dies, so a lock left by kill -9 is simply free, with no stale marker to judge.
 * Ends with 75 naming the holder when the home stays busy.
 */
export async function withWriterLock<T>(
  home: Home,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const lock = {
    path: join(home.path, 'writer.lock'),
    note: join(home.path, 'writer.json'),
    does: { ko: `홈에 쓰고 있습니다: ${home.path}`, en: `writing to ${home.path}` },
  };
  return holding(lock, options, async () => {
    sweepHome(home);
    await migrateHome(home);
    return await work();
  });
}

/** Folder of a home's locks beside the writer's. */
export const LOCKS_FOLDER = 'locks';

/**
 * Runs `work` as the only one who decides which forecasts of a feed are to be computed, or computes them outside of runs.
 * Ends with 75 naming the holder when it stays taken.
 */
export async function withForecastLock<T>(
  home: Home,
  feed: string,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(join(home.path, LOCKS_FOLDER), { recursive: true });
  const at = (extension: string) => join(home.path, LOCKS_FOLDER, `forecasts-${feed}.${extension}`);
  const lock = {
    path: at('lock'),
    note: at('json'),
    does: {
      ko: `${feed}의 예측을 계산하고 있습니다: ${home.path}`,
      en: `forecasting ${feed} in ${home.path}`,
    },
  };
  return holding(lock, options, work);
}

async function holding<T>(lock: Lock, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const instance = await acquire(lock, options);
  try {
    const { command } = options;
    const note: HolderNote = { pid: process.pid, command, since: new Date().toISOString() };
    writeFileSync(lock.note, JSON.stringify(note));
    return await work();
  } catch (error) {
    throw asDamage(asLakeError(error));
  } finally {
    instance.closeSync();
    heldHere.delete(resolve(lock.path));
  }
}

async function acquire(lock: Lock, options: LockOptions): Promise<DuckDBInstance> {
  const deadline = Date.now() + (options.waitMs ?? 0);
  let announced = false;
  for (;;) {
    options.signal?.throwIfAborted();
    const instance = await tryLock(lock);
    if (instance) return instance;
    const holder = describeHolder(lock);
    if (Date.now() >= deadline) {
      throw new SihwangError(
        'HOME_BUSY',
        {
          ko: `다른 프로세스(${holder})가 ${lock.does.ko}`,
          en: `another process is ${lock.does.en}: ${holder}`,
        },
        {
          exit: EXIT.tryAgain,
          hint: {
            ko: '끝난 뒤에 다시 하거나, --wait를 붙여 기다리세요.',
            en: 'Try again when it has finished, or add --wait to wait for it.',
          },
        },
      );
    }
    if (!announced) options.onWait?.(holder);
    announced = true;
    await sleep(POLL_MS);
  }
}

async function tryLock(lock: Lock): Promise<DuckDBInstance | undefined> {
  const path = resolve(lock.path);
  if (heldHere.has(path)) return undefined;
  heldHere.add(path);
  try {
    return await duckdb.DuckDBInstance.create(path);
  } catch (error) {
    heldHere.delete(path);
    // its path has the word lock in it, whatever is wrong
    if (/could not set lock|used by another process/i.test((error as Error).message)) return undefined;
    throw asLakeError(error);
  }
}

function describeHolder({ note }: Lock): string {
  try {
    const { command, pid, since } = JSON.parse(readFileSync(note, 'utf8')) as HolderNote;
    return `${command} (process ${pid}, since ${since})`;
  } catch {
    return 'a process that has just begun';
  }
}
