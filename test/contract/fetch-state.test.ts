import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHome, type RawRecord } from '../../src/lake/index.ts';
import { openFetchState, readFetchState } from '../../src/pipeline/fetch-journal.ts';
import type {
  Account,
  DatedCursor,
  FetchState,
  LedgerEntry,
  Settled,
  Stop,
} from '../../src/sources/index.ts';

/** A fetch state that can be closed and opened again; what was acknowledged must be there afterwards. */
interface Subject {
  state: FetchState<RawRecord>;
  reopen(): void;
  close(): void;
}

/** The port as a plain loop over everything it was ever told: the twin that shows what a state has to answer. */
function plainLoop(): Subject {
  const told: [string, ...unknown[]][] = [];
  const of = <T extends unknown[]>(what: string) =>
    told.filter(([kind]) => kind === what).map(([, ...rest]) => rest as T);
  const sameAccount = (a: Account, b: Account) => a.budget === b.budget && a.fingerprint === b.fingerprint;
  const nextDay = (day: string) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
  const state: FetchState<RawRecord> = {
    spend: async (account, day, calls, allowed) => {
      if ((await state.callsOn(account, day)) + calls > allowed) return false;
      told.push(['calls', account, day, calls]);
      return true;
    },
    callsOn: async (account, day) =>
      of<[Account, string, number]>('calls')
        .filter(([one, on]) => sameAccount(one, account) && (on === day || on === nextDay(day)))
        .reduce((sum, [, , calls]) => sum + calls, 0),
    stop: async (...stop) => void told.push(['stop', ...stop]),
    stopAt: async (account, at) =>
      of<[Account, Stop]>('stop')
        .filter(([one]) => sameAccount(one, account))
        .slice(-1)
        .map(([, stop]) => stop)
        .find((stop) => new Date(stop.at) <= at && at < new Date(stop.until)),
    keepCursor: async (...cursor) => void told.push(['page', ...cursor]),
    cursorOf: async (feed, chunk) => {
      let last: DatedCursor<RawRecord> | undefined;
      for (const [kind, ...rest] of told) {
        if (kind === 'page' && rest[0] === feed && rest[1] === chunk)
          last = rest[2] as DatedCursor<RawRecord>;
        if (kind === 'settle' && rest[0] === feed && (rest[1] as Settled[]).some(({ id }) => id === chunk))
          last = undefined;
      }
      return last;
    },
    settle: async (...settled) => void told.push(['settle', ...settled]),
    ledger: async (feed) => {
      const ledger = new Map<string, LedgerEntry>();
      for (const [of_, entries] of of<[string, Settled[]]>('settle')) {
        if (of_ !== feed) continue;
        for (const entry of entries) {
          const before = ledger.get(entry.id);
          const good = ['done', 'closed', 'empty'].includes(entry.status);
          const failing = {
            failures: (before?.failures ?? 0) + 1,
            failingSince: before?.failingSince ?? entry.at,
          };
          ledger.set(entry.id, { ...entry, ...(good ? { failures: 0 } : failing) });
        }
      }
      return ledger;
    },
    raise: async (event) => {
      const stands = (await state.events()).some(({ feed, id }) => feed === event.feed && id === event.id);
      told.push(['event', event]);
      return !stands;
    },
    clear: async (feed, id) => {
      const stands = (await state.events()).some((event) => event.feed === feed && event.id === id);
      told.push(['clear', feed, id]);
      return stands;
    },
    events: async () => {
      let events: { feed: string; id: string; at: string; said: { ko: string; en: string } }[] = [];
      for (const [kind, ...rest] of told) {
        const event = rest[0] as (typeof events)[number];
        if (kind === 'event' && !events.some(({ feed, id }) => feed === event.feed && id === event.id))
          events.push(event);
        if (kind === 'clear') events = events.filter(({ feed, id }) => feed !== rest[0] || id !== rest[1]);
      }
      return events.sort((a, b) => a.at.localeCompare(b.at));
    },
  };
  return { state, reopen: () => {}, close: () => {} };
}

function journalIn(folder: string): Subject {
  const home = openHome(folder);
  let open = openFetchState(home);
  return {
    get state() {
      return open;
    },
    reopen() {
      open.close();
      open = openFetchState(home);
    },
    close: () => open.close(),
  };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ACCOUNT: Account = { budget: 'sale', fingerprint: 'abc' };
const receipt = (rawId: string): RawRecord => ({
  ...{ rawId, feed: 'one', name: rawId, bytes: 1, encoding: 'utf-8', carriageReturns: false },
  receivedAt: '2026-03-02T00:00:00.000Z',
});
const cursor = (index: number, ids: readonly string[], reading = 1): DatedCursor<RawRecord> => ({
  ...{
    index,
    rows: index * 10,
    reading,
    shrank: false,
    receipts: ids.map(receipt),
    at: '2026-03-02T00:00:00.000Z',
  },
  previous: { rows: 10, mark: `page ${index}`, more: true },
});
const settled = (id: string, status: Settled['status'], at = '2026-03-02T01:00:00.000Z'): Settled => ({
  ...{ id, status, at, rows: 0, firstDay: '2026-03-01', lastDay: '2026-03-01' },
});

describe.each([
  ['the journal in the home', () => journalIn(folder)],
  ['the plain loop', plainLoop],
])('%s', (_, open) => {
  let subject: Subject;
  beforeEach(() => {
    subject = open();
  });
  afterEach(() => subject.close());

  it('counts calls by key, budget and day, across restarts', async () => {
    await subject.state.spend(ACCOUNT, '2026-03-02', 1, 1000);
    await subject.state.spend(ACCOUNT, '2026-03-02', 2, 1000);
    await subject.state.spend({ ...ACCOUNT, fingerprint: 'other' }, '2026-03-02', 5, 1000);
    subject.reopen();
    expect(await subject.state.callsOn(ACCOUNT, '2026-03-02')).toBe(3);
    expect(await subject.state.callsOn({ ...ACCOUNT, budget: 'origin' }, '2026-03-02')).toBe(0);
    expect(await subject.state.callsOn(ACCOUNT, '2026-03-03')).toBe(0);
    expect(await subject.state.spend(ACCOUNT, '2026-03-02', 2, 4)).toBe(false);
    expect(await subject.state.callsOn(ACCOUNT, '2026-03-02')).toBe(3);
  });

  it('still counts the calls of a day that a clock set back over midnight has not reached', async () => {
    await subject.state.spend(ACCOUNT, '2026-03-03', 4, 1000);
    expect(await subject.state.callsOn(ACCOUNT, '2026-03-02')).toBe(4);
    expect(await subject.state.callsOn(ACCOUNT, '2026-03-01')).toBe(0);
  });

  it('remembers a stop until its end, and not one of the future', async () => {
    const stop: Stop = {
      at: '2026-03-02T01:00:00Z',
      until: '2026-03-02T15:00:00Z',
      kind: 'quota',
      detail: 'used up',
    };
    await subject.state.stop(ACCOUNT, stop);
    subject.reopen();
    const at = (instant: string) => subject.state.stopAt(ACCOUNT, new Date(instant));
    expect(await at('2026-03-02T14:59:59Z')).toEqual(stop);
    expect(await at('2026-03-02T15:00:00Z')).toBeUndefined();
    expect(await at('2026-02-01T00:00:00Z')).toBeUndefined();
  });

  it('keeps a cursor with all its receipts, until the chunk is settled', async () => {
    await subject.state.keepCursor('one', 'c', cursor(1, ['a']));
    await subject.state.keepCursor('one', 'c', cursor(2, ['a', 'b']));
    subject.reopen();
    expect(await subject.state.cursorOf('one', 'c')).toEqual(cursor(2, ['a', 'b']));
    await subject.state.keepCursor('one', 'c', cursor(1, ['x'], 2));
    expect(await subject.state.cursorOf('one', 'c')).toEqual(cursor(1, ['x'], 2));
    await subject.state.settle('one', [settled('c', 'done')]);
    subject.reopen();
    expect(await subject.state.cursorOf('one', 'c')).toBeUndefined();
    expect(await subject.state.cursorOf('two', 'c')).toBeUndefined();
  });

  it('counts failures in a row and says since when, until the chunk is good', async () => {
    await subject.state.settle('one', [settled('c', 'missing', '2026-03-02T01:00:00.000Z')]);
    await subject.state.settle('one', [
      settled('c', 'failed', '2026-03-03T01:00:00.000Z'),
      settled('d', 'done'),
    ]);
    subject.reopen();
    const ledger = await subject.state.ledger('one');
    expect(ledger.get('c')).toMatchObject({
      status: 'failed',
      failures: 2,
      failingSince: '2026-03-02T01:00:00.000Z',
    });
    expect(ledger.get('d')).toMatchObject({ failures: 0 });
    await subject.state.settle('one', [settled('c', 'done')]);
    expect((await subject.state.ledger('one')).get('c')).not.toHaveProperty('failingSince');
    expect((await subject.state.ledger('two')).size).toBe(0);
  });

  it('raises an event once, until it is cleared', async () => {
    const event = {
      feed: 'one',
      id: 'silent',
      at: '2026-03-02T00:00:00Z',
      said: { ko: '일요일부터 없음', en: 'nothing since Sunday' },
    };
    expect(await subject.state.raise(event)).toBe(true);
    subject.reopen();
    expect(await subject.state.raise({ ...event, at: '2026-03-03T00:00:00Z' })).toBe(false);
    expect(await subject.state.events()).toEqual([event]);
    expect(await subject.state.clear('one', 'silent')).toBe(true);
    expect(await subject.state.clear('one', 'silent')).toBe(false);
    expect(await subject.state.events()).toEqual([]);
  });
});

it('the journal answers as the plain loop does, whatever it is told and wherever it is opened anew', async () => {
  const name = fc.constantFrom('a', 'b');
  const day = fc.constantFrom('2026-03-01', '2026-03-02', '2026-03-03');
  const instant = day.map((text) => `${text}T00:00:00.000Z`);
  const account = fc.record({ budget: name, fingerprint: name });
  const status = fc.constantFrom<Settled['status']>(
    'done',
    'empty',
    'closed',
    'missing',
    'partial',
    'failed',
  );
  type Step = (subject: Subject) => unknown;
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.tuple(account, day, fc.integer({ min: 1, max: 9 })).map(
      ([a, d, n]): Step =>
        ({ state }) =>
          state.spend(a, d, n, 20),
    ),
    fc.tuple(account, instant, instant).map(
      ([a, at, until]): Step =>
        ({ state }) =>
          state.stop(a, { at, until, kind: 'auth', detail: '' }),
    ),
    fc.tuple(name, name, fc.integer({ min: 1, max: 3 }), fc.array(name, { maxLength: 3 })).map(
      ([f, c, n, ids]): Step =>
        ({ state }) =>
          state.keepCursor(f, c, cursor(n, ids)),
    ),
    fc.tuple(name, fc.array(fc.tuple(name, status, instant), { maxLength: 3 })).map(
      ([f, list]): Step =>
        ({ state }) =>
          state.settle(
            f,
            list.map(([c, s, at]) => settled(c, s, at)),
          ),
    ),
    fc.tuple(name, name, instant).map(
      ([feed, id, at]): Step =>
        ({ state }) =>
          state.raise({ feed, id, at, said: { ko: '', en: '' } }),
    ),
    fc.tuple(name, name).map(
      ([f, id]): Step =>
        ({ state }) =>
          state.clear(f, id),
    ),
    fc.constant<Step>((subject) => subject.reopen()),
  );
  const answers = async ({ state }: Subject) => {
    const said: unknown[] = [await state.events()];
    for (const one of ['a', 'b']) {
      said.push([...(await state.ledger(one))].sort(([x], [y]) => x.localeCompare(y)));
      for (const two of ['a', 'b']) {
        const both = { budget: one, fingerprint: two };
        said.push(
          await state.callsOn(both, '2026-03-02'),
          await state.stopAt(both, new Date('2026-03-02T00:00:00Z')),
        );
        said.push(await state.cursorOf(one, two));
      }
    }
    return said;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const run = mkdtempSync(join(folder, 'run-'));
      const [journal, twin] = [journalIn(run), plainLoop()];
      for (const each of steps) expect(await each(journal)).toEqual(await each(twin));
      expect(await answers(journal)).toEqual(await answers(twin));
      journal.reopen();
      expect(await answers(journal)).toEqual(await answers(twin));
      journal.close();
      expect(await readFetchState(openHome(run)).events()).toEqual(await twin.state.events());
    }),
    { numRuns: 60 },
  );
});

it('a journal that repeats itself is rewritten and answers the same', async () => {
  const home = openHome(folder);
  let state = openFetchState(home);
  for (let n = 0; n < 700; n++) await state.spend(ACCOUNT, '2026-03-02', 1, 1000);
  await state.keepCursor('one', 'c', cursor(1, ['a']));
  state.close();
  for (let n = 0; n < 2; n++) {
    state = openFetchState(home);
    expect(await state.callsOn(ACCOUNT, '2026-03-02')).toBe(700);
    expect(await state.cursorOf('one', 'c')).toEqual(cursor(1, ['a']));
    state.close();
  }
});
