import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  fileText,
  fingerprints,
  quoteLine,
  quotes,
  SmallLake,
  tradeLine,
  trades,
} from '../../test/support/small-lake.ts';
import { propertyRuns } from '../../test/support/whole-suites.ts';
import { type HandOver, OUTCOMES } from '../domain/index.ts';
import type { Commit } from './commit-log.ts';
import { readRaw } from './raw-files.ts';
import { takeIn } from './take-in.ts';

let lake: SmallLake;
beforeEach(() => {
  lake = new SmallLake();
});
afterEach(() => lake.close());

const day = fc.constantFrom('2024-03-04', '2024-03-05', '2024-02-30', '2031-01-01', '');
const recorded = fc.constantFrom('', '', '2024-03-04T02:00:00', '2024-03-06T02:00:00', '2025-12-31T20:00:00');
const price = fc.constantFrom('100', '110', '2000', '0', '-5', 'nan', 'inf', 'much', '');
const shared = {
  day,
  recorded,
  item: fc.constantFrom('cabbage', 'radish', 'other', ''),
  name: fc.constantFrom('배추', '양배추'),
  market: fc.constantFrom('garak', 'total', ''),
  unit: fc.constantFrom('kg', 'kg', 'head', ''),
  price,
};
const quoteCells = fc.record({
  ...shared,
  kg: fc.constantFrom('10', ''),
  source: fc.constantFrom('first', 'second', ''),
});
const tradeCells = fc.record({
  ...shared,
  lot: fc.constantFrom('1', '2', '3'),
  quantity: fc.constantFrom('1', '-1', '7'),
});
const broken = fc.constantFrom('one,two', `${quoteLine()},${quoteLine()}`, 'a"b,c', '\uD800'.repeat(3));

const FEEDS: readonly [string, HandOver, fc.Arbitrary<string>][] = [
  [
    'quotes',
    quotes,
    fc.oneof({ weight: 9, arbitrary: quoteCells.map(quoteLine) }, { weight: 1, arbitrary: broken }),
  ],
  [
    'trades',
    trades,
    fc.oneof({ weight: 9, arbitrary: tradeCells.map(tradeLine) }, { weight: 1, arbitrary: broken }),
  ],
];

async function expectToAddUp(one: SmallLake, feed: HandOver, commit: Commit, lines: readonly string[]) {
  const sum = OUTCOMES.reduce((total, outcome) => total + commit.outcomes[outcome], 0);
  expect(sum).toBe(lines.length);
  expect(commit.rows).toBe(lines.length);
  for (const outcome of OUTCOMES) {
    if (outcome === 'accepted') continue;
    const explained = commit.reasons.filter((reason) => reason.outcome === outcome);
    expect(explained.reduce((total, { rows }) => total + rows, 0)).toBe(commit.outcomes[outcome]);
  }
  const kept = (await one.clean(feed)).filter((row) => row.commit_number === commit.number);
  const aside = (await one.aside(feed)).filter((row) => row.commit_number === commit.number);
  expect(kept.filter((row) => row.outcome === 'accepted').length).toBe(commit.outcomes.accepted);
  expect(kept.filter((row) => row.outcome === 'flagged').length).toBe(commit.outcomes.flagged);
  expect(aside.length).toBe(lines.length - kept.length);
  expect(new Set(aside.map((row) => row.raw_row)).size).toBe(aside.length);
  for (const row of aside) {
    if (row.text !== null && !String(row.text).includes('\uFFFD'))
      expect(lines[Number(row.raw_row) - 1]).toBe(row.text);
  }
}

describe.each(FEEDS)('any %s', (_, feed, line) => {
  it('have one outcome a row, the five add up, and what is set aside points at its line', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(line, { minLength: 1, maxLength: 14 }), { minLength: 1, maxLength: 3 }),
        fc.constantFrom('2024-03-05T09:00:00Z', '2026-01-01T00:00:00Z'),
        async (files, receivedAt) => {
          const one = new SmallLake();
          try {
            for (const lines of files) {
              const { status, commit } = await one.take(feed, lines, receivedAt);
              if (status === 'taken') await expectToAddUp(one, feed, commit, lines);
            }
          } finally {
            one.close();
          }
        },
      ),
      { numRuns: propertyRuns(7, 15) },
    );
  });

  it('change nothing when they come a second time, in the same file or in another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 10 }), async (lines) => {
        const one = new SmallLake();
        try {
          await one.take(feed, lines);
          const before = fingerprints(one.home.path);
          const again = await one.take(feed, lines, '2026-02-02T00:00:00Z');
          expect(again.status).toBe('already');
          expect(fingerprints(one.home.path)).toEqual(before);

          const kept = await one.clean(feed);
          const other = await one.take(feed, [...lines, 'one,two'], '2026-03-03T00:00:00Z');
          expect(other.commit.outcomes.accepted + other.commit.outcomes.flagged).toBe(0);
          expect(await one.clean(feed)).toEqual(kept);
        } finally {
          one.close();
        }
      }),
      { numRuns: propertyRuns(6, 12) },
    );
  });
});

describe('when a row is known', () => {
  const known = (feed: HandOver) => lake.clean(feed, 'price, known_at, observed');

  it('is its publication for bulk history, which is assumed', async () => {
    await lake.take(quotes, [quoteLine()], '2026-01-01T00:00:00Z');
    // 4 March begins in Seoul at 15:00 UTC of the 3rd; the day is published 11 hours later
    expect(await known(quotes)).toEqual([
      { price: 100, known_at: '2024-03-04T02:00:00.000Z', observed: false },
    ]);
  });

  it.each([
    ['2024-03-04T05:00:00.000Z', true],
    ['2024-03-07T02:00:00.000Z', true],
    ['2024-03-07T02:00:00.001Z', false],
  ])('is the receipt for live rows: received %s is observed: %s', async (receivedAt, observed) => {
    await lake.take(quotes, [quoteLine()], receivedAt);
    const known_at = observed ? receivedAt : '2024-03-04T02:00:00.000Z';
    expect(await known(quotes)).toEqual([{ price: 100, known_at, observed }]);
  });

  it('is the time of recording where the publisher states it', async () => {
    await lake.take(trades, [tradeLine({ recorded: '2024-03-09 01:30:00' })]);
    expect(await known(trades)).toEqual([
      { price: 100, known_at: '2024-03-09T01:30:00.000Z', observed: false },
    ]);
  });

  it('is the first receipt for bytes that an interrupted ingest left behind', async () => {
    const path = lake.write(fileText(quotes, [quoteLine()]));
    const interrupted = takeIn(lake.home, quotes, path, {
      now: () => new Date('2024-03-04T05:00:00Z'),
      onStage: (stage) => {
        if (stage === 'judging') throw new Error('interrupted');
      },
    });
    await expect(interrupted).rejects.toThrow('interrupted');
    expect(lake.commits(quotes)).toEqual([]);
    await takeIn(lake.home, quotes, path, { now: () => new Date('2024-03-04T09:00:00Z') });
    expect(await known(quotes)).toEqual([
      { price: 100, known_at: '2024-03-04T05:00:00.000Z', observed: true },
    ]);
  });
});

describe('a row that is there already', () => {
  const reasons = async (feed: HandOver) =>
    (await lake.aside(feed, 'commit_number, raw_row, reason, first_place, first_raw_id')).map((row) => [
      row.commit_number,
      row.raw_row,
      row.reason,
      row.first_place,
      lake.commits(feed).find(({ raws }) => raws[0]!.rawId === row.first_raw_id)?.number,
    ]);
  const kept = async (feed: HandOver) =>
    (await lake.clean(feed, 'price, known_at, observed', 'known_at')).map((row) => Object.values(row));

  it('in the same file with the same content is a repetition that points at the first', async () => {
    await lake.take(quotes, [quoteLine(), quoteLine({ item: 'radish' }), quoteLine({ name: '다른 이름' })]);
    expect(await reasons(quotes)).toEqual([[1, 3, 'repeated-row', 0, 1]]);
  });

  it('in the same file with other content and the same moment gives way to the later row', async () => {
    await lake.take(quotes, [quoteLine(), quoteLine({ price: 120 })]);
    expect(await reasons(quotes)).toEqual([[1, 1, 'replaced-in-file', 1, 1]]);
    expect((await kept(quotes)).map(([price]) => price)).toEqual([120]);
  });

  it('in the same file, recorded later, is a version of its own, wherever it stands', async () => {
    const first = tradeLine({ recorded: '2024-03-04 02:00:00' });
    const second = tradeLine({ recorded: '2024-03-05 02:00:00', price: 120 });
    await lake.take(trades, [second, first]);
    expect(await reasons(trades)).toEqual([]);
    expect(await kept(trades)).toEqual([
      [100, '2024-03-04T02:00:00.000Z', false],
      [120, '2024-03-05T02:00:00.000Z', false],
    ]);
  });

  it('in a live file, the one recorded later holds, wherever it stands', async () => {
    const first = tradeLine({ recorded: '2024-03-04 02:00:00' });
    const second = tradeLine({ recorded: '2024-03-04 03:00:00', price: 120 });
    await lake.take(trades, [second, first], '2024-03-04T05:00:00Z');
    expect(await reasons(trades)).toEqual([[1, 2, 'replaced-in-file', 0, 1]]);
    expect(await kept(trades)).toEqual([[120, '2024-03-04T05:00:00.000Z', true]]);
  });

  it('goes back to an earlier content as a third version', async () => {
    const at = (day: string, price: number) => tradeLine({ recorded: `2024-03-${day} 02:00:00`, price });
    await lake.take(trades, [at('04', 100), at('05', 120), at('06', 100), at('07', 100)]);
    expect(await reasons(trades)).toEqual([[1, 4, 'repeated-row', 2, 1]]);
    expect((await kept(trades)).map(([price]) => price)).toEqual([100, 120, 100]);
    // the same story told by two files
    await lake.take(trades, [at('05', 120), at('06', 100), at('08', 130)]);
    expect((await reasons(trades)).slice(1)).toEqual([
      [2, 1, 'already-known', 1, 1],
      [2, 2, 'already-known', 2, 1],
    ]);
    expect((await kept(trades)).map(([price]) => price)).toEqual([100, 120, 100, 130]);
  });

  it('gives way to a better source, in its file and in the lake', async () => {
    const from = (source: string, price: number) => quoteLine({ source, price });
    await lake.take(quotes, [from('third', 90), from('second', 100), from('third', 95)]);
    expect(await reasons(quotes)).toEqual([
      [1, 1, 'other-source', 1, 1],
      [1, 3, 'other-source', 1, 1],
    ]);
    await lake.take(quotes, [from('third', 97)]);
    expect((await reasons(quotes)).at(-1)).toEqual([2, 1, 'other-source', 1, 1]);
    await lake.take(quotes, [from('first', 110)], '2026-02-02T00:00:00Z');
    expect(await kept(quotes)).toEqual([
      [100, '2024-03-04T02:00:00.000Z', false],
      [110, '2026-02-02T00:00:00.000Z', true],
    ]);
  });

  it('in another file is already known', async () => {
    await lake.take(quotes, [quoteLine({ item: 'radish' }), quoteLine()]);
    await lake.take(quotes, [quoteLine(), quoteLine({ item: 'leek' })]);
    expect(await reasons(quotes)).toEqual([[2, 1, 'already-known', 1, 1]]);
    expect(lake.commits(quotes)[1]!.outcomes).toMatchObject({ accepted: 1, duplicate: 1 });
  });

  it('stays what was observed when its bulk history comes later', async () => {
    const row = tradeLine({ recorded: '2024-03-04 02:00:00' });
    await lake.take(trades, [row], '2024-03-04T05:00:00Z');
    await lake.take(trades, [row, tradeLine({ lot: '2' })], '2026-01-01T00:00:00Z');
    expect(await reasons(trades)).toEqual([[2, 1, 'already-known', 0, 1]]);
  });

  it('with other content is a revision, known when received, when its publisher does not say when', async () => {
    await lake.take(quotes, [quoteLine()], '2026-01-01T00:00:00Z');
    await lake.take(quotes, [quoteLine({ price: 120 })], '2026-02-02T00:00:00Z');
    // the first file's bytes again would be no news: another file says so
    await lake.take(quotes, [quoteLine(), quoteLine({ item: 'radish' })], '2026-03-03T00:00:00Z');
    expect((await kept(quotes)).filter((_, at) => at !== 1)).toEqual([
      [100, '2024-03-04T02:00:00.000Z', false],
      [120, '2026-02-02T00:00:00.000Z', true],
      [100, '2026-03-03T00:00:00.000Z', true],
    ]);
  });

  it('with other content is a revision that holds, though the clock was set back since', async () => {
    await lake.take(quotes, [quoteLine()], '2024-03-04T03:00:00Z');
    await lake.take(quotes, [quoteLine({ price: 120 })], '2024-03-04T02:30:00Z');
    await lake.take(quotes, [quoteLine({ price: 130 })], '2024-03-03T16:00:00Z');
    expect(await reasons(quotes)).toEqual([]);
    expect(await kept(quotes)).toEqual([
      [100, '2024-03-04T03:00:00.000Z', true],
      [120, expect.stringMatching(/^2024-03-04T03:00:00\.000/), true],
      [130, expect.stringMatching(/^2024-03-04T03:00:00\.000/), true],
    ]);
  });

  it('with other content is a revision, known when it was recorded, where that is stated', async () => {
    await lake.take(trades, [tradeLine({ recorded: '2024-03-04 02:00:00' })]);
    await lake.take(trades, [tradeLine({ recorded: '2024-03-06 02:00:00', price: 120 })]);
    expect(await kept(trades)).toEqual([
      [100, '2024-03-04T02:00:00.000Z', false],
      [120, '2024-03-06T02:00:00.000Z', false],
    ]);
  });

  it('with other content, live, is known when received although it was recorded before', async () => {
    await lake.take(trades, [tradeLine({ recorded: '2024-03-04 02:00:00' })], '2024-03-04T03:00:00Z');
    await lake.take(
      trades,
      [tradeLine({ recorded: '2024-03-04 09:00:00', price: 120 })],
      '2024-03-05T00:00:00Z',
    );
    expect((await kept(trades)).at(-1)).toEqual([120, '2024-03-05T00:00:00.000Z', true]);
  });

  it('never holds when a row that was recorded later is known already', async () => {
    await lake.take(
      trades,
      [tradeLine({ recorded: '2024-03-04 09:00:00', price: 120 })],
      '2024-03-04T10:00:00Z',
    );
    await lake.take(trades, [tradeLine({ recorded: '2024-03-04 02:00:00' })], '2024-03-04T11:00:00Z');
    expect(await reasons(trades)).toEqual([[2, 1, 'superseded', 0, 1]]);
    expect((await kept(trades)).map(([price]) => price)).toEqual([120]);
  });

  it('becomes a version of its own when the rules judge its other content otherwise', async () => {
    await lake.take(quotes, [quoteLine()]);
    await lake.take(quotes, [quoteLine({ price: 2000 })]);
    expect((await lake.clean(quotes, 'outcome')).map((row) => row.outcome)).toEqual(['accepted', 'flagged']);
  });
});

describe('what cannot be kept', () => {
  const aside = async () =>
    (await lake.aside(quotes, 'raw_row, outcome, reason, text')).map((row) => Object.values(row));

  it('is set aside with its line, counted from the first below the header, malformed lines included', async () => {
    const lines = [
      'one,two',
      quoteLine(),
      quoteLine({ item: 'other' }),
      'one,two,three',
      'one',
      quoteLine({ market: 'total' }),
      quoteLine({ item: 'radish', unit: '' }),
    ];
    const { commit } = await lake.take(quotes, lines);
    expect(commit.outcomes).toEqual({ accepted: 1, flagged: 0, duplicate: 0, aggregate: 1, rejected: 5 });
    expect(await aside()).toEqual([
      [1, 'rejected', 'malformed-row', lines[0]],
      [3, 'rejected', 'refused', lines[2]],
      [4, 'rejected', 'malformed-row', lines[3]],
      [5, 'rejected', 'malformed-row', lines[4]],
      [6, 'aggregate', 'total', lines[5]],
      [7, 'rejected', 'no-unit', lines[6]],
    ]);
  });

  it('is refused for what every row must have before it can be kept with a flag', async () => {
    await lake.take(quotes, [
      quoteLine({ day: '', price: 2000 }),
      quoteLine({ item: '', price: 2000 }),
      quoteLine({ market: '', price: 2000 }),
      quoteLine({ unit_value: 0, price: 2000 }),
      quoteLine({ unit_value: 'nan', price: 2000 }),
      quoteLine({ price: 'inf' }),
      quoteLine({ price: 'nan' }),
      quoteLine({ price: 0 }),
      quoteLine({ price: 2000 }),
    ]);
    expect((await aside()).map(([, , reason]) => reason)).toEqual([
      ...['no-day', 'no-item', 'no-market', 'no-unit', 'no-unit', 'no-price', 'no-price', 'no-price'],
    ]);
    expect(lake.commits(quotes)[0]!.outcomes.flagged).toBe(1);
  });

  it('has a day after its receipt in the zone of its market', async () => {
    const tomorrow = quoteLine({ day: '2024-03-05' });
    // 5 March begins in Seoul at 15:00 UTC
    expect((await lake.take(quotes, [tomorrow], '2024-03-04T14:59:00Z')).commit.outcomes.rejected).toBe(1);
    expect((await lake.take(quotes, [tomorrow, ''], '2024-03-04T15:00:00Z')).commit.outcomes.accepted).toBe(
      1,
    );
    expect((await aside())[0]![2]).toBe('future-day');
  });
});

describe('bytes of another make', () => {
  const names = async () => (await lake.clean(quotes, 'item_name')).map((row) => row.item_name);
  const lines = [quoteLine({ name: '배추' }), quoteLine({ item: 'radish', name: '무' })];
  const text = fileText(quotes, lines);

  it.each<[string, Uint8Array]>([
    ['CP949', iconv.encode(text, 'cp949')],
    ['a byte order mark', Buffer.from(`\uFEFF${text}`)],
    ['carriage returns', Buffer.from(text.replaceAll('\n', '\r\n'))],
    ['mixed line ends', Buffer.from(text.replace('\n', '\r\n'))],
    ['no last line end', Buffer.from(text.trimEnd())],
    ['CP949 with carriage returns', iconv.encode(text.replaceAll('\n', '\r\n'), 'cp949')],
  ])('%s are read as the same rows, and kept as they came', async (_, bytes) => {
    const { commit } = await lake.take(quotes, bytes);
    expect(commit.outcomes).toMatchObject({ accepted: 2, rejected: 0 });
    expect(await names()).toEqual(['배추', '무']);
    expect(await readRaw(lake.home, 'quotes', commit.raws[0]!.rawId)).toEqual(Buffer.from(bytes));
    expect(readdirSync(lake.home.at('temp'))).toEqual([]);
  });

  it('one broken letter costs its own line', async () => {
    const bytes = Buffer.from(fileText(quotes, [quoteLine({ item: 'a', name: '?' }), ...lines]));
    bytes[bytes.indexOf('?')] = 0xff;
    const { commit } = await lake.take(quotes, bytes);
    expect(commit.outcomes).toMatchObject({ accepted: 2, rejected: 1 });
    expect(await lake.aside(quotes, 'raw_row, reason')).toEqual([{ raw_row: 1, reason: 'malformed-row' }]);
  });

  it('a cell may hold a line end, and blank lines are no rows', async () => {
    const spread = quoteLine({ item: 'leek', name: '"대\n파"' });
    const { commit } = await lake.take(quotes, [
      spread,
      '',
      'one,two',
      ...lines,
      '',
      quoteLine({ item: 'other' }),
    ]);
    expect(commit.outcomes).toMatchObject({ accepted: 3, rejected: 2 });
    expect(await names()).toEqual(['대\n파', '배추', '무']);
    expect((await lake.aside(quotes, 'text')).map((row) => row.text)).toEqual([
      'one,two',
      quoteLine({ item: 'other' }),
    ]);
  });

  it('binary content is refused whole, and nothing of it stays', async () => {
    const bytes = Buffer.concat([Buffer.from(text.repeat(4000)), Buffer.from([0])]);
    await expect(lake.take(quotes, bytes)).rejects.toMatchObject({ code: 'FILE_NOT_TEXT', exit: 65 });
    expect(readdirSync(lake.home.at('raw', 'quotes'))).toEqual([]);
    expect(lake.commits(quotes)).toEqual([]);
  });
});
