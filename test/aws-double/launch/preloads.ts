import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Variables by which programs of Node's load something before anything else; other programs don't notice. */
export type Preload = Readonly<Record<string, string>> & { readonly NODE_OPTIONS: string };

const beside = (name: string): URL => new URL(name, import.meta.url);
/** What keeps a program to this machine: see there. */
export const ONLY_LOOPBACK = fileURLToPath(beside('./only-loopback.cjs'));

/** Whatever a program asks of a disk takes so many ms longer. */
export function onSlowDisk(ms: number): Preload {
  return {
    NODE_OPTIONS: `--import=${beside('./slow-disk.mjs').href}`,
    DOUBLE_SLOW_DISK_MS: String(ms),
  };
}

/** A program reaches this machine alone; what it asks of another is written into the file `report`. */
export function onlyLoopback(report: string): Preload {
  return { NODE_OPTIONS: `--require=${JSON.stringify(ONLY_LOOPBACK)}`, DOUBLE_CALLS_OUTSIDE: report };
}

/** Several at once. */
export function preloaded(...all: readonly Preload[]): Preload {
  const options = all.map(({ NODE_OPTIONS }) => NODE_OPTIONS).filter((one) => one !== '');
  return Object.assign({}, ...all, { NODE_OPTIONS: options.join(' ') }) as Preload;
}

/** What a report holds, a line a call; it is gone then. */
export function callsOutside(report: string): readonly string[] {
  if (!existsSync(report)) return [];
  const calls = readFileSync(report, 'utf8').trimEnd().split('\n');
  rmSync(report);
  return calls;
}
