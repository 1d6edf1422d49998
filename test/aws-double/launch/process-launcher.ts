import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { NO_ACCOUNT } from '../no-account.ts';
import type { Ended, Launch, Launcher, Running } from './launcher.ts';
import { callsOutside, onlyLoopback, onSlowDisk, preloaded } from './preloads.ts';

/** What a container has beside the job's own variables: nothing of the machine that the double runs on. */
const CLEAN = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  LANG: 'C.UTF-8',
  ...NO_ACCOUNT,
};

/** Runs containers as real processes, each the leader of its own group, in a folder of its own. */
export function processLauncher(): Launcher {
  const living = new Map<ChildProcess, string>();
  const outside: string[] = [];

  function launch({ command, environment, onLine, diskMb, memoryMb, slowDiskMs }: Launch): Running {
    const folder = mkdtempSync(join(tmpdir(), 'sihwang-container-'));
    const report = join(folder, '.calls-outside');
    const [program, ...parameters] = withDisk(command, diskMb);
    const child = spawn(program!, parameters, {
      cwd: folder,
      detached: true,
      env: {
        ...{ ...CLEAN, HOME: folder, TMPDIR: folder, ...environment },
        ...preloaded(onlyLoopback(report), ...(slowDiskMs === undefined ? [] : [onSlowDisk(slowDiskMs)])),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    living.set(child, folder);
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
    const watch = memoryMb === undefined ? undefined : setInterval(() => killAbove(child, memoryMb), 100);
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      // `close` comes when the last line was read too
      child.once('close', (code, signal) => resolve({ code, signal }));
    }).finally(() => {
      clearInterval(watch);
      killGroup(child, 'SIGKILL');
      living.delete(child);
      outside.push(...callsOutside(report));
      rmSync(folder, { recursive: true, force: true });
    });
    ended.catch(() => undefined);
    return { ended, signal: (name) => killGroup(child, name) };
  }

  return {
    launch,
    close: async () => {
      const left = [...living.keys()];
      await Promise.all(
        left.map((child) => {
          const closed = new Promise((resolve) => child.once('close', resolve));
          killGroup(child, 'SIGKILL');
          return closed;
        }),
      );
      return { running: left.length, callsOutside: outside };
    },
  };
}

/** A limit on the size of every file that the program writes stands in for a full disk: no other user is needed for it. */
function withDisk(command: readonly string[], diskMb: number | undefined): readonly string[] {
  if (diskMb === undefined) return command;
  return ['/bin/sh', '-c', `ulimit -f ${diskMb * 1024}; exec "$@"`, 'sh', ...command];
}

/** The kernel of a container host would end it at once; this looks ten times a second. */
function killAbove(child: ChildProcess, memoryMb: number): void {
  let pages: number;
  try {
    pages = Number(readFileSync(`/proc/${child.pid}/statm`, 'utf8').split(' ')[1]);
  } catch {
    return;
  }
  if ((pages * 4096) / 2 ** 20 > memoryMb) killGroup(child, 'SIGKILL');
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
