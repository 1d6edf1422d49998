import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process of this machine for good: a pid alone is given to another one later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in the system's own words; null where the system does not tell. */
  readonly started: string | null;
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, started: startOf(process.pid) };
}

/** Whether that very process still runs. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  if (process.platform === 'linux' && now === null) return false;
  return started === null || now === null || started === now;
}

/** When a process began; null where there is none, where it has ended as a zombie, or where nobody tells. */
export function startOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      // the name may hold blanks and brackets, so fields are counted behind its last bracket: state is the first
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return null;
      return `${bootId()} ${fields[19]}`;
    }
    if (process.platform === 'win32') return null;
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

/** Ticks are counted from the boot, so the same number comes again after the next one. */
function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Memory that a process holds, in MiB; null where nobody tells. */
export function memoryMiBOf(pid: number | undefined): number | null {
  if (pid === undefined) return null;
  try {
    if (process.platform === 'linux')
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
    if (process.platform === 'win32') return null;
    const kib = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
    return kib > 0 ? kib / 1024 : null;
  } catch {
    return null;
  }
}
