import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteLine, quotes, SmallLake } from '../../test/support/small-lake.ts';
import { propertyRuns } from '../../test/support/whole-suites.ts';
import { addDays, localDate } from '../domain/index.ts';
import { openServingLibrary, publishConditions, type ServingReader } from '../lake/index.ts';
import { board } from './board.ts';
import { conditionTables } from './derived-tables.ts';
import { freshness } from './freshness.ts';
import { itemHistory } from './item-history.ts';

const LAST = localDate('2024-03-04');
const NOW = new Date('2024-03-06T00:00:00Z');

const recordedAt = (index: number) => new Date(Date.parse('2024-03-05T00:00:00Z') + index * 60_000);

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
        recorded: recordedAt(index).toISOString().slice(0, 19),
      }),
    ),
  );

/** An answer without what names the publication and the last receipt. */
const bare = <T extends { meta: object }>({ meta, ...answer }: T) => ({
  ...answer,
  meta: { ...meta, version: null, receivedAt: null },
});

/** The board of every series and all their histories, as of a moment or of now. */
async function prices(reader: ServingReader, asOf?: string) {
  const all = bare(await board(reader, { scope: 'all', asOf }));
  const histories = [];
  for (const { series } of all.rows) histories.push(bare(await itemHistory(reader, { series, asOf })));
  return { all, histories };
}

async function answers(reader: ServingReader) {
  const tables = [];
  for (const table of ['left_out', 'warned', 'market_totals', 'day_counts'])
    tables.push((await reader.query(`select count(*) as n from ${table}`)).columns);
  return { ...(await prices(reader)), tables, fresh: await freshness(reader, 30, NOW) };
}

async function published<T>(
  files: readonly (readonly string[])[],
  ask: (reader: ServingReader) => Promise<T>,
): Promise<T> {
  const lake = new SmallLake();
  try {
    for (const lines of files) if (lines.length > 0) await lake.take(quotes, lines);
    await publishConditions(lake.home, quotes.profile, conditionTables(quotes.profile));
    const library = await openServingLibrary(lake.home, [quotes.profile]);
    try {
      return await library.read('quotes', ask);
    } finally {
      await library.close();
    }
  } finally {
    lake.close();
  }
}

/** The same rows, shuffled and cut into up to four files. */
const inSomeFiles = (lines: readonly string[]) =>
  fc
    .tuple(
      fc.shuffledSubarray([...lines], { minLength: lines.length }),
      fc.uniqueArray(fc.integer({ min: 1, max: lines.length - 1 }), { maxLength: 3 }),
    )
    .map(([shuffled, cuts]) => {
      const edges = [0, ...cuts.toSorted((a, b) => a - b), shuffled.length];
      return edges.slice(1).map((end, file) => shuffled.slice(edges[file], end));
    });

test('neither the order of rows nor how they are cut into files changes an answer', async () => {
  await fc.assert(
    fc.asyncProperty(
      quarter.chain((lines) => fc.tuple(fc.constant(lines), inSomeFiles(lines))),
      async ([lines, files]) => {
        expect(await published(files, answers)).toEqual(await published([lines], answers));
      },
    ),
    { numRuns: propertyRuns(3, 6) },
  );
}, 120_000);

test('what is recorded later changes no answer as of before, in whatever files and order it comes', async () => {
  await fc.assert(
    fc.asyncProperty(
      quarter.chain((lines) =>
        fc.tuple(fc.constant(lines), inSomeFiles(lines), fc.integer({ min: 1, max: lines.length - 1 })),
      ),
      async ([lines, files, known]) => {
        const asOf = new Date(recordedAt(known - 1).getTime() + 30_000).toISOString();
        const then = await published([lines.slice(0, known)], (reader) => prices(reader, asOf));
        expect(await published(files, (reader) => prices(reader, asOf))).toEqual(then);
      },
    ),
    { numRuns: propertyRuns(2, 4) },
  );
}, 120_000);
