import type { Bilingual } from '../../domain/index.ts';
import type { Chunk } from './connector.ts';
import type { Cursor } from './fetch-chunk.ts';
import type { FetchErrorKind } from './fetch-error.ts';

/**
 * What fetching remembers: calls that were made, pages that were read, chunks that are good or not, sources that went
 * silent. Everything a method was given survives the process once its promise is kept. One writer at a time.
 * `Receipt` is JSON that stands for a kept answer.
 */
export interface FetchState<Receipt> {
  /**
   * Counts calls of a source's day unless they would be more than `allowed`, all in one step, and says whether they may
   * be made. Told before they are made, so that a death cannot make them free.
   */
  spend(account: Account, day: string, calls: number, allowed: number): Promise<boolean>;
  /**
   * Calls counted on a source's day. Those of the next day count too: when a clock was set back over midnight, the
   * source still knows of them.
   */
  callsOn(account: Account, day: string): Promise<number>;
  /** Forbids calls of an account for a while. A later stop takes the place of an earlier. */
  stop(account: Account, stop: Stop): Promise<void>;
  /** The stop in force at an instant. One set in the future of a clock that was put back is not in force. */
  stopAt(account: Account, instant: Date): Promise<Stop | undefined>;
  /** Remembers how far the paging of a chunk has come. */
  keepCursor(feed: string, chunk: string, cursor: DatedCursor<Receipt>): Promise<void>;
  cursorOf(feed: string, chunk: string): Promise<DatedCursor<Receipt> | undefined>;
  /** Writes what became of chunks into the ledger, all or none, and forgets their cursors. */
  settle(feed: string, entries: readonly Settled[]): Promise<void>;
  /** What became of each chunk that was ever settled, by its id. */
  ledger(feed: string): Promise<ReadonlyMap<string, LedgerEntry>>;
  /** Raises an event unless the same one stands already; false when it did. */
  raise(event: SourceEvent): Promise<boolean>;
  /** Takes an event away whose cause is gone; false when there was none. */
  clear(feed: string, id: string): Promise<boolean>;
  /** The events that stand, oldest first. */
  events(): Promise<readonly SourceEvent[]>;
}

/** Whom a source counts calls against: one key and one of its budgets. */
export interface Account {
  readonly budget: string;
  /** Tells keys apart without holding one; empty = the source wants none. */
  readonly fingerprint: string;
}

export interface Stop {
  /** ISO instants. */
  readonly at: string;
  readonly until: string;
  readonly kind: FetchErrorKind;
  readonly detail: string;
}

export interface DatedCursor<Receipt> extends Cursor<Receipt> {
  /** ISO instant of the last answer. */
  readonly at: string;
}

/** `empty` = answered without rows, and nobody can say whether the market was open. */
export type ChunkStatus = 'done' | 'empty' | 'closed' | 'missing' | 'partial' | 'failed';

export interface Settled extends Pick<Chunk, 'id' | 'firstDay' | 'lastDay'> {
  readonly status: ChunkStatus;
  /** ISO instant. */
  readonly at: string;
  readonly rows: number;
  readonly kind?: FetchErrorKind;
  readonly detail?: string;
  /** Not before this instant, where the source says it. */
  readonly retryAt?: string;
}

export interface LedgerEntry extends Settled {
  /** Settlements in a row that were not good; 0 = the last was. */
  readonly failures: number;
  /** Since when it has not been good; ISO instant. */
  readonly failingSince?: string;
}

/** Something that a person should know of a source. Delivering it is the alerts' work. */
export interface SourceEvent {
  readonly feed: string;
  /** The same cause has the same id, e.g. `silent` or `missing/day/2026-03-02`. */
  readonly id: string;
  readonly at: string;
  /** A sentence for people. */
  readonly said: Bilingual;
}

/** Whether nothing is left to ask of a chunk for the moment. */
export function isGood(status: ChunkStatus): boolean {
  return status === 'done' || status === 'closed' || status === 'empty';
}
