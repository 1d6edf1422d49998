import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { EXIT, SihwangError } from '../domain/index.ts';
import { asLakeError } from './database.ts';
import { type Home, sweepHome } from './home.ts';
import { migrateHome } from './migrate-home.ts';

export interface LockOptions {
  /** What the holder is doing, for the message another process prints. */
  readonly command: string;
  /** How long to wait for another holder; 0 = do not wait. */
  readonly waitMs?: number;
  /** Called once when waiting begins, with the holder's description. */
  readonly onWait?: (holder: string) => void;
}

interface HolderNote {
  readonly pid: number;
  readonly command: string;
  readonly since: string;
}

const POLL_MS = 100;

/** The operating system's lock is between processes; writers within this one take turns by this set of homes. */
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
  const instance = await acquire(home, options);
  try {
    writeFileSync(
      join(home.path, 'writer.json'),
      JSON.stringify({
        pid: process.pid,
        command: options.command,
        since: new Date().toISOString(),
      } satisfies HolderNote),
    );
    sweepHome(home);
    await migrateHome(home);
    return await work();
  } catch (error) {
    throw asLakeError(error);
  } finally {
    instance.closeSync();
    heldHere.delete(resolve(home.path));
  }
}

async function acquire(home: Home, options: LockOptions): Promise<DuckDBInstance> {
  const deadline = Date.now() + (options.waitMs ?? 0);
  let announced = false;
  for (;;) {
    const instance = await tryLock(home);
    if (instance) return instance;
    const holder = describeHolder(home);
    if (Date.now() >= deadline) {
      throw new SihwangError('HOME_BUSY', `another process is writing to ${home.path}: ${holder}`, {
        exit: EXIT.tryAgain,
        hint: 'Try again when it has finished, or add --wait to wait for it.',
      });
    }
    if (!announced) options.onWait?.(holder);
    announced = true;
    await sleep(POLL_MS);
  }
}

async function tryLock(home: Home): Promise<DuckDBInstance | undefined> {
  const path = resolve(home.path);
  if (heldHere.has(path)) return undefined;
  heldHere.add(path);
  try {
    return await DuckDBInstance.create(join(path, 'writer.lock'));
  } catch (error) {
    heldHere.delete(path);
    if (/lock/i.test((error as Error).message)) return undefined;
    throw asLakeError(error);
  }
}

function describeHolder(home: Home): string {
  try {
    const note = JSON.parse(readFileSync(join(home.path, 'writer.json'), 'utf8')) as HolderNote;
    return `${note.command} (process ${note.pid}, since ${note.since})`;
  } catch {
    return 'a process that has just begun';
  }
}
