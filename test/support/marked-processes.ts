import { readdirSync, readFileSync } from 'node:fs';

/** A process of this machine that carries a test's mark in its environment. */
export interface MarkedProcess {
  readonly pid: number;
  readonly parent: number;
  /** Program and arguments, blanks between. */
  readonly command: string;
}

/** Where a test writes its mark: whatever its processes start inherits it. */
export const MARK = 'SIHWANG_TEST_MARK';

/** Every living process with the mark; those that end while they are looked at are left out. Linux alone. */
export function markedProcesses(mark: string): MarkedProcess[] {
  const found: MarkedProcess[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (!readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(`${MARK}=${mark}`)) continue;
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state !== 'Z' && command !== '') found.push({ pid: Number(name), parent: Number(parent), command });
    } catch {
      // it ended meanwhile, or is another user's
    }
  }
  return found;
}

/** kill -9 of one process; one that has ended already is as good as killed. */
export function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone
  }
}
