import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a program came to its end. */
export interface ProgramEnd {
  /** null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why we ended it; null = it ended by itself. */
  readonly endedFor: 'stop' | 'timeout' | 'limit' | null;
}

export interface Program {
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** Asks it to end: SIGTERM, and SIGKILL when it has not within `graceSeconds`. */
  readonly stop: AbortSignal;
  readonly graceSeconds: number;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
  /** Asked every second while it runs; true = it has to end, now. */
  readonly beyondLimit: () => boolean | Promise<boolean>;
}

/**
 * Runs a program and everything that it starts as a group of its own, which ends with it. It reads nothing, and it
 * outlives no worker: a watcher ends the group when the worker dies without a word. Rejects when it cannot be started.
 */
export async function runProgram(program: Program): Promise<ProgramEnd> {
  const { command, folder, environment, stop, graceSeconds } = program;
  const child = spawn(command[0]!, command.slice(1), {
    cwd: folder,
    detached: true,
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: false,
  });
  const ended = new Promise<Pick<ProgramEnd, 'code' | 'signal'>>((resolve, reject) => {
    child.once('error', reject);
    // what it left behind would hold its output open
    child.once('exit', () => endGroup(child, 'SIGKILL'));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const watcher = child.pid === undefined ? undefined : watchOver(child.pid);
  for (const stream of ['stdout', 'stderr'] as const)
    createInterface({ input: child[stream] }).on('line', (line) => program.onLine(stream, line));
  let endedFor: ProgramEnd['endedFor'] = null;
  let last: NodeJS.Timeout | undefined;
  const end = (why: NonNullable<ProgramEnd['endedFor']>): void => {
    if (endedFor !== null) return;
    endedFor = why;
    endGroup(child, why === 'limit' ? 'SIGKILL' : 'SIGTERM');
    last = setTimeout(() => endGroup(child, 'SIGKILL'), graceSeconds * 1000);
  };
  const onStop = (): void => end('stop');
  if (stop.aborted) onStop();
  else stop.addEventListener('abort', onStop, { once: true });
  const timeout = setTimeout(() => end('timeout'), Math.min(program.timeoutSeconds * 1000, 2 ** 31 - 1));
  const look = setInterval(async () => {
    if (await program.beyondLimit()) end('limit');
  }, 1000);
  try {
    return { ...(await ended), endedFor };
  } finally {
    clearTimeout(timeout);
    clearTimeout(last);
    clearInterval(look);
    stop.removeEventListener('abort', onStop);
    watcher?.kill('SIGKILL');
  }
}

/** The script is ours and fixed; the group is its only parameter. It ends the group when our end of its input closes. */
const WATCH = 'while read -r _; do :; done; kill -9 "-$1"';

function watchOver(group: number): ChildProcess {
  const watcher = spawn('/bin/sh', ['-c', WATCH, 'sh', String(group)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // without a shell nobody watches; the program runs all the same
  watcher.on('error', () => undefined);
  watcher.stdin?.on('error', () => undefined);
  watcher.unref();
  return watcher;
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // nobody of it is left
  }
}
