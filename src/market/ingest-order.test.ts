import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteLine, quotes, SmallLake } from '../../test/support/small-lake.ts';
import { addDays, localDate } from '../domain/index.ts';
import { openServingLibrary, publishConditions, type ServingReader } from '../lake/index.ts';
import { board } from './board.ts';
import { conditionTables } from './derived-tables.ts';
import { freshness } from './freshness.ts';
import { itemHistory } from './item-history.ts';

const LAST = localDate('2024-03-04');
const NOW = new Date('2024-03-06T00:00:00Z');

/** A row of a quarter, with a moment of record of its own: what is newest must not depend on which file came first. */
const quarter = fc
  .array(
    fc.record({
      daysBack: fc.oneof(fc.integer({ min: 0, max: 14 }), fc.integer({ min: 0, max: 90 })),
      item: fc.constantFrom('cabbage', 'radish'),
      market: fc.constantFrom('garak', 'busan'),
      price: fc.constantFrom('100', '104', '96', '1500', '0', '9'),
      kg: fc.constantFrom('10', '500', ''),
    }),
    { minLength: 12, maxLength: 60 },
  )
  .map((rows) =>
    rows.map(({ daysBack, ...row }, index) =>
      quoteLine({
        ...row,
        day: addDays(LAST, -daysBack),
        recorded: new Date(Date.parse('2024-03-05T00:00:00Z') + index * 60_000).toISOString().slice(0, 19),
      }),
    ),
  );

async function answers(reader: ServingReader) {
  const bare = <T extends { meta: object }>({ meta, ...answer }: T) => ({
    ...answer,
    meta: { ...meta, version: null },
  });
  const all = bare(await board(reader, { scope: 'all' }));
  const histories = [];
  for (const { series } of all.rows) histories.push(bare(await itemHistory(reader, { series })));
  const tables = [];
  for (const table of ['left_out', 'warned', 'market_totals', 'day_counts'])
    tables.push((await reader.query(`select count(*) as n from ${table}`)).columns);
  return { all, histories, tables, fresh: await freshness(reader, 30, NOW) };
}

async function published(files: readonly (readonly string[])[]) {
  const lake = new SmallLake();
  try {
    for (const lines of files) if (lines.length > 0) await lake.take(quotes, lines);
    await publishConditions(lake.home, quotes.profile, conditionTables(quotes.profile));
    const library = await openServingLibrary(lake.home, [quotes.profile]);
    try {
      return await library.read('quotes', answers);
    } finally {
      await library.close();
    }
  } finally {
    lake.close();
  }
}

test('neither the order of rows nor how they are cut into files changes an answer', async () => {
  await fc.assert(
    fc.asyncProperty(
      quarter.chain((lines) =>
        fc.tuple(
          fc.constant(lines),
          fc.shuffledSubarray(lines, { minLength: lines.length }),
          fc.uniqueArray(fc.integer({ min: 1, max: lines.length - 1 }), { maxLength: 3 }),
        ),
      ),
      async ([lines, shuffled, cuts]) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), shuffled.length];
        const files = edges.slice(1).map((end, file) => shuffled.slice(edges[file], end));
        expect(await published(files)).toEqual(await published([lines]));
      },
    ),
    { numRuns: 6 },
  );
}, 120_000);
