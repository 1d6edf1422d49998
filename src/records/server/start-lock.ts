import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './postmaster.ts';

const TOUCH_MS = 1000;
/** A holder that touched its lock so long ago is dead, whatever process has its number now. */
const STALE_MS = 60_000;
const POLL_MS = 50;

/**
 * Runs `work` while no other process makes or starts the server. It only spares processes each other's work: should two
 * get in, a rename decides which data directory counts, and PostgreSQL's own lock which server runs.
 */
export async function withStartLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!take(path)) {
    if (!isHeld(path)) rmSync(path, { force: true });
    else await sleep(POLL_MS);
  }
  const touching = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(path, now, now);
    } catch {
      // taken away with the home
    }
  }, TOUCH_MS);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isHeld(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    const fresh = Date.now() - statSync(path).mtimeMs < STALE_MS;
    // a lock without a number was made this instant, or its maker died in it
    return fresh && (pid === 0 || isAlive(pid));
  } catch {
    return false;
  }
}
