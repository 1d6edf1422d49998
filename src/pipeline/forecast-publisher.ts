import { SihwangError } from '../domain/index.ts';
import { type Home, publishForecasts, withWriterLock } from '../lake/index.ts';
import type { SeriesForecast } from '../tasks/price-forecast/index.ts';
import type { PlannedSeries } from './forecast-plan.ts';
import { type IssuedForecast, issuedTables } from './forecast-tables.ts';

/** After the headlines, what is finished becomes visible this often. */
const PUBLISH_EVERY_MS = 15_000;
/** A publication holds the lock for moments; a build may hold it for longer, and is worth waiting for. */
const LOCK_WAIT_MS = 60_000;

/** One series that has been computed, or whose computation failed: then it is shown as withheld. */
export interface MadeForecast {
  readonly planned: PlannedSeries;
  readonly forecast: SeriesForecast;
  readonly failed: boolean;
}

/** Keeps what is about to be published so that it can be issued again, and says what each forecast rests on. */
export type IssueForecasts = (made: readonly MadeForecast[]) => Promise<readonly IssuedForecast[]>;

/**
 * Gathers finished forecasts and publishes them while others are computed, one publication at a time. When another
 * writer keeps the home, what was to be published stays gathered for the next occasion.
 */
export class ForecastPublisher {
  publications = 0;
  /** Series that a reader can see. */
  published = 0;
  private pending: MadeForecast[] = [];
  private publishing: Promise<void> | undefined;
  private failure: unknown;
  private lastPublished: number;
  private readonly home: Home;
  private readonly feed: string;
  private readonly issue: IssueForecasts;
  private readonly now: () => Date;

  constructor(home: Home, feed: string, issue: IssueForecasts, now: () => Date) {
    this.home = home;
    this.feed = feed;
    this.issue = issue;
    this.now = now;
    this.lastPublished = now().getTime();
  }

  /** Throws what an earlier publication failed with, so that nobody computes for a home that cannot keep it. */
  add(made: MadeForecast): void {
    if (this.failure) throw this.failure;
    this.pending.push(made);
  }

  publishWhenDue(): void {
    if (this.now().getTime() - this.lastPublished >= PUBLISH_EVERY_MS) this.publishSoon();
  }

  publishSoon(): void {
    this.publishing ??= this.publish()
      .catch((error: unknown) => {
        if (!isBusy(error)) this.failure = error;
      })
      .finally(() => {
        this.publishing = undefined;
      });
  }

  /** Publishes all that is left. */
  async finish(): Promise<void> {
    await this.settled();
    if (this.failure) throw this.failure;
    if (this.pending.length > 0) await this.publish();
  }

  /** Resolves when no publication is under way. */
  async settled(): Promise<void> {
    await this.publishing;
  }

  private async publish(): Promise<void> {
    const batch = this.pending;
    this.pending = [];
    this.lastPublished = this.now().getTime();
    try {
      const issued = await this.issue(batch);
      await withWriterLock(this.home, { command: 'publish forecasts', waitMs: LOCK_WAIT_MS }, () =>
        publishForecasts(
          this.home,
          this.feed,
          issuedTables(issued),
          issued.map(({ series }) => series),
        ),
      );
    } catch (error) {
      this.pending = [...batch, ...this.pending];
      throw error;
    }
    this.publications++;
    this.published += batch.length;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof SihwangError && error.code === 'HOME_BUSY';
}
