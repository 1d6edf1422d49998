import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  fingerprints,
  quoteLine,
  quotes,
  SmallLake,
  tradeLine,
  trades,
} from '../../test/support/small-lake.ts';
import { propertyRuns } from '../../test/support/whole-suites.ts';
import { replayCheck } from './replay.ts';
import { undoCommit } from './undo.ts';

let lake: SmallLake;
beforeEach(() => {
  lake = new SmallLake();
});
afterEach(() => lake.close());

const undo = (number: number) => undoCommit(lake.home, 'quotes', number, () => quotes);
const rows = async () =>
  (await lake.clean(quotes, 'market_day, item_code, price, known_at, received_at', 'all')).map((row) =>
    Object.values(row).join(' '),
  );

describe('an undo', () => {
  it('brings back the rows that only repeated what it takes out, and leaves other days untouched', async () => {
    await lake.take(quotes, [quoteLine({ price: 90 })], '2026-01-01T00:00:00Z');
    await lake.take(quotes, [quoteLine(), quoteLine({ day: '2024-03-05' })], '2026-01-02T00:00:00Z');
    await lake.take(quotes, [quoteLine(), quoteLine({ item: 'leek' })], '2026-01-03T00:00:00Z');
    await lake.take(quotes, [quoteLine({ day: '2024-05-05' })], '2026-01-04T00:00:00Z');
    const other = readFileSync(lake.home.at('clean', 'quotes', '000004.parquet'));
    const { undone, judgedAgain } = await undo(2);
    expect([undone.number, judgedAgain.map((commit) => commit.number)]).toEqual([2, [5]]);
    expect(lake.commits(quotes).map((commit) => commit.number)).toEqual([1, 4, 5]);
    expect(readFileSync(lake.home.at('clean', 'quotes', '000004.parquet'))).toEqual(other);
    expect(await rows()).toEqual([
      '2024-03-04 cabbage 90 2024-03-04T02:00:00.000Z 2026-01-01T00:00:00.000Z',
      '2024-03-04 cabbage 100 2026-01-03T00:00:00.000Z 2026-01-03T00:00:00.000Z',
      '2024-03-04 leek 100 2024-03-04T02:00:00.000Z 2026-01-03T00:00:00.000Z',
      '2024-05-05 cabbage 100 2024-05-05T02:00:00.000Z 2026-01-04T00:00:00.000Z',
    ]);
    // numbers are never used again, and the bytes may come back
    const again = await lake.take(quotes, [quoteLine(), quoteLine({ day: '2024-03-05' })]);
    expect([again.status, again.commit.number]).toEqual(['taken', 6]);
  });

  it('brings back a commit of nothing but repetitions', async () => {
    await lake.take(quotes, [quoteLine()]);
    await lake.take(quotes, [quoteLine(), '']);
    await undo(1);
    expect(lake.commits(quotes).map(({ number, outcomes }) => [number, outcomes.accepted])).toEqual([[3, 1]]);
  });

  it('of the only commit leaves nothing, and of one that is not there says so', async () => {
    await lake.take(quotes, [quoteLine()]);
    await undo(1);
    expect(lake.commits(quotes)).toEqual([]);
    await expect(undo(1)).rejects.toMatchObject({ code: 'COMMIT_UNKNOWN', exit: 2 });
  });

  it('of any commit leaves what there would be had it never come', async () => {
    const cells = fc.record({
      day: fc.constantFrom('2024-03-04', '2024-03-05', '2024-03-06'),
      item: fc.constantFrom('cabbage', 'radish', 'other'),
      price: fc.constantFrom('100', '110', '2000', 'much'),
      recorded: fc.constantFrom('', '2024-03-06T02:00:00', '2024-03-04T02:00:00'),
    });
    const file = fc.array(cells, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 2, maxLength: 4 }), fc.nat(3), async (files, which) => {
        const number = (which % files.length) + 1;
        const [all, without] = [new SmallLake(), new SmallLake()];
        try {
          for (const [at, lines] of files.entries()) {
            // a comment of its own keeps the bytes of two files apart
            const text = [...lines.map(quoteLine), `file ${at}`];
            const receivedAt = `2026-01-0${at + 1}T00:00:00Z`;
            await all.take(quotes, text, receivedAt);
            if (at + 1 !== number) await without.take(quotes, text, receivedAt);
          }
          await undoCommit(all.home, 'quotes', number, () => quotes);
          const kept = (of: SmallLake) => of.clean(quotes, '* exclude (commit_number, place)', 'all');
          expect(await kept(all)).toEqual(await kept(without));
        } finally {
          all.close();
          without.close();
        }
      }),
      { numRuns: propertyRuns(3, 6) },
    );
  });
});

describe('a replay from raw bytes', () => {
  it('makes the very same files, and the hash of their rows is the same whatever their order', async () => {
    await lake.take(trades, [tradeLine(), tradeLine({ lot: '2' }), 'one,two']);
    await lake.take(trades, [tradeLine({ price: 120 }), tradeLine({ lot: '2' }), tradeLine({ lot: '3' })]);
    const before = fingerprints(lake.home.path);
    const replayed = await replayCheck(lake.home, 'trades', () => trades);
    expect(replayed.map(({ commit, result }) => [commit.number, result])).toEqual([
      [1, 'same-bytes'],
      [2, 'same-bytes'],
    ]);
    expect(replayed.map(({ rowsHash }) => rowsHash)).toEqual(replayed.map(({ againHash }) => againHash));
    expect(fingerprints(lake.home.path)).toEqual(before);
  });

  it.each([
    ['without quotes', ''],
    ['with quotes', '"A"'],
  ])(
    'makes the very same files of a table of several row groups %s',
    async (_, corporation) => {
      const lines = Array.from({ length: 300_000 }, (_, lot) =>
        tradeLine({ lot, price: 100 + (lot % 977), corporation: corporation || 'A' }),
      );
      await lake.take(trades, lines);
      expect((await replayCheck(lake.home, 'trades', () => trades))[0]!.result).toBe('same-bytes');
    },
    60_000,
  );

  it('tells when the rules have changed', async () => {
    await lake.take(quotes, [quoteLine(), quoteLine({ item: 'other' })]);
    const mended = { ...quotes, rules: quotes.rules.filter((rule) => rule.id !== 'refused') };
    expect((await replayCheck(lake.home, 'quotes', () => mended))[0]!.result).toBe('other-rows');
  });

  it('has a hash of its rows that no version of the database changes', async () => {
    await lake.take(quotes, [
      quoteLine({ name: '배추', low: 90.5 }),
      quoteLine({ item: 'leek', price: 2000 }),
    ]);
    const [only] = await replayCheck(lake.home, 'quotes', () => quotes);
    expect(only!.rowsHash).toBe('57eb2292c3f014d52c7b9ba7074b54c9-2');
  });
});
