import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** The built command, as users run it. */
export const CLI = 'dist/cli/main.js';

export interface Ran {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** kill -9 after so many milliseconds. */
  readonly killAfterMs?: number;
}

/** Runs `sihwang …args` in a process of its own and waits for its end. */
export function runCli(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  if (!existsSync(CLI)) throw new Error(`${CLI} is missing: npm run build`);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      env: { ...process.env, LANG: 'C', ...options.env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    const timer =
      options.killAfterMs === undefined
        ? undefined
        : setTimeout(() => child.kill('SIGKILL'), options.killAfterMs);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr });
    });
  });
}
