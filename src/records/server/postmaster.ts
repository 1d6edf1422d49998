import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readlinkSync, realpathSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The server process that a data directory names. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** What `postmaster.pid` says, whether or not that process lives; null when there is none. */
export function readPostmaster(dataFolder: string): Postmaster | null {
  try {
    const lines = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n');
    const [pid, port] = [Number(lines[0]), Number(lines[3])];
    return Number.isInteger(pid) && pid > 0 && port > 0 ? { pid, port } : null;
  } catch {
    return null;
  }
}

/**
 * Whether a process is alive and the server of this data directory, and not another program that was given the same
 * number. A server works inside its data directory, and its command names it.
 */
export function servesHere({ pid }: Postmaster, dataFolder: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform === 'linux') {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dataFolder);
    } catch {
      // gone, a zombie, or a stranger's: a server of ours would be readable to us
      return false;
    }
  }
  // no command that tells there: PostgreSQL's own check decides
  if (process.platform === 'win32') return true;
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(
      dataFolder,
    );
  } catch {
    return false;
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** No system gives this number to a process. */
const NO_PROCESS = 2_147_483_646;

/**
 * PostgreSQL does not start while the process named in `postmaster.pid` lives, whatever program that is. Names a process
 * that can't be instead; the rest of the file stays, by which PostgreSQL finds orphans of its own at work.
 */
export function forgetPostmaster({ pid }: Postmaster, dataFolder: string): void {
  const path = join(dataFolder, 'postmaster.pid');
  const text = readFileSync(path, 'utf8');
  if (!text.startsWith(`${pid}\n`)) return;
  const file = openSync(path, 'w');
  try {
    writeSync(file, text.replace(/^\d+/, String(NO_PROCESS)));
  } finally {
    closeSync(file);
  }
}
