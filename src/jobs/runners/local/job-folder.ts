import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { reach } from '../../../store/index.ts';
import { classOfExit } from '../../exit-class.ts';
import { isAlive, type ProcessIdentity } from '../../process-identity.ts';
import type { ErrorClass, Report } from '../../runner.ts';

/** What the runner was asked for: `job.json`. Its presence says that the folder is whole. */
export interface LocalJob {
  readonly name: string;
  /** The whole id of the home. */
  readonly home: string;
  readonly jobSha256: string;
  readonly specUri: string;
  readonly attemptSeconds: number;
  readonly memoryMiB: number;
  readonly graceSeconds: number;
}

/** `process.json`: who works on it. Made once, so a job begins once. */
export interface LocalProcess {
  readonly worker: ProcessIdentity;
  readonly supervisor: ProcessIdentity;
  readonly at: string;
}

/** `exit.json`: how the attempt ended. */
export interface LocalExit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly why: 'exit' | 'died' | 'timeout' | 'memory' | 'cancelled';
  readonly reason: string | null;
  readonly seconds: number;
  readonly maxMemoryMiB: number | null;
  readonly endedAt: string;
}

/** The folder of one job. Its making is the lock of the name. */
export interface JobFolder {
  readonly path: string;
  /** false where the folder was there. */
  make(): boolean;
  exists(): boolean;
  job(): LocalJob | null;
  writeJob(job: LocalJob): void;
  process(): LocalProcess | null;
  /** false where somebody has begun it. */
  begin(process: LocalProcess): boolean;
  /** Why it was cancelled; null = it was not. */
  cancelled(): string | null;
  writeCancel(reason: string): void;
  exit(): LocalExit | null;
  writeExit(exit: LocalExit): void;
  readonly output: string;
  remove(): void;
}

/**
 * None of the files is forced to the disk: after a power cut nothing of this machine's jobs runs any more, and a file
 * that is lost or torn reads as one that was never written.
 */
export function jobFolder(jobs: string, name: string): JobFolder {
  const path = join(jobs, name);
  const at = (file: string) => join(path, file);
  return {
    path,
    make: () => {
      mkdirSync(jobs, { recursive: true });
      try {
        mkdirSync(path);
        reach('job-folder-made');
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw error;
      }
    },
    exists: () => existsSync(path),
    job: () => readJson<LocalJob>(at('job.json')),
    writeJob: (job) => replace(at('job.json'), job),
    process: () => readJson<LocalProcess>(at('process.json')),
    begin: (process) => {
      try {
        writeFileSync(at('process.json'), JSON.stringify(process), { flag: 'wx' });
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw error;
      }
    },
    cancelled: () => readJson<{ reason: string }>(at('cancel.json'))?.reason ?? null,
    writeCancel: (reason) => replace(at('cancel.json'), { reason }),
    exit: () => readJson<LocalExit>(at('exit.json')),
    writeExit: (exit) => replace(at('exit.json'), exit),
    output: at('output.log'),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** The names of all jobs that have a folder, sorted. */
export function jobNames(jobs: string): string[] {
  return existsSync(jobs) ? readdirSync(jobs).sort() : [];
}

/** How a job stands by its folder alone; undefined where it has neither ended nor begun. */
export function reportOf(folder: JobFolder, name: string): Report | undefined {
  const exit = folder.exit();
  if (exit) return reportOfExit(name, exit);
  const process = folder.process();
  if (!process) return undefined;
  const lastSeenAt = new Date(process.at);
  // a worker that has just ended is in its supervisor's hands, who writes down how
  if (isAlive(process.worker) || isAlive(process.supervisor))
    return { ...waiting(name), state: 'RUNNING', lastSeenAt };
  const written = folder.exit();
  if (written) return reportOfExit(name, written);
  return { ...waiting(name), state: 'LOST', errorClass: 'lost', reason: 'its process is gone', lastSeenAt };
}

/** A job that waits for its turn. */
export function waiting(name: string): Report {
  const nothing = { exitCode: null, errorClass: null, reason: null, lastSeenAt: null, usage: null };
  return { name, providerId: name, state: 'QUEUED', ...nothing };
}

export function lost(name: string, reason: string): Report {
  return { ...waiting(name), providerId: null, state: 'LOST', errorClass: 'lost', reason };
}

function reportOfExit(name: string, exit: LocalExit): Report {
  const { code, why, reason } = exit;
  const common = {
    name,
    providerId: name,
    exitCode: code,
    lastSeenAt: new Date(exit.endedAt),
    usage: { seconds: exit.seconds, maxMemoryMiB: exit.maxMemoryMiB },
  };
  const failed = (errorClass: ErrorClass, words: string | null): Report => {
    return { ...common, state: 'FAILED', errorClass, reason: words };
  };
  if (code === 0) return { ...common, state: 'SUCCEEDED', errorClass: null, reason: null };
  if (why === 'cancelled') return { ...common, state: 'CANCELLED', errorClass: 'cancelled', reason };
  if (why === 'timeout') return failed('timeout', reason);
  if (why === 'memory') return failed('oom', reason);
  if (code === null || exit.signal)
    return failed('lost', `its process died by ${exit.signal ?? 'nobody knows what'}`);
  return failed(classOfExit(code), `exit code ${code}`);
}

/** Whole lines of what a job's process wrote, from a byte on. */
export async function readOutput(
  folder: JobFolder,
  from: number,
): Promise<{ lines: string[]; next: number }> {
  if (!existsSync(folder.output)) return { lines: [], next: from };
  const parts: Buffer[] = [];
  for await (const part of createReadStream(folder.output, { start: from })) parts.push(part as Buffer);
  const bytes = Buffer.concat(parts);
  const end = bytes.lastIndexOf(10) + 1;
  const text = bytes.toString('utf8', 0, end);
  return { lines: text === '' ? [] : text.slice(0, -1).split('\n'), next: from + end };
}

function replace(path: string, value: unknown): void {
  const unfinished = `${path}.new`;
  writeFileSync(unfinished, JSON.stringify(value));
  renameSync(unfinished, path);
  reach('job-file-written');
}

function readJson<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return null;
  }
}
