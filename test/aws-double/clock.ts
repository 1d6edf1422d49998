import { setTimeout as sleep } from 'node:timers/promises';

/** The double's time: the machine's clock, waits shortened by a factor, and a skew that clients have to live with. */
export class Clock {
  /** What a wait is multiplied by; 0.01 turns a minute into 0.6 s. */
  readonly scale: number;
  /** How far the services' clock is ahead of the machine's. */
  skewMs = 0;

  constructor(scale: number) {
    this.scale = scale;
  }

  now(): Date {
    return new Date(Date.now() + this.skewMs);
  }

  nowMs(): number {
    return this.now().getTime();
  }

  /** Resolves after `ms` of the services' time, or at the signal. */
  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    await sleep(ms * this.scale, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
}
