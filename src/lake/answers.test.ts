import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileText, QUOTE_HEADER, quoteLine, quotes, SmallLake } from '../../test/support/small-lake.ts';
import { propertyRuns } from '../../test/support/whole-suites.ts';
import type { HandOver } from '../domain/index.ts';
import { keepAnswer, type RawRecord, readRaw } from './raw-files.ts';
import { takeInAnswers } from './take-in.ts';

let lake: SmallLake;
beforeEach(() => {
  lake = new SmallLake();
});
afterEach(() => lake.close());

/** A publisher whose answers are lists of rows without the day, which only the question knows. */
const listed: HandOver = {
  ...quotes,
  shape: {
    ...quotes.shape,
    id: 'listed',
    *decode(answer, asked) {
      for (const row of JSON.parse(answer) as Record<string, string | null>[])
        yield QUOTE_HEADER.map((name) => (name === 'day' ? asked.day! : (row[name] ?? null)));
    },
  },
};
const CABBAGE = { item: 'cabbage', market: 'garak', unit: 'kg', unit_value: '1', price: '100' };

function keep(
  content: string,
  day: string,
  receivedAt = '2026-01-01T00:00:00Z',
  into = lake,
): Promise<RawRecord> {
  return keepAnswer(into.home, 'quotes', Buffer.from(content), {
    name: `sale ${day}`,
    chunk: `sale/${day}`,
    request: { url: 'https://market.test/sale', query: { day } },
    receivedAt: new Date(receivedAt),
  });
}

const json = (...rows: unknown[]) => JSON.stringify(rows);
const taken = async (receipts: readonly RawRecord[], as = listed) =>
  takeInAnswers(lake.home, as, receipts, {});

describe('answers of one fetch', () => {
  it('become one commit whose rows name their own receipt and moment', async () => {
    const receipts = [
      await keep(json(CABBAGE, { ...CABBAGE, item: 'radish' }), '2024-03-04', '2024-03-04T05:00:00Z'),
      await keep(json(), '2024-03-05', '2024-03-05T05:00:00Z'),
      await keep(json(CABBAGE), '2024-03-06', '2024-03-06T05:00:00Z'),
    ];
    const { status, commit } = await taken(receipts);
    expect([status, commit.rows, commit.outcomes.accepted]).toEqual(['taken', 3, 3]);
    expect(commit.raws).toEqual(receipts);
    expect(commit.firstPlaces).toEqual([0, 0, 2]);
    expect(await lake.clean(listed, 'market_day, item_code, raw_id, received_at, known_at')).toEqual([
      ...['cabbage', 'radish'].map((item_code) => ({
        market_day: '2024-03-04',
        item_code,
        raw_id: receipts[0]!.rawId,
        received_at: '2024-03-04T05:00:00.000Z',
        known_at: '2024-03-04T05:00:00.000Z',
      })),
      {
        market_day: '2024-03-06',
        item_code: 'cabbage',
        raw_id: receipts[2]!.rawId,
        received_at: '2024-03-06T05:00:00.000Z',
        known_at: '2024-03-06T05:00:00.000Z',
      },
    ]);
    expect((await lake.clean(listed))[0]).not.toHaveProperty('receipt');
    expect(String(await readRaw(lake.home, 'quotes', receipts[2]!.rawId))).toBe(json(CABBAGE));
  });

  it('of equal bytes for different questions are told apart', async () => {
    const receipts = [await keep(json(CABBAGE), '2024-03-04'), await keep(json(CABBAGE), '2024-03-05')];
    expect(receipts[0]!.rawId).toBe(receipts[1]!.rawId);
    await taken(receipts);
    expect((await lake.clean(listed, 'market_day')).map((row) => row.market_day)).toEqual([
      '2024-03-04',
      '2024-03-05',
    ]);
  });

  it('that are those of the last commit of their chunk change nothing; others are news', async () => {
    const first = await keep(json(CABBAGE), '2024-03-04');
    await taken([first]);
    const dearer = await keep(json({ ...CABBAGE, price: '120' }), '2024-03-04', '2026-02-02T00:00:00Z');
    expect((await taken([await keep(json(CABBAGE), '2024-03-04')])).status).toBe('already');
    const other = await keep(json(CABBAGE), '2024-03-05');
    expect((await taken([first, other])).commit.raws).toEqual([other]);
    await taken([dearer]);
    // the first answer again, after another one, is a correction back
    const back = await keep(json(CABBAGE), '2024-03-04', '2026-03-03T00:00:00Z');
    expect((await taken([back])).status).toBe('taken');
    expect(
      (await lake.clean(listed, 'price, known_at', 'market_day, known_at')).map((row) => row.price),
    ).toEqual([100, 120, 100, 100]);
  });

  it('that are tables of text are read each by itself, and their rows are counted within it', async () => {
    const open = 'one,two,"never closed\n';
    const receipts = [
      await keep(fileText(quotes, [quoteLine(), 'one,two', quoteLine({ item: 'other' })]), '2024-03-04'),
      await keep(fileText(quotes, [open]), '2024-03-05'),
      await keep(
        fileText(quotes, ['one', quoteLine({ item: 'other' }), quoteLine({ item: 'leek' })]).replaceAll(
          '\n',
          '\r\n',
        ),
        '2024-03-06',
      ),
    ];
    const { commit } = await taken(receipts, quotes);
    expect(commit.outcomes).toMatchObject({ accepted: 2, rejected: 5 });
    expect(
      (await lake.aside(quotes, 'raw_id, raw_row, reason'))
        .map((row) => [receipts.findIndex((one) => one.rawId === row.raw_id), row.raw_row, row.reason])
        .sort(),
    ).toEqual([
      [0, 2, 'malformed-row'],
      [0, 3, 'refused'],
      [1, 1, 'malformed-row'],
      [2, 1, 'malformed-row'],
      [2, 2, 'refused'],
    ]);
  });

  it('keep every letter that their text had', async () => {
    const names = ['대파, "상"\n둘째 줄', '', 'a\tb', 'nul\0'];
    const rows = names.map((name, at) => ({ ...CABBAGE, item: `item${at}`, name }));
    await taken([await keep(json(...rows), '2024-03-04')]);
    expect((await lake.clean(listed, 'item_name')).map((row) => row.item_name)).toEqual([
      ...names.slice(0, 3),
      'nul\uFFFD',
    ]);
  });

  it('that are binary are refused', async () => {
    await expect(keep('PK\0\0', '2024-03-04')).rejects.toMatchObject({ code: 'FILE_NOT_TEXT' });
  });

  it('come to the same last prices however they are put into commits', async () => {
    const answers = fc.array(
      fc.record({
        day: fc.constantFrom('2024-03-04', '2024-03-05'),
        rows: fc.array(
          fc.record({
            item: fc.constantFrom('cabbage', 'radish'),
            price: fc.constantFrom('100', '110', '120', 'much'),
          }),
          { maxLength: 3 },
        ),
      }),
      { minLength: 1, maxLength: 5 },
    );
    const lastPrices = async (of: SmallLake) => {
      const rows = await of.clean(listed, 'market_day, item_code, price', 'known_at, commit_number, place');
      return new Map(rows.map((row) => [`${row.market_day} ${row.item_code}`, row.price]));
    };
    await fc.assert(
      fc.asyncProperty(
        answers,
        fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
        async (given, cuts) => {
          const [single, batched] = [new SmallLake(), new SmallLake()];
          try {
            let batch: RawRecord[] = [];
            for (const [at, { day, rows }] of given.entries()) {
              const content = json(...rows.map((row) => ({ ...CABBAGE, ...row })));
              const receivedAt = `2026-01-0${at + 1}T00:00:00Z`;
              await takeInAnswers(single.home, listed, [await keep(content, day, receivedAt, single)]);
              batch.push(await keep(content, day, receivedAt, batched));
              if (!cuts[at] && at + 1 < given.length) continue;
              await takeInAnswers(batched.home, listed, batch);
              batch = [];
            }
            expect(await lastPrices(batched)).toEqual(await lastPrices(single));
          } finally {
            single.close();
            batched.close();
          }
        },
      ),
      { numRuns: propertyRuns(5, 8) },
    );
  });
});
