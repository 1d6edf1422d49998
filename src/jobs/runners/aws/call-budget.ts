import { setTimeout as sleep } from 'node:timers/promises';

/**
 * So many calls a second, shared by everything in this process that asks a service. Halved when the service says that
 * it is too much, and recovered slowly.
 */
export class CallBudget {
  private readonly most: number;
  private perSecond: number;
  private tokens: number;
  private filledAt: number;
  private readonly now: () => number;

  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.most = perSecond;
    this.perSecond = perSecond;
    this.tokens = perSecond;
    this.now = now;
    this.filledAt = now();
  }

  /** Makes the call when there is room for it; a throttled one is made again, up to five times, each later. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      await this.room();
      try {
        const answer = await call();
        this.perSecond = Math.min(this.most, this.perSecond * 1.05);
        return answer;
      } catch (error) {
        if (!isThrottle(error) || attempt === 5) throw error;
        this.perSecond = Math.max(this.most / 64, this.perSecond / 2);
        // full jitter, so that several controllers do not come back together
        await sleep(Math.random() * 200 * 2 ** attempt);
      }
    }
  }

  private async room(): Promise<void> {
    for (;;) {
      const now = this.now();
      this.tokens = Math.min(this.perSecond, this.tokens + ((now - this.filledAt) / 1000) * this.perSecond);
      this.filledAt = now;
      if (this.tokens >= 1) {
        this.tokens--;
        return;
      }
      await sleep(((1 - this.tokens) / this.perSecond) * 1000);
    }
  }
}

/** 429 of Batch is not in its model, so names are compared. */
export function isThrottle(error: unknown): boolean {
  const { name = '', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  return /TooManyRequests|Throttling|SlowDown/.test(name) || $metadata?.httpStatusCode === 429;
}
