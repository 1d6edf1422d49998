import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import {
  type DailyRow,
  type SeriesRow,
  type ServingInMemory,
  serveInMemory,
  TEST_PROFILE,
  testSeries,
} from '../../test/doubles/serving-in-memory.ts';
import { addDays, localDate } from '../domain/index.ts';
import { conditionTables } from '../market/index.ts';
import { type App, createApp } from './app.ts';
import {
  boardSchema,
  feedListSchema,
  forecastSchema,
  itemListSchema,
  moverSchema,
  problemSchema,
  seriesSchema,
  unpackSeries,
} from './contract.ts';

const PORT = 4680;
const SERIES: readonly SeriesRow[] = [
  { item: '101', itemName: '배추', market: '9001', marketName: '=cmd()' },
  { item: '101', itemName: '배추', market: '9002' },
  { item: '201', itemName: '무', market: '9001' },
];
const [CABBAGE, , RADISH] = SERIES.map((row) => testSeries(row)) as [string, string, string];

/** June of six years, so that the normal year stands too. */
const ROWS: readonly DailyRow[] = [2019, 2020, 2021, 2022, 2023, 2024].flatMap((year) =>
  Array.from({ length: 30 }, (_, index) =>
    SERIES.map((_, series) => ({
      series,
      day: addDays(localDate(`${year}-06-01`), index),
      price: 1000 + series * 100 + index + (year - 2019) * 10,
      low: 900,
      high: 1300,
      volumeKg: 500 - series * 10,
      lots: 3,
    })),
  ).flat(),
);

const FORECASTS = [
  `create table forecast_cell as select '${CABBAGE}' as series, 'W4' as horizon, 'model' as status, 'skill-earned' as reason,
    date '2024-06-30' as origin_day, date '2024-07-28' as target_day, 'ets' as model, 'naive' as baseline, 1100.0::double as mean,
    1050.0::double as lo50, 1150.0::double as hi50, 1000.0::double as lo80, 1200.0::double as hi80, 950.0::double as lo95,
    1250.0::double as hi95, 0.12::double as skill, 0.8::double as coverage80, 26 as origins_scored, 0.1::double as wape,
    0.12::double as wape_naive, 1080.0::double as part_level, -30.0::double as part_season, 50.0::double as part_recent, timestamp '2024-07-01 00:00:00' as issued_at, 'testing-1' as conditions_version
   union all
   select '${RADISH}', 'W4', 'withheld', 'step-like', date '2024-06-30', null, null, null, 'nan'::double, 'nan'::double,
    'nan'::double, 'nan'::double, 'nan'::double, 'nan'::double, 'nan'::double, null, null, 0, null, null, null, null, null, timestamp '2024-07-01 00:00:00', 'testing-1'`,
  `create table forecast_fan as select '${CABBAGE}' as series, date '2024-07-01' as day, 1100.0::double as mean, 1050.0::double as lo50,
    1150.0::double as hi50, 1000.0::double as lo80, 1200.0::double as hi80, 950.0::double as lo95, 1250.0::double as hi95`,
  `create table forecast_score as select '${CABBAGE}' as series, 'W4' as horizon, 'naive' as model, 0.12::double as wape,
    1.1::double as mase, 50.0::double as pinball, 0.79::double as coverage80, 26 as origins`,
];

let serving: ServingInMemory;
let app: App;
let webRoot: string;
const logged: string[] = [];

beforeAll(async () => {
  webRoot = mkdtempSync(join(tmpdir(), 'sihwang-web-'));
  mkdirSync(join(webRoot, 'assets'));
  writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>Sihwang</title>');
  writeFileSync(join(webRoot, 'assets', 'app-1a2b.js'), 'export {};');
  serving = await serveInMemory(SERIES, ROWS, { derive: conditionTables(TEST_PROFILE), more: FORECASTS });
  app = createApp({
    library: serving.library,
    webRoot,
    version: '0.1.0',
    port: () => PORT,
    log: (line) => logged.push(line),
  });
});
afterAll(() => {
  app.close();
  serving.close();
  rmSync(webRoot, { recursive: true });
});

function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return Promise.resolve(
    app.request(`http://127.0.0.1:${PORT}${path}`, { headers: { host: `127.0.0.1:${PORT}`, ...headers } }),
  );
}

/** Asks the API and reads the answer by its schema: what the handler returned is what the contract says. */
async function answer<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>> {
  const response = await ask(`/api/v1${path}`);
  const body = await response.json();
  expect([response.status, body]).toMatchObject([200, {}]);
  return schema.parse(body);
}

async function refused(path: string, headers: Record<string, string> = {}) {
  const response = await ask(path, headers);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = problemSchema.parse(await response.json());
  expect(problem.status).toBe(response.status);
  expect(problem.requestId).toBe(response.headers.get('x-request-id'));
  return problem;
}

const q = encodeURIComponent;

describe('every answer is what the contract says', () => {
  test('feeds', async () => {
    const { feeds } = await answer('/feeds', feedListSchema);
    expect(feeds[0]).toMatchObject({
      id: 'testing',
      simulated: true,
      lastDay: '2024-06-30',
      seriesCount: 3,
      utcOffsetMinutes: 540,
      nextDays: [],
      forecasts: { computed: 2, total: 3, running: false },
    });
  });

  test('the board, with comparisons, normal year and forecasts or the word that they are coming', async () => {
    const board = await answer('/board?feed=testing&scope=all', boardSchema);
    expect(board).toMatchObject({
      total: 3,
      meta: { day: '2024-06-30', simulated: true, version: 'testing-1.0' },
    });
    const row = board.rows.find(({ series }) => series === CABBAGE)!;
    expect(row).toMatchObject({
      previous: { day: '2024-06-29' },
      week: { day: '2024-06-23' },
      year: { day: '2023-06-30' },
      normal: { kind: 'normal', years: 5 },
      forecast: {
        horizon: 'W4',
        status: 'model',
        lo80: 1000,
        reason: null,
        reasons: { level: 1080, season: -30, recent: 50 },
      },
    });
    expect(row.spark).toHaveLength(30);
    const status = new Map(board.rows.map(({ series, forecast }) => [series, forecast]));
    expect(status.get(RADISH)).toMatchObject({
      status: 'withheld',
      mean: null,
      reason: { en: 'the price moves in steps, or hardly at all' },
    });
    expect([...status.values()].filter((cell) => cell?.status === 'being-computed')).toHaveLength(1);
  });

  test('figures for Prometheus', async () => {
    const metrics = await app.request(`http://127.0.0.1:${PORT}/metrics`);
    expect(metrics.headers.get('content-type')).toContain('version=0.0.4');
    const text = await metrics.text();
    expect(text).toContain('sihwang_feed_forecasts{feed="testing",part="wanted"} 3');
    expect(text).toContain(
      `sihwang_feed_last_day_seconds{feed="testing"} ${Date.parse('2024-06-30') / 1000}`,
    );
  });

  test('a board of the past carries no forecast of today', async () => {
    const past = await answer('/board?feed=testing&date=2024-06-20', boardSchema);
    const known = await answer('/board?feed=testing&asOf=2024-06-20', boardSchema);
    expect([past.rows[0]!.forecast, known.rows[0]!.forecast]).toEqual([null, null]);
    expect(known.meta).toMatchObject({
      day: '2024-06-20',
      asOf: '2024-06-20T14:59:59.999Z',
      receivedAt: null,
    });
  });

  test('movers, items, series and forecast', async () => {
    expect((await answer('/movers?feed=testing&count=1', moverSchema)).up).toHaveLength(1);
    expect((await answer(`/items?q=${q('ㅂㅊ')}`, itemListSchema)).items).toMatchObject([
      { item: { code: '101' } },
    ]);
    const series = await answer(`/series?series=${q(CABBAGE)}`, seriesSchema);
    expect(series).toMatchObject({ length: 6 * 365 + 2 - 335, price: { decimals: 0 } });
    const { price } = unpackSeries(series);
    expect(price).toHaveLength(6 * 365 + 2 - 335);
    expect([price[0], price.at(-1), price[30]]).toEqual([1000, 1079, null]);
    expect(series.siblings).toHaveLength(1);
    const forecast = await answer(`/forecast?series=${q(CABBAGE)}`, forecastSchema);
    expect(forecast.cells.map(({ horizon, status }) => `${horizon} ${status}`)).toEqual([
      'MD1 being-computed',
      'W1 being-computed',
      'W2 being-computed',
      'W4 model',
      'S1 being-computed',
      'S2 being-computed',
      'S3 being-computed',
    ]);
    expect(forecast).toMatchObject({
      fan: { days: ['2024-07-01'], lo80: [1000] },
      backtest: [{ model: 'naive' }],
    });
    const before = await answer(`/forecast?series=${q(CABBAGE)}&asOf=2024-06-30`, forecastSchema);
    expect(before).toMatchObject({ cells: [], fan: { days: [] }, backtest: [], issuedAt: null });
  });
});

describe('a wrong question is told what is wrong with it', () => {
  test.each([
    ['/api/v1/board?feed=testing&dat=2024-06-20', 400, 'dat'],
    ['/api/v1/board', 400, 'feed'],
    ['/api/v1/board?feed=testing&date=20240620', 400, 'date'],
    ['/api/v1/board?feed=testing&date=2024-02-30', 400, 'date'],
    ['/api/v1/board?feed=testing&asOf=soon', 400, 'asOf'],
    ['/api/v1/board?feed=testing&limit=', 400, 'limit'],
    ['/api/v1/board?feed=testing&priceKind=retail', 400, 'priceKind'],
    ['/api/v1/board?feed=testing&feed=demo', 400, 'feed'],
    ['/api/v1/series?series=cabbage', 400, 'series'],
    ['/api/v1/board?feed=nowhere', 404, 'nowhere'],
    [`/api/v1/series?series=${q(CABBAGE.replace('101', '999'))}`, 404, '999'],
    ['/api/v1/nothing', 404, '/api/v1/nothing'],
    ['/assets/none.js', 404, '/assets/none.js'],
  ])('%s', async (path, status, named) => {
    const problem = await refused(path);
    expect(problem.status).toBe(status);
    expect(problem.title).toContain(named);
    expect(problem.hint).not.toBe('');
  });

  test('an unexpected error keeps its details in the log', async () => {
    const broken = createApp({
      library: { ...serving.library, read: () => Promise.reject(new Error('secret path')) },
      webRoot,
      version: '0.1.0',
      port: () => PORT,
      log: (line) => logged.push(line),
    });
    const response = await broken.request(`http://127.0.0.1:${PORT}/api/v1/board?feed=testing`);
    const problem = problemSchema.parse(await response.json());
    expect(problem).toMatchObject({ status: 500, code: 'UNEXPECTED' });
    expect(JSON.stringify(problem)).not.toContain('secret path');
    expect(logged.at(-1)).toContain(problem.requestId);
    expect(logged.at(-1)).toContain('secret path');
    broken.close();
  });
});

describe('answers of a version', () => {
  /** An app that tells of each query, which fails where the telling does. */
  function watched(told: () => void): App {
    return createApp({
      library: {
        ...serving.library,
        read: (feed, fn) =>
          serving.library.read(feed, (reader) =>
            fn({
              ...reader,
              query: async (sql, params) => {
                told();
                return reader.query(sql, params);
              },
            }),
          ),
      },
      webRoot,
      version: '0.1.0',
      port: () => PORT,
      log: () => {},
    });
  }

  test('asked by many at once is made once, and one that failed is made anew', async () => {
    let queries = 0;
    let failing = false;
    const counting = watched(() => {
      queries++;
      if (failing) throw new Error('no more');
    });
    const askOf = async (question: string, times: number) => {
      const before = queries;
      const answers = await Promise.all(
        Array.from({ length: times }, async () => {
          const answer = await counting.request(
            `http://127.0.0.1:${PORT}/api/v1/board?feed=testing${question}`,
          );
          return [answer.status, answer.status === 200 ? await answer.text() : ''] as const;
        }),
      );
      return { answers, asked: queries - before };
    };
    const once = await askOf('&limit=1', 1);
    expect([once.answers[0]![0], once.asked > 0]).toEqual([200, true]);
    const many = await askOf('&limit=2', 5);
    expect(many.asked).toBe(once.asked);
    expect(new Set(many.answers.map(([, text]) => text)).size).toBe(1);
    failing = true;
    expect((await askOf('&limit=3', 2)).answers.map(([status]) => status)).toEqual([500, 500]);
    failing = false;
    expect((await askOf('&limit=3', 1)).answers.map(([status]) => status)).toEqual([200]);
    await counting.close();
  });

  test('the tag is compared before anything is queried', async () => {
    let queries = 0;
    const counting = watched(() => queries++);
    const address = `http://127.0.0.1:${PORT}/api/v1/board?feed=testing`;
    const first = await counting.request(address);
    const tag = first.headers.get('etag')!;
    expect(tag).toMatch(/^W\/"testing-1\.0:[\w-]{16}"$/);
    const asked = queries;
    for (const held of [tag, tag.slice(2), `"other", ${tag}`]) {
      const again = await counting.request(address, { headers: { 'if-none-match': held } });
      expect([again.status, again.headers.get('etag'), queries]).toEqual([304, tag, asked]);
    }
    const kept = await counting.request(address);
    expect([kept.status, queries, await kept.text()]).toEqual([200, asked, await first.text()]);
    expect((await counting.request(`${address}&scope=all`)).headers.get('etag')).not.toBe(tag);
    counting.close();
  });
});

describe('an answer for the wire', () => {
  const address = '/api/v1/board?feed=testing&scope=all';
  test.each([
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'gzip'],
    ['br;q=1.0, gzip;q=0.2', 'gzip'],
    ['*', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip;q=0', null],
    ['gzip;q=0, *', 'deflate'],
    ['deflate', 'deflate'],
    ['identity', null],
    ['', null],
  ])('who takes "%s" is sent %s', async (takes, sent) => {
    const plain = await (await ask(address)).text();
    const answer = await ask(address, { 'accept-encoding': takes });
    expect([answer.headers.get('content-encoding'), answer.headers.get('vary')]).toEqual([
      sent,
      'Accept-Encoding',
    ]);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect((sent === null ? bytes : unzipSync(bytes)).toString()).toBe(plain);
    expect(JSON.parse(plain)).toMatchObject({ total: 3 });
  });

  test('has one tag in every encoding, and what is too short to be packed is sent as it is', async () => {
    const tags = await Promise.all(
      ['gzip', 'deflate', 'identity'].map(async (takes) =>
        (await ask(address, { 'accept-encoding': takes })).headers.get('etag'),
      ),
    );
    expect(new Set(tags).size).toBe(1);
    const short = await ask('/api/v1/items?q=nothing', { 'accept-encoding': 'gzip' });
    expect(short.headers.get('content-encoding')).toBeNull();
    expect(await short.json()).toEqual({ items: [] });
  });
});

describe('who may ask', () => {
  test.each([
    'evil.example',
    `evil.example:${PORT}`,
    '127.0.0.1',
    '127.0.0.1:81',
    '127.0.0.1.evil.example:4680',
    '',
  ])('a Host of "%s" is refused', async (host) => {
    expect(await refused('/api/v1/feeds', { host })).toMatchObject({ status: 421, code: 'HOST_REFUSED' });
  });
  test.each([`localhost:${PORT}`, `127.0.0.1:${PORT}`, `[::1]:${PORT}`, `LOCALHOST:${PORT}`])(
    'a Host of %s is ours',
    async (host) => {
      expect((await ask('/healthz', { host })).status).toBe(200);
    },
  );
  test('strict headers on pages, answers and problems, and no HSTS', async () => {
    for (const path of ['/', '/api/v1/feeds', '/api/v1/nothing']) {
      const { headers } = await ask(path);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toBeNull();
    }
  });
});

describe('exports', () => {
  const lines = async (path: string) => {
    const response = await ask(path);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=UTF-8');
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="sihwang-testing-[\w.-]+\.csv"$/,
    );
    return (await response.text()).trim().split('\r\n');
  };

  test('each row of the board says whose it is, under which licence, and that it is simulated; a formula is text', async () => {
    const [head, ...rows] = await lines('/api/v1/board.csv?feed=testing&scope=all');
    expect(head).toMatch(/^\uFEFF?day,series,/);
    expect(rows).toHaveLength(3);
    expect(rows.every((row) => row.includes(',testing,true,Test data,none,assumed,,testing-1.0'))).toBe(true);
    expect(rows.join()).toContain(`,9001,'=cmd(),'=cmd(),`);
    expect(head).toContain('grade,grade_ko,grade_en,package,package_ko,package_en');
  });

  test('a series has one line a day', async () => {
    const [, ...rows] = await lines(`/api/v1/series.csv?series=${q(RADISH)}&from=2024-06-29`);
    expect(rows.every((row) => row.includes(',testing,true,Test data,none,assumed,'))).toBe(true);
    expect(rows.map((row) => row.slice(0, 10))).toEqual(['2024-06-29', '2024-06-30']);
  });
});

describe('the rest of the house', () => {
  test('OpenAPI 3.1 names every route', async () => {
    const { openapi, paths } = (await (await ask('/openapi.json')).json()) as {
      openapi: string;
      paths: object;
    };
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths).sort()).toEqual(
      [
        'board',
        'board.csv',
        'board/live',
        'feeds',
        'forecast',
        'items',
        'ledger',
        'models/drift',
        'movers',
        'series',
        'series.csv',
      ].map((one) => `/api/v1/${one}`),
    );
  });

  test('health and readiness', async () => {
    expect(await (await ask('/healthz')).json()).toEqual({ status: 'ok', version: '0.1.0' });
    expect(await (await ask('/readyz')).json()).toEqual({ status: 'ready', version: 'testing-1.0' });
    const empty = createApp({
      library: { ...serving.library, feeds: () => [] },
      webRoot,
      version: '0.1.0',
      port: () => PORT,
    });
    expect((await empty.request(`http://127.0.0.1:${PORT}/readyz`)).status).toBe(503);
    empty.close();
  });

  test('pages of the dashboard get its index, hashed files stay for good', async () => {
    for (const path of ['/', '/item?series=a.b', '/feeds/demo']) {
      const page = await ask(path);
      expect([path, page.status, page.headers.get('content-type')]).toEqual([
        path,
        200,
        'text/html; charset=utf-8',
      ]);
      expect(page.headers.get('cache-control')).toBe('no-cache');
    }
    const script = await ask('/assets/app-1a2b.js');
    expect(script.headers.get('content-type')).toContain('text/javascript');
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect((await ask('/..%2f..%2fetc%2fpasswd')).status).not.toBe(200);
  });
});
