/** What goes wrong on the wire, for one call. */
export type WireFault =
  | { readonly answer: { readonly status: number; readonly code: string; readonly message?: string } }
  /** Answers after so long; the caller may have given up. */
  | { readonly slowMs: number }
  /** The connection ends before the service did anything, or after it did everything. */
  | { readonly drop: 'before' | 'after' }
  /** The answer is cut in the middle, or is a page for people. */
  | { readonly garbled: 'truncated' | 'html' }
  /** The bytes of an object come with a checksum that is not theirs. */
  | { readonly badChecksum: true }
  /** An empty page with a token for the next one. */
  | { readonly emptyPage: true };

/** What happens to one job, decided when it comes to that point of its life. */
export type JobFault =
  /** New: Describe and List don't know it for so long. */
  | { readonly invisibleMs: number }
  /** Ended: Describe and List know it no more. */
  | { readonly agedOut: true }
  /** Stays RUNNABLE with this status reason; with `cancelAfterMs` the queue's time limit ends it. */
  | { readonly stuckRunnable: string; readonly cancelAfterMs?: number }
  | { readonly slowStartingMs: number }
  | { readonly cannotPull: 'transient' | 'unauthorized' }
  | { readonly cannotStart: true }
  /** Killed for its memory after so long. */
  | { readonly outOfMemoryAfterMs: number }
  /** The exit code never reaches the service. */
  | { readonly nullExit: true }
  /** The program is replaced by one that does nothing and ends well: success without a manifest. */
  | { readonly exitsAtOnce: number }
  | { readonly missingLogStream: true }
  /** The container's own disk has no room, or everything that a program of Node's asks of it takes so many ms longer. */
  | { readonly diskFull: true }
  | { readonly slowDiskMs: number }
  /** The host is taken away `afterMs` after the program began. */
  | {
      readonly reclaimAfterMs: number;
      /** Whether the program is told first, and how it is then: killed after the grace, or ended by itself before the service notes the reclaim. */
      readonly warning: 'sigterm' | 'none' | 'early-exit';
      readonly text?: 'ec2' | 'fargate';
    }
  | { readonly capacityError: true }
  | { readonly internalError: true }
  | { readonly maxWaitExceeded: true }
  | { readonly longStoppingMs: number }
  /** Checkpoints written from now on don't reach the bucket. */
  | { readonly checkpointSyncStops: true };

interface Planned<Fault> {
  readonly fault: Fault;
  /** A wire fault's operation (`SubmitJob`, `PutObject`), a job fault's part of the job's name. */
  readonly on: string;
  /** Calls or jobs that match and pass unharmed before the first one is hit. */
  skip: number;
  times: number;
  readonly asked: number;
  /** Every call or job that matches is hit with this chance; such a fault may happen any number of times, or never. */
  readonly share?: number;
}

export interface FaultOptions {
  readonly times?: number;
  readonly skip?: number;
  /** From 0 to 1, in place of `times`: each that matches is hit with this chance. */
  readonly share?: number;
}

/** The faults of one test, in the order in which they were planned. Those left over fail the test: see `unused`. */
export class Faults {
  private readonly wire: Planned<WireFault>[] = [];
  private readonly jobs: Planned<JobFault>[] = [];
  /** Kinds of faults that happened, for a suite that has to use each. */
  readonly happened = new Set<string>();
  private readonly random: () => number;

  constructor(random: () => number = Math.random) {
    this.random = random;
  }

  onCall(operation: string, fault: WireFault, options: FaultOptions = {}): void {
    this.wire.push(planned(operation, fault, options));
  }

  /** `name` is the job's name or a part of it; '' = any job. */
  onJob(name: string, fault: JobFault, options: FaultOptions = {}): void {
    this.jobs.push(planned(name, fault, options));
  }

  takeForCall(operation: string): WireFault | undefined {
    return this.take(this.wire, ({ on }) => on === operation || on === '*');
  }

  /** The next fault of one of these kinds for a job. */
  takeForJob<Kind extends string>(
    name: string,
    ...kinds: readonly Kind[]
  ): Extract<JobFault, { readonly [k in Kind]?: unknown }> | undefined {
    return this.take(
      this.jobs,
      ({ on, fault }) => name.includes(on) && kinds.some((kind) => kind in fault),
    ) as Extract<JobFault, { readonly [k in Kind]?: unknown }> | undefined;
  }

  private take<Fault extends object>(
    planned: readonly Planned<Fault>[],
    matches: (one: Planned<Fault>) => boolean,
  ): Fault | undefined {
    for (const one of planned) {
      if (one.times === 0 || !matches(one)) continue;
      if (one.skip > 0) {
        one.skip--;
        continue;
      }
      if (one.share === undefined) one.times--;
      else if (this.random() >= one.share) continue;
      this.happened.add(kindOf(one.fault));
      return one.fault;
    }
    return undefined;
  }

  /** Planned faults that never happened, in words. */
  unused(): readonly string[] {
    return [...this.wire, ...this.jobs]
      .filter(({ times, share }) => times > 0 && share === undefined)
      .map(({ fault, on, times, asked }) => `${kindOf(fault)} on ${on || 'any job'}: ${times} of ${asked}`);
  }

  /** Forgets what was planned; what has happened stays known. */
  clear(): void {
    this.wire.length = 0;
    this.jobs.length = 0;
  }
}

function planned<Fault>(
  on: string,
  fault: Fault,
  { times = 1, skip = 0, share }: FaultOptions,
): Planned<Fault> {
  return { fault, on, skip, times, asked: times, ...(share === undefined ? {} : { share }) };
}

/** `answer:429`, `drop:after`, `reclaimAfterMs:none`: what a suite counts. */
function kindOf(fault: object): string {
  const [kind, value] = Object.entries(fault)[0]!;
  if (kind === 'answer') return `answer:${(value as { status: number }).status}`;
  if (kind === 'reclaimAfterMs') return `reclaim:${(fault as { warning: string }).warning}`;
  return typeof value === 'string' && kind !== 'stuckRunnable' ? `${kind}:${value}` : kind;
}
