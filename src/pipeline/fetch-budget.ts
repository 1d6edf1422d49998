import { createHash } from 'node:crypto';
import type { FeedProfile } from '../domain/index.ts';
import type { Home } from '../lake/index.ts';
import { type Account, type Chunk, type Connector, FetchFailure, type FetchState } from '../sources/index.ts';
import { nextSourceDay, sourceDay, trailingWindow } from './fetch-plan.ts';

/** What one budget has to give, for a plan. */
export interface BudgetNeed {
  readonly budget: string;
  /** Calls that the plan takes, as its connector expects them. */
  readonly calls: number;
  /** Calls a day; null = no known limit. */
  readonly callsPerDay: number | null;
  readonly usedToday: number;
  /** Calls of a day that a backfill leaves to the daily fetch. */
  readonly reserved: number;
  /** Source's days until the plan is done, today included. */
  readonly days: number;
}

/** The calls that one feed may make: each is counted before it is made, and a backfill leaves the daily fetch its share. */
export class FetchBudget {
  private readonly profile: FeedProfile;
  private readonly connector: Connector;
  private readonly backfill: boolean;
  private readonly fingerprint: string;

  constructor(
    home: Home,
    feed: { readonly profile: FeedProfile; readonly connector: Connector },
    keyOf: (id: string) => string | undefined,
    backfill: boolean,
  ) {
    this.profile = feed.profile;
    this.connector = feed.connector;
    this.backfill = backfill;
    const keys = feed.connector.keys.map(({ id }) => keyOf(id) ?? '');
    // salted with the home's random id: the journal must not serve for guessing a short password
    this.fingerprint =
      keys.length === 0
        ? ''
        : createHash('sha256')
            .update([home.id, ...keys].join('\0'))
            .digest('hex')
            .slice(0, 12);
  }

  account(budget: string): Account {
    return { budget, fingerprint: this.fingerprint };
  }

  /** Counts one call, or throws: `quota` when the day's calls are spent, or what an earlier run was told by the source. */
  async spendOne(state: Pick<FetchState<never>, 'stopAt' | 'spend'>, chunk: Chunk, now: Date): Promise<void> {
    const account = this.account(chunk.budget);
    const stop = await state.stopAt(account, now);
    if (stop) throw new FetchFailure(stop.kind, stop.detail, new Date(stop.until));
    const perDay = this.connector.callsPerDay[chunk.budget] ?? Number.POSITIVE_INFINITY;
    const allowed = perDay - this.reserved(chunk.budget, now);
    if (await state.spend(account, sourceDay(this.profile, now), 1, allowed)) return;
    throw new FetchFailure(
      'quota',
      `today's ${allowed} calls of ${chunk.budget} are spent${allowed < perDay ? `, ${perDay - allowed} are left to the daily fetch` : ''}`,
      nextSourceDay(this.profile, now),
    );
  }

  /** What a plan takes of each budget. */
  async needs(
    state: Pick<FetchState<never>, 'callsOn'>,
    chunks: readonly Chunk[],
    now: Date,
  ): Promise<BudgetNeed[]> {
    const calls = new Map<string, number>();
    for (const chunk of chunks) {
      calls.set(chunk.budget, (calls.get(chunk.budget) ?? 0) + chunk.expectedCalls);
    }
    const needs: BudgetNeed[] = [];
    for (const [budget, count] of calls) {
      const callsPerDay = this.connector.callsPerDay[budget] ?? null;
      const usedToday = await state.callsOn(this.account(budget), sourceDay(this.profile, now));
      const reserved = this.reserved(budget, now);
      needs.push({
        budget,
        calls: count,
        callsPerDay,
        usedToday,
        reserved,
        days: daysFor(count, callsPerDay, usedToday, reserved),
      });
    }
    return needs;
  }

  /** Twice what the trailing window takes, and at most half of the day. */
  private reserved(budget: string, now: Date): number {
    const perDay = this.connector.callsPerDay[budget];
    if (!this.backfill || perDay === undefined) return 0;
    const daily = this.connector
      .plan(trailingWindow(this.profile, now), undefined, now)
      .filter((chunk) => chunk.budget === budget)
      .reduce((sum, chunk) => sum + chunk.expectedCalls, 0);
    return Math.min(2 * daily, Math.floor(perDay / 2));
  }
}

function daysFor(calls: number, callsPerDay: number | null, usedToday: number, reserved: number): number {
  if (callsPerDay === null) return 1;
  const perDay = Math.max(1, callsPerDay - reserved);
  const left = calls - Math.max(0, perDay - usedToday);
  return left <= 0 ? 1 : 1 + Math.ceil(left / perDay);
}
