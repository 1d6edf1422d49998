import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism, constants, setPriority } from 'node:os';
import { memoryMiBOf } from './process-identity.ts';

export interface PoolOptions {
  /** The program of a worker; it answers each message with one of its own. */
  readonly entry: URL;
  readonly args?: readonly string[];
  /** At most so many processes at a time; default the processors, four at most. */
  readonly workers?: number;
  /** A process is replaced after so many questions, so that what a long life leaks is given back. Default 200. */
  readonly tasksPerWorker?: number;
  /** One that holds more than this when it has answered is replaced. Default 512. */
  readonly recycleAboveMiB?: number;
}

/** Why a process ended without an answer. */
export type Death = 'died' | 'timeout' | 'memory' | 'stopped';

export type Reply =
  | { readonly answer: unknown; readonly maxMemoryMiB: number | null }
  | {
      readonly death: Death;
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      readonly maxMemoryMiB: number | null;
    };

export interface Question {
  readonly message: object;
  /** JavaScript's heap; a process that needs more ends itself. */
  readonly heapMiB: number;
  /** The whole process; one that takes more is ended. null = no limit. */
  readonly memoryMiB: number | null;
  /** Then it is asked to end, and after `graceMs` ended. null = no limit. */
  readonly timeoutMs: number | null;
  readonly graceMs: number;
  /** Called before the message is sent; false = do not send it. */
  readonly onBegin?: (pid: number) => boolean;
  /** What it writes to standard output and standard error. */
  readonly onOutput?: (text: Buffer) => void;
}

/** One question to a process of the pool; the place's `stop` asks it to end before it has answered. */
export type Ask = (question: Question) => Promise<Reply>;

/** Memory is looked at so often. */
const MEMORY_EVERY_MS = 500;

/**
 * Child processes of this machine, each reused for many questions and replaced when it is old, large or has died. The
 * children end when this process does, for their channel closes.
 */
export class ProcessPool {
  readonly workers: number;
  private readonly options: PoolOptions;
  private readonly idle: PooledProcess[] = [];
  private readonly busy = new Set<PooledProcess>();
  private readonly queue = new Set<() => void>();
  private free: number;

  constructor(options: PoolOptions) {
    this.options = options;
    this.workers = options.workers ?? Math.min(availableParallelism(), 4);
    this.free = this.workers;
  }

  /**
   * Waits for a free place, oldest first, and hands over the way to ask on it. When `stop` comes before, `work` is not
   * called and the answer is undefined.
   */
  async place<T>(stop: AbortSignal, work: (ask: Ask) => Promise<T>): Promise<T | undefined> {
    if (!(await this.wait(stop))) return undefined;
    try {
      return await work((question) => this.ask(question, stop));
    } finally {
      const [next] = this.queue;
      if (next) {
        this.queue.delete(next);
        next();
      } else this.free++;
    }
  }

  /** Takes a place; false when `stop` came first. */
  private async wait(stop: AbortSignal): Promise<boolean> {
    if (stop.aborted) return false;
    if (this.free > 0) {
      this.free--;
      return true;
    }
    return new Promise<boolean>((resolve) => {
      const given = (): void => {
        stop.removeEventListener('abort', left);
        resolve(true);
      };
      const left = (): void => {
        this.queue.delete(given);
        resolve(false);
      };
      this.queue.add(given);
      stop.addEventListener('abort', left, { once: true });
    });
  }

  private async ask(question: Question, stop: AbortSignal): Promise<Reply> {
    const child = this.take(question.heapMiB);
    this.busy.add(child);
    try {
      const reply = await child.ask(question, stop);
      const { tasksPerWorker = 200, recycleAboveMiB = 512 } = this.options;
      const old = child.asked >= tasksPerWorker || (reply.maxMemoryMiB ?? 0) > recycleAboveMiB;
      // one that was asked to end may have answered first, and ends with whatever it would be given next
      if ('death' in reply || old || child.askedToEnd) child.kill();
      else this.idle.push(child);
      return reply;
    } finally {
      this.busy.delete(child);
    }
  }

  /** Ends every process, those at work too. */
  end(): void {
    for (const child of [...this.idle.splice(0), ...this.busy]) child.kill();
  }

  private take(heapMiB: number): PooledProcess {
    for (let child = this.idle.pop(); child; child = this.idle.pop()) {
      if (child.alive && child.heapMiB === heapMiB) return child;
      child.kill();
    }
    return new PooledProcess(this.options, heapMiB);
  }
}

class PooledProcess {
  asked = 0;
  askedToEnd = false;
  readonly heapMiB: number;
  private readonly child: ChildProcess;

  constructor({ entry, args = [] }: PoolOptions, heapMiB: number) {
    this.heapMiB = heapMiB;
    this.child = fork(entry, args, {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${heapMiB}`],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // a group of its own, so that what a task starts ends with it
      detached: true,
    });
    // a channel that breaks after an answer was taken is found by the next question
    this.child.on('error', () => undefined);
    yieldToPages(this.child);
  }

  get alive(): boolean {
    return this.child.connected && this.child.exitCode === null && this.child.signalCode === null;
  }

  ask(question: Question, stop: AbortSignal): Promise<Reply> {
    const { message, memoryMiB, timeoutMs, graceMs, onBegin, onOutput } = question;
    this.asked++;
    const { child } = this;
    const timers: NodeJS.Timeout[] = [];
    let wanted: Death | undefined;
    let maxMemoryMiB: number | null = null;
    return new Promise((resolve) => {
      const settle = (reply: Reply): void => {
        child.off('message', answered).off('exit', ended).off('error', broken);
        child.stdout?.off('data', told);
        child.stderr?.off('data', told);
        stop.removeEventListener('abort', stopped);
        for (const timer of timers) clearTimeout(timer);
        resolve(reply);
      };
      const told = (text: Buffer): void => onOutput?.(text);
      const answered = (answer: unknown): void => settle({ answer, maxMemoryMiB });
      const ended = (code: number | null, signal: NodeJS.Signals | null): void => {
        // its last words may still be in the pipe
        setImmediate(() => settle({ death: wanted ?? 'died', code, signal, maxMemoryMiB }));
      };
      const broken = (): void => ended(null, null);
      const endFor = (why: Death): void => {
        wanted ??= why;
        this.askedToEnd = true;
        const atOnce = graceMs <= 0 || why === 'memory';
        if (!atOnce) child.kill('SIGTERM');
        timers.push(setTimeout(() => this.kill(), atOnce ? 0 : graceMs));
      };
      const stopped = (): void => endFor('stopped');
      child.once('message', answered).once('exit', ended).once('error', broken);
      child.stdout?.on('data', told);
      child.stderr?.on('data', told);
      stop.addEventListener('abort', stopped, { once: true });
      if (timeoutMs !== null) timers.push(setTimeout(() => endFor('timeout'), timeoutMs));
      timers.push(
        setInterval(() => {
          const memory = memoryMiBOf(child.pid);
          maxMemoryMiB = memory === null ? maxMemoryMiB : Math.max(memory, maxMemoryMiB ?? 0);
          if (memory !== null && memoryMiB !== null && memory > memoryMiB) endFor('memory');
        }, MEMORY_EVERY_MS),
      );
      if (!this.alive) return broken();
      if (onBegin?.(child.pid!) === false) return answered(undefined);
      child.send(message);
      if (stop.aborted) stopped();
    });
  }

  /** Ends it with everything that it started. */
  kill(): void {
    try {
      if (this.child.pid && process.platform !== 'win32') process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // the group has ended already
    }
    this.child.kill('SIGKILL');
  }
}

/** Pages and commands come before computing ahead. */
function yieldToPages({ pid }: ChildProcess): void {
  try {
    if (pid) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // it has ended already, or this system does not let us: then it runs like any process
  }
}
