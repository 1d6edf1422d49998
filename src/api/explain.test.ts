import { afterAll, beforeAll, expect, test } from 'vitest';
import { quoteLine, quotes, SmallLake } from '../../test/support/small-lake.ts';
import { openServingLibrary, publishConditions, type ServingLibrary } from '../lake/index.ts';
import { conditionTables } from '../market/index.ts';
import { type App, createApp } from './app.ts';
import { boardSchema, explanationSchema, problemSchema } from './contract.ts';

const PORT = 4321;
const DAY = '2024-03-04';
let lake: SmallLake;
let library: ServingLibrary;
let app: App;
let series: string;

beforeAll(async () => {
  lake = new SmallLake();
  await lake.take(quotes, [quoteLine({ price: 110 }), 'a line that is no row'], '2024-03-04T03:00:00Z');
  await lake.take(quotes, [quoteLine({ price: 120 })], '2024-03-06T03:00:00Z');
  await publishConditions(lake.home, quotes.profile, conditionTables(quotes.profile));
  library = await openServingLibrary(lake.home, [quotes.profile]);
  app = createApp({
    library,
    explaining: { home: lake.home, rulesOf: (feed) => (feed === quotes.profile.id ? quotes.rules : []) },
    webRoot: '/nowhere',
    version: '0.1.0',
    port: () => PORT,
    log: () => {},
  });
  const board = boardSchema.parse(await (await ask(`/board?feed=${quotes.profile.id}&scope=all`)).json());
  series = board.rows[0]!.series;
});
afterAll(async () => {
  app.close();
  await library.close();
  lake.close();
});

function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return Promise.resolve(
    app.request(`http://127.0.0.1:${PORT}/api/v1${path}`, {
      headers: { host: `127.0.0.1:${PORT}`, ...headers },
    }),
  );
}

const question = (more: Record<string, string> = {}) =>
  `/explain?${new URLSearchParams({ series, date: DAY, ...more })}`;

test('tells the rows of a number, the files they came in and the rules of its feed', async () => {
  const response = await ask(question());
  expect(response.status).toBe(200);
  const told = explanationSchema.parse(await response.json());
  expect(told).toMatchObject({ day: DAY, agrees: true, published: { price: 120 } });
  expect(told.versions.map(({ price, asked }) => [price, asked])).toEqual([
    [110, false],
    [120, true],
  ]);
  expect(told.files).toHaveLength(2);
  expect(told.rules.map(({ id }) => id)).toEqual(expect.arrayContaining(quotes.rules.map(({ id }) => id)));

  const etag = response.headers.get('etag')!;
  expect((await ask(question(), { 'if-none-match': etag })).status).toBe(304);
});

test('tells the rows as a table, with the file and line of each', async () => {
  const response = await ask(question().replace('/explain?', '/explain.csv?'));
  expect(response.headers.get('content-type')).toBe('text/csv; charset=UTF-8');
  const [head, ...rows] = (await response.text()).trim().split('\r\n');
  const at = (name: string) =>
    head!
      .replace(/^\uFEFF/, '')
      .split(',')
      .indexOf(name);
  expect(rows).toHaveLength(2);
  const cells = rows.map((row) => row.split(','));
  expect(cells.map((row) => row[at('price')])).toEqual(expect.arrayContaining(['110', '120']));
  expect(cells.map((row) => row[at('raw_row')])).toEqual(['1', '1']);
  expect(cells.map((row) => row[at('published_price')])).toEqual(['120', '120']);
  expect(new Set(cells.map((row) => row[at('raw_sha256')])).size).toBe(2);
});

test('tells the number as it was known at an earlier time', async () => {
  const told = explanationSchema.parse(await (await ask(question({ asOf: '2024-03-05T00:00:00Z' }))).json());
  expect(told.published?.price).toBe(110);
});

test('refuses what it cannot answer, saying why', async () => {
  const refused = async (path: string) => {
    const response = await ask(path);
    return [response.status, problemSchema.parse(await response.json()).code];
  };
  expect(await refused(question({ date: 'yesterday' }))).toEqual([400, 'QUERY_INVALID']);
  expect(await refused(question({ series: 'no-such-feed~x' }))).toEqual([400, 'SERIES_UNREADABLE']);
  expect(await refused(`/explain?date=${DAY}`)).toEqual([400, 'QUERY_INVALID']);
});
