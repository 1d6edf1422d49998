import { EXIT } from '../../domain/index.ts';
import type { Task } from '../tasks.ts';
import type { WorkerEffects } from './effects.ts';

/** What a controller's runner asks of a worker process: one job. */
export interface JobMessage {
  readonly specUri: string;
  readonly attempt: number;
  readonly providerId: string;
}

/** A worker whose controller has gone, or that was asked to end, has so long for its checkpoint. */
const STOP_MS = 25_000;

/**
 * Serves the pool that forked this process: one job or one in-memory task a message, one answer each, until the channel
 * closes. A job that is running then, or at SIGTERM, saves a checkpoint and the process ends with the job's exit code.
 */
export function serve(effects: WorkerEffects): void {
  let stop: AbortController | undefined;
  let ending = false;

  const end = (): void => {
    ending = true;
    // a job may be on its way here, and has not succeeded
    if (!stop) process.exit(EXIT.stopped);
    stop.abort(new Error('the job was asked to stop'));
    setTimeout(() => process.exit(75), STOP_MS).unref();
  };
  process.on('SIGTERM', end);
  process.on('disconnect', end);
  // Ctrl-C reaches whole groups; the parent decides when its workers end
  process.on('SIGINT', () => {});

  process.on('message', async (message: JobMessage | Task) => {
    if ('specUri' in message) {
      stop = new AbortController();
      const { runJob } = await import('./run-job.ts');
      const exitCode = await runJob({ ...message, stop: stop.signal }, effects);
      stop = undefined;
      if (ending) process.exit(exitCode);
      process.send!({ exitCode });
    } else process.send!(await answerTo(message));
  });
}

async function answerTo(task: Task): Promise<{ output: unknown } | { failure: string }> {
  try {
    const { perform } = await import('./perform.ts');
    return { output: await perform(task) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
