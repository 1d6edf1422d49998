import type { JobDetail, JobStatus, JobSummary } from '@aws-sdk/client-batch';
import type { Report } from '../../runner.ts';
import { stuckReason, unknownTo } from '../aws/ends.ts';
import { reportOf } from './batch-report.ts';

/** What watching arrays asks of Batch. */
export interface ArrayCalls {
  describe(ids: readonly string[]): Promise<readonly JobDetail[]>;
  /** Children of an array in one state, up to `most`. */
  children(arrayJobId: string, status: JobStatus, most?: number): AsyncIterable<JobSummary>;
  /** Ends a job with these very words. */
  terminate(jobId: string, reason: string): Promise<void>;
  /** By Batch's own clock. */
  nowMs(): number;
}

export interface ArrayWatchOptions {
  /** Which children run is asked no more often. */
  readonly runningEverySeconds: number;
  readonly mostWaitSeconds: number | undefined;
}

/** What is known of one array. */
interface Watched {
  /** By index; an end never changes, so it is asked for once. */
  readonly ended: Map<number, JobDetail>;
  running: ReadonlyMap<number, number>;
  runningAtMs: number;
  readonly released: Set<number>;
}

/** After so much of an array has ended, its successes are listed; failures are listed at once. */
const NEWS_SHARE = 0.1;

/**
 * Looks at arrays by their parents: one call says how many children stand where. Children are only listed when that
 * number has changed, and described once, when they have ended.
 */
export class ArrayWatch {
  private readonly arrays = new Map<string, Watched>();
  private readonly calls: ArrayCalls;
  private readonly options: ArrayWatchOptions;

  constructor(calls: ArrayCalls, options: ArrayWatchOptions) {
    this.calls = calls;
    this.options = options;
  }

  /** Reports of children, by array and index; `name` is the child's own. */
  async poll(
    arrays: ReadonlyMap<string, readonly { readonly name: string; readonly index: number }[]>,
  ): Promise<Report[]> {
    const parents = new Map((await this.calls.describe([...arrays.keys()])).map((job) => [job.jobId!, job]));
    const reports: Report[] = [];
    for (const [id, children] of arrays) {
      const parent = parents.get(id);
      if (parent) await this.look(id, parent);
      for (const { name, index } of children) {
        reports.push(parent ? this.reportOn(id, index, name) : unknownTo('AWS Batch', name));
      }
    }
    return reports;
  }

  private reportOn(id: string, index: number, name: string): Report {
    const { ended, running } = this.arrays.get(id)!;
    const providerId = `${id}:${index}`;
    const detail = ended.get(index);
    if (detail) return { ...reportOf(name, detail), providerId };
    const nothing = { exitCode: null, errorClass: null, reason: null, usage: null };
    const startedAt = running.get(index);
    if (startedAt === undefined)
      return { name, providerId, state: 'QUEUED', lastSeenAt: null, attemptStartedAt: null, ...nothing };
    const at = new Date(startedAt);
    return { name, providerId, state: 'RUNNING', lastSeenAt: at, attemptStartedAt: at, ...nothing };
  }

  private async look(id: string, parent: JobDetail): Promise<void> {
    const { size = 0, statusSummary: summary = {} } = parent.arrayProperties ?? {};
    const watched = this.arrays.get(id) ?? {
      ended: new Map(),
      running: new Map(),
      runningAtMs: Number.NEGATIVE_INFINITY,
      released: new Set(),
    };
    this.arrays.set(id, watched);
    const known = (status: string) =>
      [...watched.ended.values()].filter((child) => child.status === status).length;
    const {
      SUCCEEDED: succeeded = 0,
      FAILED: failed = 0,
      RUNNING: running = 0,
      RUNNABLE: waiting = 0,
    } = summary;
    const over = parent.status === 'SUCCEEDED' || parent.status === 'FAILED';
    if (failed > known('FAILED')) await this.learn(id, 'FAILED', watched);
    const news = succeeded - known('SUCCEEDED');
    if (news > 0 && (over || news >= size * NEWS_SHARE)) await this.learn(id, 'SUCCEEDED', watched);
    if (over) watched.running = new Map();
    const now = performance.now();
    if (over || now - watched.runningAtMs < this.options.runningEverySeconds * 1000) return;
    watched.runningAtMs = now;
    if (running > 0) {
      const found = new Map<number, number>();
      for await (const { arrayProperties, startedAt } of this.calls.children(id, 'RUNNING'))
        if (arrayProperties?.index !== undefined && startedAt) found.set(arrayProperties.index, startedAt);
      watched.running = found;
    } else if (waiting === size) await this.endIfStuck(id, parent);
  }

  /** None of its children has found a machine: any of them says why. */
  private async endIfStuck(id: string, { createdAt }: JobDetail): Promise<void> {
    for await (const { statusReason } of this.calls.children(id, 'RUNNABLE', 1)) {
      const reason = stuckReason(
        { createdAt, statusReason },
        this.calls.nowMs(),
        this.options.mostWaitSeconds,
      );
      if (reason !== null) await this.calls.terminate(id, reason);
      return;
    }
  }

  private async learn(id: string, status: 'SUCCEEDED' | 'FAILED', { ended }: Watched): Promise<void> {
    const fresh: string[] = [];
    for await (const { arrayProperties } of this.calls.children(id, status)) {
      const index = arrayProperties?.index;
      if (index !== undefined && !ended.has(index)) fresh.push(`${id}:${index}`);
    }
    for (const child of await this.calls.describe(fresh)) {
      const index = child.arrayProperties?.index;
      if (index !== undefined) ended.set(index, lean(child));
    }
  }

  /** Forgets an array when the outcome of each of its children is on record. */
  release(id: string, index: number): void {
    const watched = this.arrays.get(id);
    if (!watched) return;
    watched.released.add(index);
    if (watched.released.size >= watched.ended.size && watched.ended.size > 0 && this.isDone(watched))
      this.arrays.delete(id);
  }

  private isDone({ ended, released, running }: Watched): boolean {
    return running.size === 0 && [...ended.keys()].every((index) => released.has(index));
  }
}

/** What a report needs of an ended child; ten thousand whole answers would be a heap. */
function lean({
  jobId,
  jobName,
  status,
  statusReason,
  startedAt,
  stoppedAt,
  attempts,
  container,
}: JobDetail): JobDetail {
  return {
    jobId,
    jobName,
    status,
    statusReason,
    startedAt,
    stoppedAt,
    attempts,
    container: { exitCode: container?.exitCode, reason: container?.reason },
  } as JobDetail;
}
