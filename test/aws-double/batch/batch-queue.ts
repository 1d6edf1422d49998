import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Clock } from '../clock.ts';
import type { Faults, JobFault } from '../faults.ts';
import type { Ended, Launcher } from '../launch/launcher.ts';
import type { LogStreams } from '../services/log-streams.ts';
import type { BatchJob } from './job.ts';
import { isRetried } from './retry-rules.ts';

/** How long the service takes over what nobody sees, in ms of its own time. */
export interface BatchDelays {
  readonly toRunnableMs: number;
  readonly startingMs: number;
}

/** SIGKILL follows SIGTERM after so long. */
const GRACE_MS = 30_000;
const HOST_LOST = {
  ec2: 'Host EC2 (instance i-0d0ub1e) terminated.',
  fargate: 'Your Spot Task was interrupted.',
};

export interface QueueParts {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly launcher: Launcher;
  readonly logs: LogStreams;
  readonly delays: BatchDelays;
  /** The program that an image's entrypoint is. */
  readonly entrypointOf: (image: string) => readonly string[];
  /** What every container knows of the services. */
  readonly environment: () => Readonly<Record<string, string>>;
  readonly onChange: (job: BatchJob) => void;
  /** Whether the pattern `*` fits what an attempt lacks. */
  readonly starFitsNothing: boolean;
}

/** A job queue with its compute environment: so many containers at a time, the oldest job first. */
export class BatchQueue {
  readonly name: string;
  readonly slots: number;
  /** The most containers that ran at one time. */
  mostRunning = 0;
  private readonly runnable: BatchJob[] = [];
  private readonly busy = new Set<BatchJob>();
  private readonly parts: QueueParts;
  private readonly closing = new AbortController();
  private readonly pending = new Set<Promise<void>>();

  constructor(name: string, slots: number, parts: QueueParts) {
    this.name = name;
    this.slots = slots;
    this.parts = parts;
    // every program and every wait listens
    setMaxListeners(0, this.closing.signal);
  }

  get jobsRunnable(): readonly BatchJob[] {
    return this.runnable;
  }

  /** A job whose dependencies are met. */
  async admit(job: BatchJob): Promise<void> {
    await this.parts.clock.wait(this.parts.delays.toRunnableMs, this.closing.signal);
    if (this.closing.signal.aborted || job.state === 'FAILED') return;
    job.state = 'RUNNABLE';
    const stuck = this.parts.faults.takeForJob(job.name, 'stuckRunnable');
    if (stuck) {
      this.keepStuck(job, stuck);
      return;
    }
    this.runnable.push(job);
    this.pump();
  }

  private keepStuck(
    job: BatchJob,
    { stuckRunnable, cancelAfterMs }: Extract<JobFault, { stuckRunnable: string }>,
  ): void {
    job.statusReason = stuckRunnable;
    this.runnable.push(job);
    this.stuck.add(job);
    if (cancelAfterMs === undefined) return;
    this.follow(
      this.parts.clock.wait(cancelAfterMs, this.closing.signal).then(() => {
        if (job.state === 'RUNNABLE')
          this.end(job, `Canceled by JobStateTimeLimit action due to reason: ${stuckRunnable}`);
      }),
    );
  }
  private readonly stuck = new Set<BatchJob>();

  private pump(): void {
    while (this.busy.size < this.slots) {
      const at = this.runnable.findIndex((job) => !this.stuck.has(job));
      if (at < 0) return;
      const [job] = this.runnable.splice(at, 1);
      this.busy.add(job!);
      this.mostRunning = Math.max(this.mostRunning, this.busy.size);
      this.follow(this.attempt(job!));
    }
  }

  private follow(work: Promise<void>): void {
    this.pending.add(work);
    work.finally(() => this.pending.delete(work)).catch(() => undefined);
  }

  private async attempt(job: BatchJob): Promise<void> {
    const { clock, faults, delays } = this.parts;
    job.state = 'STARTING';
    const slow = faults.takeForJob(job.name, 'slowStartingMs');
    await clock.wait(slow?.slowStartingMs ?? delays.startingMs, this.closing.signal);
    if (this.closing.signal.aborted) return;
    if (job.endReason !== undefined) {
      this.settle(job, { end: { statusReason: job.endReason }, retry: false });
      return;
    }
    const faulty = faults.takeForJob(job.name, 'cannotPull', 'cannotStart', 'exitsAtOnce');
    if (faulty && 'cannotPull' in faulty) {
      const reason =
        faulty.cannotPull === 'unauthorized'
          ? 'CannotPullContainerError: Error response from daemon: unauthorized: access denied'
          : 'CannotPullContainerError: Error response from daemon: i/o timeout';
      this.settle(job, { end: { statusReason: 'Task failed to start', reason } });
      return;
    }
    if (faulty && 'cannotStart' in faulty) {
      const reason = 'CannotStartContainerError: Error response from daemon: no such file or directory';
      this.settle(job, { end: { statusReason: 'Task failed to start', reason } });
      return;
    }
    await this.run(job, faulty && 'exitsAtOnce' in faulty ? faulty.exitsAtOnce : undefined);
  }

  /** The program from its start to its end, whatever ends it. */
  private async run(job: BatchJob, exitsAtOnce: number | undefined): Promise<void> {
    const { clock, faults, launcher, logs } = this.parts;
    const stream = `${job.name}/default/${randomUUID().replaceAll('-', '')}`;
    const missing = faults.takeForJob(job.name, 'missingLogStream');
    const number = job.attempts.length + 1;
    job.state = 'RUNNING';
    job.startedAt = clock.nowMs();
    job.logStreamName = stream;
    job.attempts.push({
      startedAt: job.startedAt,
      container: {
        taskArn: `arn:aws:ecs:ap-northeast-2:000000000000:task/double/${randomUUID()}`,
        logStreamName: stream,
      },
    });
    const full = faults.takeForJob(job.name, 'diskFull');
    const slow = faults.takeForJob(job.name, 'slowDiskMs');
    const running = launcher.launch({
      jobName: job.name,
      command:
        exitsAtOnce === undefined
          ? [...this.parts.entrypointOf(job.container.image), ...commandOf(job)]
          : ['/bin/sh', '-c', `exit ${exitsAtOnce}`],
      environment: { ...this.parts.environment(), ...environmentOf(job, this.name, number) },
      onLine: (line) => missing || logs.append(job.container.logGroup, stream, line, clock.nowMs()),
      ...memoryOf(job),
      ...(full ? { diskMb: 0 } : {}),
      ...(slow ? { slowDiskMs: slow.slowDiskMs } : {}),
    });
    job.running = running;
    if (job.endReason !== undefined) running.signal('SIGTERM');
    const over = new AbortController();
    const lost = this.watch(job, over.signal);
    let ended: Ended;
    try {
      ended = await running.ended;
    } catch (error) {
      over.abort();
      const reason = `CannotStartContainerError: ${(error as Error).message}`;
      this.settle(job, { end: { statusReason: 'Task failed to start', reason } });
      return;
    }
    over.abort();
    delete job.running;
    if (this.closing.signal.aborted) return;
    this.settleEnded(job, ended, lost());
  }

  /** The timeout, a reclaim and a lack of memory; gives what took the program away, if anything did. */
  private watch(job: BatchJob, over: AbortSignal): () => Lost | undefined {
    const { clock, faults } = this.parts;
    let lost: Lost | undefined;
    const after = (ms: number, then: () => void | Promise<void>): void => {
      this.follow(
        clock.wait(ms, AbortSignal.any([over, this.closing.signal])).then(async () => {
          if (!over.aborted && !this.closing.signal.aborted) await then();
        }),
      );
    };
    if (job.timeoutSeconds !== undefined)
      after(job.timeoutSeconds * 1000, async () => {
        lost = { kind: 'timeout' };
        await this.stop(job, over);
      });
    const reclaim = faults.takeForJob(job.name, 'reclaimAfterMs');
    if (reclaim)
      after(reclaim.reclaimAfterMs, async () => {
        const text = HOST_LOST[reclaim.text ?? 'ec2'];
        // a program that ends by itself before the service notes the reclaim is judged by its exit code alone
        if (reclaim.warning !== 'early-exit') lost = { kind: 'host', text };
        if (reclaim.warning === 'none') job.running?.signal('SIGKILL');
        else await this.stop(job, over);
      });
    const memory = faults.takeForJob(job.name, 'outOfMemoryAfterMs');
    if (memory)
      after(memory.outOfMemoryAfterMs, () => {
        lost = { kind: 'memory' };
        job.running?.signal('SIGKILL');
      });
    return () => lost;
  }

  private async stop(job: BatchJob, over: AbortSignal): Promise<void> {
    job.running?.signal('SIGTERM');
    await this.parts.clock.wait(GRACE_MS, over);
    if (!over.aborted) job.running?.signal('SIGKILL');
  }

  private settleEnded(job: BatchJob, { code, signal }: Ended, lost: Lost | undefined): void {
    const exitCode = code ?? 128 + (signal === 'SIGKILL' ? 9 : 15);
    if (job.endReason !== undefined) {
      this.settle(job, { end: { statusReason: job.endReason, exitCode }, retry: false });
    } else if (lost?.kind === 'timeout') {
      this.settle(job, {
        end: { statusReason: 'Job attempt duration exceeded timeout', exitCode },
        retry: false,
      });
    } else if (lost?.kind === 'host') {
      this.settle(job, { end: { statusReason: lost.text } });
    } else if (lost?.kind === 'memory' || (signal === 'SIGKILL' && code === null)) {
      const reason = 'OutOfMemoryError: Container killed due to memory usage';
      this.settle(job, {
        end: { statusReason: 'Essential container in task exited', reason, exitCode: 137 },
      });
    } else if (this.parts.faults.takeForJob(job.name, 'nullExit')) {
      this.settle(job, { end: { statusReason: 'Essential container in task exited' } });
    } else {
      this.settle(job, { end: { statusReason: 'Essential container in task exited', exitCode } });
    }
  }

  /** Writes an attempt's end down and decides what follows it. */
  private settle(job: BatchJob, { end, retry = true }: Settlement): void {
    const { clock, onChange } = this.parts;
    const now = clock.nowMs();
    const attempt = job.attempts.at(-1);
    const begun = attempt !== undefined && attempt.stoppedAt === undefined ? attempt : undefined;
    const record = begun ?? {
      container: { taskArn: 'arn:aws:ecs:ap-northeast-2:000000000000:task/double/none' },
    };
    if (!begun) job.attempts.push(record);
    record.stoppedAt = now;
    record.statusReason = end.statusReason;
    if (end.reason !== undefined) record.container.reason = end.reason.slice(0, 255);
    if (end.exitCode !== undefined) record.container.exitCode = end.exitCode;
    assignOrDelete(job, 'exitCode', end.exitCode);
    assignOrDelete(job, 'reason', end.reason?.slice(0, 255));
    job.statusReason = end.statusReason;
    this.busy.delete(job);
    const again =
      retry &&
      end.exitCode !== 0 &&
      job.attempts.length < job.retry.attempts &&
      isRetried(job.retry.rules, end, this.parts.starFitsNothing);
    if (again) {
      job.state = 'RUNNABLE';
      this.runnable.unshift(job);
    } else {
      job.state = end.exitCode === 0 && job.endReason === undefined ? 'SUCCEEDED' : 'FAILED';
      job.stoppedAt = now;
      if (this.parts.faults.takeForJob(job.name, 'agedOut')) job.forgotten = true;
    }
    onChange(job);
    this.pump();
  }

  /** Ends a job for a reason of somebody's; one that runs is told first. */
  end(job: BatchJob, reason: string): void {
    if (job.state === 'SUCCEEDED' || job.state === 'FAILED') return;
    job.endReason ??= reason;
    if (job.state === 'RUNNING') {
      this.follow(this.stopNow(job));
      return;
    }
    if (job.state === 'STARTING') return;
    const at = this.runnable.indexOf(job);
    if (at >= 0) this.runnable.splice(at, 1);
    this.stuck.delete(job);
    job.state = 'FAILED';
    job.statusReason = reason;
    job.stoppedAt = this.parts.clock.nowMs();
    this.parts.onChange(job);
  }

  private async stopNow(job: BatchJob): Promise<void> {
    const over = new AbortController();
    void job.running?.ended.then(
      () => over.abort(),
      () => over.abort(),
    );
    await this.stop(job, AbortSignal.any([over.signal, this.closing.signal]));
  }

  /** No further job begins; resolves when nothing waits any more. The launcher ends what still runs. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.allSettled(this.pending);
  }
}

type Lost = { readonly kind: 'timeout' | 'memory' } | { readonly kind: 'host'; readonly text: string };

interface Settlement {
  readonly end: { readonly statusReason: string; readonly reason?: string; readonly exitCode?: number };
  readonly retry?: boolean;
}

function assignOrDelete<Name extends 'exitCode' | 'reason'>(
  job: BatchJob,
  name: Name,
  value: BatchJob[Name],
): void {
  if (value === undefined) delete job[name];
  else job[name] = value;
}

function memoryOf({ container }: BatchJob): { readonly memoryMb?: number } {
  const memory = container.resourceRequirements.find(({ type }) => type === 'MEMORY');
  return memory ? { memoryMb: Number(memory.value) } : {};
}

/** `Ref::name` stands for a parameter. */
function commandOf({ container, parameters }: BatchJob): readonly string[] {
  return container.command.map((part) =>
    part.startsWith('Ref::') ? (parameters[part.slice(5)] ?? part) : part,
  );
}

function environmentOf(job: BatchJob, queue: string, attempt: number): Record<string, string> {
  return {
    ...Object.fromEntries(job.container.environment.map(({ name, value }) => [name, value])),
    AWS_BATCH_JOB_ID: job.id,
    AWS_BATCH_JOB_ATTEMPT: String(attempt),
    AWS_BATCH_JQ_NAME: queue,
    AWS_BATCH_CE_NAME: `${queue}-environment`,
    ...(job.arrayIndex === undefined ? {} : { AWS_BATCH_JOB_ARRAY_INDEX: String(job.arrayIndex) }),
  };
}
