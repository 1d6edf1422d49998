import { EXIT, SihwangError } from '../../domain/index.ts';
import { WORKER_EFFECTS, type WorkerEffects } from './effects.ts';
import { runJob } from './run-job.ts';

/**
 * `sihwang worker`: one job in this process, stopped by SIGTERM after a checkpoint. Gives the exit code. The shard is
 * `shard`, else AWS_BATCH_JOB_ARRAY_INDEX; the attempt is Batch's own.
 */
export async function runOneJob(
  { spec, shard }: { readonly spec: string; readonly shard?: string | undefined },
  effects: WorkerEffects = WORKER_EFFECTS,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const index = shard ?? environment.AWS_BATCH_JOB_ARRAY_INDEX;
  if (index !== undefined && !/^\d+$/.test(index))
    throw new SihwangError(
      'SHARD_UNREADABLE',
      { ko: `조각 번호는 0 이상의 수: ${index}`, en: `the shard is a number from 0 on, not ${index}` },
      {
        exit: EXIT.usage,
        hint: { ko: '--shard 0처럼 쓰세요.', en: 'Write --shard 0.' },
      },
    );
  return runJob(
    {
      specUri: spec,
      ...(index !== undefined && { shard: Number(index) }),
      attempt: Number(environment.AWS_BATCH_JOB_ATTEMPT ?? 1),
      providerId: environment.AWS_BATCH_JOB_ID ?? null,
      stop: askedToStop(),
    },
    effects,
  );
}

/** Comes with SIGTERM, or with a Ctrl-C. */
export function askedToStop(): AbortSignal {
  const stop = new AbortController();
  const end = (): void => stop.abort(new Error('the job was asked to stop'));
  // asked twice it still saves its checkpoint; a second Ctrl-C ends it at once
  process.on('SIGTERM', end).once('SIGINT', end);
  return stop.signal;
}
