import { type ChildProcess, spawn } from 'node:child_process';
import { CLI } from './cli.ts';

export interface Started {
  readonly address: string;
  readonly port: number;
  readonly child: ChildProcess;
  /** Milliseconds from the launch to the printed address. */
  readonly readyMs: number;
  /** Sends a signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** A demo market that is built in a few seconds. */
export const SMALL_DEMO = ['--years', '7', '--items', '4', '--markets', '2', '--lots-per-day', '40'];

/** Runs `sihwang start` and waits until it has printed its address; rejects with its words when it ends before. */
export function startSihwang(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const began = performance.now();
  const child = spawn(process.execPath, [CLI, 'start', '--json', ...args], {
    env: { ...process.env, ...env },
  });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.stdout.on('data', (data) => {
      stdout += data;
      if (!stdout.includes('}')) return;
      const { address, port } = JSON.parse(stdout) as { address: string; port: number };
      resolve({
        address,
        port,
        child,
        readyMs: performance.now() - began,
        end: (signal = 'SIGINT') => {
          child.kill(signal);
          return closed;
        },
      });
    });
    child.once('close', (code) => reject(new Error(`start ended with ${code}: ${stderr}`)));
  });
}
