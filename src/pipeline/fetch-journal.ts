import { join } from 'node:path';
import { addDays, type Bilingual, EXIT, localDate, SihwangError } from '../domain/index.ts';
import type { Home, RawRecord } from '../lake/index.ts';
import {
  type Account,
  type DatedCursor,
  type FetchState,
  isGood,
  type LedgerEntry,
  type Settled,
  type SourceEvent,
  type Stop,
} from '../sources/index.ts';
import { type Journal, JournalError, openJournal, reach, readJournal } from '../store/index.ts';

/** One line of the journal: what happened. */
type Entry =
  | { readonly k: 'calls'; readonly account: string; readonly day: string; readonly calls: number }
  | { readonly k: 'stop'; readonly account: string; readonly stop: Stop }
  | {
      readonly k: 'cursor';
      readonly feed: string;
      readonly chunk: string;
      /** Its receipts are those that come behind the first `kept` of the chunk's cursor before. */
      readonly kept: number;
      readonly cursor: DatedCursor<RawRecord>;
    }
  | { readonly k: 'settle'; readonly feed: string; readonly entries: readonly Settled[] }
  /** A chunk's place in the ledger as a rewritten journal states it. */
  | { readonly k: 'ledger'; readonly feed: string; readonly entries: readonly LedgerEntry[] }
  | { readonly k: 'raise'; readonly event: SourceEvent | EnglishEvent }
  | { readonly k: 'clear'; readonly feed: string; readonly id: string };

/** As journals of an earlier version say it. */
type EnglishEvent = Omit<SourceEvent, 'said'> & { readonly detail: string };

/** Calls of days long past decide nothing any more. */
const REMEMBERED_DAYS = 7;
/** A journal is rewritten when fewer than one in so many of its records still says something. */
const WASTE = 4;
const SMALL = 500;

function journalPath(home: Home): string {
  return join(home.path, 'fetch', 'journal');
}

/** The fetch state of a home, for writing; the caller holds the home's lock. */
export interface OpenFetchState extends FetchState<RawRecord> {
  close(): void;
}

/** Opens the fetch state of a home. What a death left unfinished is cut off and told to `onNote`. */
export function openFetchState(home: Home, onNote?: (note: Bilingual) => void): OpenFetchState {
  const facts = new Facts();
  const journal = guarded(() =>
    openJournal(journalPath(home), (entry) => facts.apply(entry as Entry), onNote),
  );
  if (journal.length > SMALL && journal.length > WASTE * facts.size) journal.rewrite(facts.entries());
  return { ...stateOf(facts, (entry) => append(journal, entry)), close: () => journal.close() };
}

/** What a home's fetching remembers at this moment, without the lock: for reading alone. */
export function readFetchState(
  home: Home,
): Pick<FetchState<RawRecord>, 'callsOn' | 'stopAt' | 'ledger' | 'events'> {
  const facts = new Facts();
  for (const entry of guarded(() => readJournal(journalPath(home)))) facts.apply(entry as Entry);
  return stateOf(facts, () => {
    throw new Error('this state is for reading alone');
  });
}

function append(journal: Journal, entry: Entry): void {
  guarded(() => journal.append(entry));
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    throw new SihwangError(
      error.code,
      { ko: `요청 일지를 쓸 수 없습니다: ${error.message}`, en: error.message },
      {
        exit: error.code === 'JOURNAL_FOREIGN_WRITER' ? EXIT.tryAgain : EXIT.badData,
        hint: {
          ko: '공표처에 무엇을 물었는지만 적혀 있습니다. 백업에서 되살리거나 치워 두면 받아 넣지 않은 것을 모두 다시 묻습니다.',
          en: 'It remembers only what was asked of the sources: restore it from a backup, or move it away and everything not taken in is asked again.',
        },
        cause: error,
      },
    );
  }
}

function stateOf(facts: Facts, write: (entry: Entry) => void): FetchState<RawRecord> {
  const keep = (entry: Entry): void => {
    write(entry);
    facts.apply(entry);
  };
  const callsOn = (account: Account, day: string): number =>
    [day, addDays(localDate(day), 1)].reduce(
      (sum, each) => sum + (facts.calls.get(nameOf(account))?.get(each) ?? 0),
      0,
    );
  return {
    async spend(account, day, calls, allowed) {
      if (callsOn(account, day) + calls > allowed) return false;
      keep({ k: 'calls', account: nameOf(account), day, calls });
      reach('call-counted');
      return true;
    },
    callsOn: async (account, day) => callsOn(account, day),
    async stop(account, stop) {
      keep({ k: 'stop', account: nameOf(account), stop });
      reach('account-stopped');
    },
    async stopAt(account, instant) {
      const stop = facts.stops.get(nameOf(account));
      const now = instant.getTime();
      return stop && Date.parse(stop.at) <= now && now < Date.parse(stop.until) ? stop : undefined;
    },
    async keepCursor(feed, chunk, cursor) {
      const before = facts.cursors.get(feed)?.get(chunk)?.receipts ?? [];
      const goesOn = before.every((receipt, at) => receipt.rawId === cursor.receipts[at]?.rawId);
      const kept = goesOn ? before.length : 0;
      keep({ k: 'cursor', feed, chunk, kept, cursor: { ...cursor, receipts: cursor.receipts.slice(kept) } });
      reach('cursor-kept');
    },
    cursorOf: async (feed, chunk) => facts.cursors.get(feed)?.get(chunk),
    async settle(feed, entries) {
      if (entries.length === 0) return;
      keep({ k: 'settle', feed, entries });
      reach('chunk-settled');
    },
    ledger: async (feed) => facts.ledgers.get(feed) ?? new Map(),
    async raise(event) {
      if (facts.events.has(eventName(event.feed, event.id))) return false;
      keep({ k: 'raise', event });
      reach('event-raised');
      return true;
    },
    async clear(feed, id) {
      if (!facts.events.has(eventName(feed, id))) return false;
      keep({ k: 'clear', feed, id });
      reach('event-cleared');
      return true;
    },
    events: async () => [...facts.events.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
  };
}

/** What the journal's records amount to. */
class Facts {
  readonly calls = new Map<string, Map<string, number>>();
  readonly stops = new Map<string, Stop>();
  readonly cursors = new Map<string, Map<string, DatedCursor<RawRecord>>>();
  readonly ledgers = new Map<string, Map<string, LedgerEntry>>();
  readonly events = new Map<string, SourceEvent>();

  apply(entry: Entry): void {
    switch (entry.k) {
      case 'calls': {
        const days = within(this.calls, entry.account);
        days.set(entry.day, (days.get(entry.day) ?? 0) + entry.calls);
        return;
      }
      case 'stop':
        this.stops.set(entry.account, entry.stop);
        return;
      case 'cursor': {
        const cursors = within(this.cursors, entry.feed);
        const kept = cursors.get(entry.chunk)?.receipts.slice(0, entry.kept) ?? [];
        cursors.set(entry.chunk, { ...entry.cursor, receipts: [...kept, ...entry.cursor.receipts] });
        return;
      }
      case 'settle':
        for (const settled of entry.entries) this.settle(entry.feed, settled);
        return;
      case 'ledger':
        for (const one of entry.entries) within(this.ledgers, entry.feed).set(one.id, one);
        return;
      case 'raise':
        this.events.set(eventName(entry.event.feed, entry.event.id), inBoth(entry.event));
        return;
      case 'clear':
        this.events.delete(eventName(entry.feed, entry.id));
    }
  }

  private settle(feed: string, settled: Settled): void {
    const ledger = within(this.ledgers, feed);
    const before = ledger.get(settled.id);
    const good = isGood(settled.status);
    ledger.set(settled.id, {
      ...settled,
      failures: good ? 0 : (before?.failures ?? 0) + 1,
      ...(good ? {} : { failingSince: before?.failingSince ?? settled.at }),
    });
    this.cursors.get(feed)?.delete(settled.id);
  }

  /** How many records would say the same. */
  get size(): number {
    const inner = [...this.calls.values(), ...this.cursors.values()].reduce((sum, map) => sum + map.size, 0);
    return inner + this.stops.size + this.ledgers.size + this.events.size;
  }

  *entries(): Iterable<Entry> {
    for (const [account, days] of this.calls) {
      for (const [day, calls] of [...days].sort().slice(-REMEMBERED_DAYS))
        yield { k: 'calls', account, day, calls };
    }
    for (const [account, stop] of this.stops) yield { k: 'stop', account, stop };
    for (const [feed, ledger] of this.ledgers) yield { k: 'ledger', feed, entries: [...ledger.values()] };
    for (const [feed, cursors] of this.cursors) {
      for (const [chunk, cursor] of cursors) yield { k: 'cursor', feed, chunk, kept: 0, cursor };
    }
    for (const event of this.events.values()) yield { k: 'raise', event };
  }
}

function within<T>(maps: Map<string, Map<string, T>>, name: string): Map<string, T> {
  const found = maps.get(name);
  if (found) return found;
  const made = new Map<string, T>();
  maps.set(name, made);
  return made;
}

function nameOf({ budget, fingerprint }: Account): string {
  return `${budget}#${fingerprint}`;
}

function inBoth(event: SourceEvent | EnglishEvent): SourceEvent {
  if ('said' in event) return event;
  const { detail, ...rest } = event;
  return { ...rest, said: { ko: detail, en: detail } };
}

function eventName(feed: string, id: string): string {
  return `${feed}#${id}`;
}
