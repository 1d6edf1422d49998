import { type ChildProcess, fork } from 'node:child_process';
import type { JsonObject } from '../../domain/index.ts';
import type { FromChild, StepWork, ToChild, WorkEnd } from './step-work.ts';

/** A process that does nothing for so long is ended; the next step starts another. */
const IDLE_MS = 20_000;
/** A process is replaced after so many steps, so that what a long life leaks is given back. */
const WORKS_A_CHILD = 50;
/** From asking work to stop until its process is killed. */
const GRACE_MS = 30_000;
const MEMORY_MB = 2_048;

export interface Doing {
  readonly signal: AbortSignal;
  readonly onEvent: (name: string, fields: JsonObject) => void;
}

/** Does pieces of work somewhere else than in the orchestrator. */
export interface StepDoers {
  do(work: StepWork, doing: Doing): Promise<WorkEnd>;
  /** Makes ready for work that comes in a moment. */
  prepare(): void;
  /** Ends every process at once. */
  close(): void;
}

/** Child processes, each reused for one piece of work after the other. None outlives this process. */
export class StepChildren implements StepDoers {
  private readonly idle: StepChild[] = [];
  private readonly all = new Set<StepChild>();
  private readonly entry: URL;

  constructor(entry: URL) {
    this.entry = entry;
  }

  async do(work: StepWork, doing: Doing): Promise<WorkEnd> {
    const child = this.idle.pop() ?? this.begin();
    const end = await child.do(work, doing);
    if (child.usable) this.idle.push(child);
    else child.end();
    return end;
  }

  /** A process that is there already waits on. */
  prepare(): void {
    if (this.idle.length === 0) this.idle.push(this.begin());
    this.idle.at(-1)!.waitOn();
  }

  close(): void {
    for (const child of this.all) child.end();
  }

  private begin(): StepChild {
    const child = new StepChild(this.entry, () => {
      this.all.delete(child);
      const at = this.idle.indexOf(child);
      if (at >= 0) this.idle.splice(at, 1);
    });
    this.all.add(child);
    return child;
  }
}

class StepChild {
  private readonly process: ChildProcess;
  private works = 0;
  private dead = false;
  private idleTimer: NodeJS.Timeout | undefined;

  constructor(entry: URL, onExit: () => void) {
    this.process = fork(entry, {
      execArgv: [`--max-old-space-size=${MEMORY_MB}`],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.process.on('error', () => undefined);
    this.process.once('exit', () => {
      this.dead = true;
      clearTimeout(this.idleTimer);
      onExit();
    });
  }

  get usable(): boolean {
    return !this.dead && this.process.connected && this.works < WORKS_A_CHILD;
  }

  do(work: StepWork, { signal, onEvent }: Doing): Promise<WorkEnd> {
    clearTimeout(this.idleTimer);
    this.works += 1;
    const began = performance.now();
    const child = this.process;
    return new Promise((resolve) => {
      let grace: NodeJS.Timeout | undefined;
      const settle = (end: WorkEnd): void => {
        child.off('message', heard).off('exit', died);
        signal.removeEventListener('abort', stop);
        clearTimeout(grace);
        this.waitOn();
        resolve(end);
      };
      const heard = (message: FromChild): void => {
        if ('end' in message) settle(message.end);
        else onEvent(message.event, message.fields);
      };
      const died = (code: number | null, by: NodeJS.Signals | null): void =>
        settle({
          error: {
            ...{ class: signal.aborted ? 'cancelled' : 'crashed', code: 'STEP_DIED' },
            message: `the process of the step ended with ${by ?? code} before it was done`,
            hint: 'If it happens again, look for a lack of memory on this machine.',
            ko: {
              message: `단계의 프로세스가 다 하기 전에 끝났습니다 (${by ?? code})`,
              hint: '되풀이되면 이 컴퓨터의 메모리가 모자라지 않은지 살펴보세요.',
            },
          },
          workedMs: performance.now() - began,
        });
      const stop = (): void => {
        this.tell({ stop: true });
        grace = setTimeout(() => this.end(), GRACE_MS);
      };
      child.on('message', heard).once('exit', died);
      signal.addEventListener('abort', stop, { once: true });
      this.tell({ work });
      if (signal.aborted) stop();
    });
  }

  /** Is ended when no work comes for a while. */
  waitOn(): void {
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => this.end(), IDLE_MS);
    this.idleTimer.unref();
  }

  end(): void {
    this.process.kill('SIGKILL');
  }

  /** A channel that has just closed is noticed by the exit that follows. */
  private tell(message: ToChild): void {
    if (this.process.connected) this.process.send(message, () => undefined);
  }
}
