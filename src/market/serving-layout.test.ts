import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeOlderServingFile } from '../../test/support/old-home.ts';
import { quoteLine, quotes, SmallLake } from '../../test/support/small-lake.ts';
import { openServingLibrary, publishConditions, type ServingReader } from '../lake/index.ts';
import { SERVING_LAYOUT } from '../lake/serving-layout.ts';
import { board } from './board.ts';
import { conditionTables } from './derived-tables.ts';
import { itemHistory } from './item-history.ts';

/**
 * What each layout's tables and columns hash to. Where this fails, add a line under the next number, which is then
 * `SERVING_LAYOUT`: otherwise a server would take a file of before for one that it can read.
 */
const LAYOUTS: Readonly<Record<number, string>> = { 2: '3af65363c4bd5454' };

let lake: SmallLake;
beforeEach(async () => {
  lake = new SmallLake();
  await lake.take(quotes, [quoteLine({ day: '2024-03-04', price: 100 })]);
  await publishConditions(lake.home, quotes.profile, conditionTables(quotes.profile));
});
afterEach(() => lake.close());

async function read<T>(ask: (reader: ServingReader) => Promise<T>): Promise<T> {
  const library = await openServingLibrary(lake.home, [quotes.profile]);
  try {
    return await library.read('quotes', ask);
  } finally {
    await library.close();
  }
}

it('tables and columns of a serving file are those of the layout that it states', async () => {
  const columns = await read(async (reader) => {
    const found = await reader.query(
      `select table_name || '.' || column_name || ' ' || data_type as told from duckdb_columns()
       where database_name like 'quotes%' order by table_name, column_index`,
    );
    return found.columns.told!;
  });
  expect(columns).toContain('history.price DOUBLE');
  const hash = createHash('sha256').update(columns.join('\n')).digest('hex').slice(0, 16);
  expect({ [SERVING_LAYOUT]: hash }).toEqual({ [SERVING_LAYOUT]: LAYOUTS[SERVING_LAYOUT] });
});

it('a file of another version answers what its tables can, and says of the rest who published it', async () => {
  await makeOlderServingFile(lake.home.path, 'quotes');
  await read(async (reader) => {
    expect(reader.isOfAnotherLayout).toBe(true);
    const { rows } = await board(reader, {});
    expect(rows.map(({ price }) => price)).toEqual([100]);
    await expect(itemHistory(reader, { series: rows[0]!.series })).rejects.toMatchObject({
      code: 'PUBLISHED_BY_ANOTHER_VERSION',
      exit: 75,
    });
    // what is wrong with a question itself is told as it is
    await expect(reader.query('select 1 +')).rejects.toThrow('Parser Error');
  });
});

it('a question that is wrong about a file of this version is not taken for an older file', async () => {
  await read(async (reader) => {
    expect(reader.isOfAnotherLayout).toBe(false);
    await expect(reader.query('select * from no_such_table')).rejects.toThrow('Catalog Error');
  });
});
