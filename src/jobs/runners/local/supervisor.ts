import { appendFileSync } from 'node:fs';
import { type ProcessIdentity, startOf, thisProcess } from '../../process-identity.ts';
import { type Ask, ProcessPool, type Reply } from '../../process-pool.ts';
import type { JobMessage } from '../../worker/serve.ts';
import { type JobFolder, jobFolder, type LocalExit, type LocalJob, type LocalProcess } from './job-folder.ts';

/** What the runner tells its supervisor. */
export type ToSupervisor =
  | { readonly open: SupervisorOptions }
  | { readonly start: LocalJob }
  | { readonly cancel: string };

/** What it hears: the job has begun, or has ended. */
export interface FromSupervisor {
  readonly name: string;
  readonly is: 'RUNNING' | 'ended';
}

export interface SupervisorOptions {
  /** Folder of the jobs' folders. */
  readonly jobs: string;
  /** Program of a worker. */
  readonly worker: string;
  readonly workers: number | null;
  readonly tasksPerWorker: number | null;
}

/** A running job's folder is looked at so often for a wish for its end. */
const HEED_EVERY_MS = 500;
/** Of a job's output so much is kept; the log in the store has all of its events. */
const OUTPUT_BYTES = 1 << 20;

/**
 * Runs jobs in a pool of workers and writes down how each began and ended, so that an end is known although the
 * controller died meanwhile. When the controller's channel closes, everything is stopped, written down, and it ends.
 */
export function supervise(options: SupervisorOptions, tell: (word: FromSupervisor) => void) {
  const me = thisProcess();
  const pool = new ProcessPool({
    entry: new URL(options.worker),
    ...(options.workers !== null && { workers: options.workers }),
    ...(options.tasksPerWorker !== null && { tasksPerWorker: options.tasksPerWorker }),
  });
  const stops = new Map<string, AbortController>();
  let closing = false;

  async function run(job: LocalJob): Promise<void> {
    const folder = jobFolder(options.jobs, job.name);
    const stop = new AbortController();
    stops.set(job.name, stop);
    // another controller of this home cancels by the job's folder alone
    const heed = () => folder.cancelled() !== null && stop.abort();
    let heeding: NodeJS.Timeout | undefined;
    try {
      heed();
      const placed = await pool.place(stop.signal, async (ask) => {
        heed();
        if (stop.signal.aborted) return false;
        heeding = setInterval(heed, HEED_EVERY_MS);
        if (!folder.exit()) await perform(job, folder, ask);
        return true;
      });
      // one that waits when the controller goes is left for the next one, and one begun elsewhere for whoever began it
      if (!placed && !closing && folder.begin(begunBy(me))) folder.writeExit(notBegun(folder.cancelled()));
    } finally {
      clearInterval(heeding);
      stops.delete(job.name);
      tell({ name: job.name, is: 'ended' });
    }
  }

  async function perform(job: LocalJob, folder: JobFolder, ask: Ask): Promise<void> {
    const beganMs = Date.now();
    let kept = 0;
    let outOfHeap = false;
    let begun = true;
    const message: JobMessage = { specUri: job.specUri, attempt: 1, providerId: job.name };
    const reply = await ask({
      message,
      heapMiB: Math.max(64, Math.floor(job.memoryMiB * 0.8)),
      memoryMiB: job.memoryMiB,
      timeoutMs: job.attemptSeconds * 1000,
      graceMs: job.graceSeconds * 1000,
      onBegin: (pid) => {
        begun = folder.begin(begunBy({ pid, started: startOf(pid) }));
        if (begun) tell({ name: job.name, is: 'RUNNING' });
        return begun;
      },
      onOutput: (text) => {
        outOfHeap ||= text.includes('heap out of memory');
        if (kept < OUTPUT_BYTES) appendFileSync(folder.output, text.subarray(0, OUTPUT_BYTES - kept));
        kept += text.length;
      },
    });
    const seconds = (Date.now() - beganMs) / 1000;
    if (begun) folder.writeExit(exitOf(reply, { cancelled: folder.cancelled(), seconds, outOfHeap }));
  }

  function begunBy(worker: ProcessIdentity): LocalProcess {
    return { worker, supervisor: me, at: new Date().toISOString() };
  }

  return {
    start: (job: LocalJob): void => void run(job),
    cancel: (name: string): void => stops.get(name)?.abort(),
    /** Stops every job; resolves when all are written down. */
    async close(): Promise<void> {
      closing = true;
      for (const stop of stops.values()) stop.abort();
      while (stops.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      pool.end();
    },
  };
}

function notBegun(reason: string | null): LocalExit {
  return {
    code: null,
    signal: null,
    why: 'cancelled',
    reason,
    seconds: 0,
    maxMemoryMiB: null,
    endedAt: new Date().toISOString(),
  };
}

function exitOf(
  reply: Reply,
  about: { cancelled: string | null; seconds: number; outOfHeap: boolean },
): LocalExit {
  const common = {
    seconds: about.seconds,
    maxMemoryMiB: reply.maxMemoryMiB === null ? null : Math.round(reply.maxMemoryMiB),
    endedAt: new Date().toISOString(),
  };
  if (!('death' in reply)) {
    const { exitCode } = reply.answer as { readonly exitCode: number };
    return { ...common, code: exitCode, signal: null, why: 'exit', reason: null };
  }
  const { code, signal } = reply;
  if ((reply.death === 'stopped' || reply.death === 'died') && about.cancelled !== null)
    return { ...common, code, signal, why: 'cancelled', reason: about.cancelled };
  // ended for want of its controller: whoever comes next goes on from the checkpoint
  if (reply.death === 'stopped' && signal === null)
    return { ...common, code, signal, why: 'exit', reason: null };
  if (reply.death === 'memory' || about.outOfHeap)
    return { ...common, code, signal, why: 'memory', reason: 'it took more memory than its limit' };
  if (reply.death === 'timeout')
    return { ...common, code, signal, why: 'timeout', reason: 'it took longer than its limit' };
  return { ...common, code, signal, why: 'died', reason: null };
}
