import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { ServingLibrary } from '../../lake/index.ts';
import { board, parseAsOf } from '../../market/index.ts';
import {
  FEWEST_LIVE_WEEKS,
  type LiveCell,
  liveCells,
  openAlarms,
  type RecordsBehind,
  SHOWN_TASK,
  saidAndCame,
} from '../../records/index.ts';
import {
  type BoardLive,
  boardLiveSchema,
  boardQuery,
  type Ledger,
  ledgerQuery,
  ledgerSchema,
} from '../contract.ts';
import { openRecordsNow } from '../open-records-now.ts';
import type { AppEnv } from '../problem.ts';
import { expectFeed, feedOfSeries } from '../versioned-answers.ts';
import { NO_RECORDS, OTHER_ANSWERS } from './answers.ts';

const route = createRoute({
  method: 'get',
  path: '/ledger',
  summary: 'What was forecast of one series, what came, and what the last price would have said',
  request: { query: ledgerQuery },
  responses: {
    200: {
      description: 'The newest issued forecasts',
      content: { 'application/json': { schema: ledgerSchema } },
    },
    ...OTHER_ANSWERS,
    503: NO_RECORDS,
  },
});

const ofBoard = createRoute({
  method: 'get',
  path: '/board/live',
  summary: 'What the forecasts beside the rows of a board have earned since they were issued',
  request: { query: boardQuery },
  responses: {
    200: {
      description: 'The rows with enough forecasts scored',
      content: { 'application/json': { schema: boardLiveSchema } },
    },
    ...OTHER_ANSWERS,
    503: NO_RECORDS,
  },
});

/** Forecasts of a horizon in an answer. */
const NEWEST = 60;

/** Scores change with each scoring, so these answers carry no version; pages hear of it from the event stream. */
export function ledgerRoutes(
  api: OpenAPIHono<AppEnv>,
  library: ServingLibrary,
  records: RecordsBehind | undefined,
): void {
  api.openapi(route, async (c) => {
    const { series, horizon, asOf } = c.req.valid('query');
    const feed = feedOfSeries(series);
    const { pool } = await openRecordsNow(records);
    const narrowed = {
      ...(horizon === undefined ? {} : { horizon }),
      ...(asOf === undefined ? {} : { asOf: await momentOf(library, feed, asOf) }),
    };
    const [said, live, alarms] = await Promise.all([
      saidAndCame(pool, feed, series, { limit: NEWEST, ...narrowed }),
      liveCells(pool, { feed, series: [series], ...narrowed }),
      openAlarms(pool, { task: SHOWN_TASK, feed, series }),
    ]);
    const ledger: Ledger = { series, said, live: live.map(({ series: _, ...cell }) => judged(cell)), alarms };
    c.header('Cache-Control', 'private, no-cache');
    return c.json(ledger, 200);
  });
  api.openapi(ofBoard, async (c) => {
    const { feed, date: day, limit, ...rest } = c.req.valid('query');
    const { pool } = await openRecordsNow(records);
    expectFeed(library, feed);
    const question = { ...rest, day, limit: limit === undefined ? undefined : Number(limit) };
    const { rows } = await library.read(feed, (reader) => board(reader, question));
    const horizon = rows.find(({ forecast }) => forecast)?.forecast?.horizon;
    const cells =
      horizon === undefined
        ? []
        : await liveCells(pool, { feed, horizon, series: rows.map(({ series }) => series) });
    const live: BoardLive = { rows: cells.map(judged).filter(({ enough }) => enough) };
    c.header('Cache-Control', 'private, no-cache');
    return c.json(live, 200);
  });
}

/** Whether a cell has outcomes of a quarter stands beside it. */
function judged<Cell extends Pick<LiveCell, 'weeks'>>(cell: Cell): Cell & { readonly enough: boolean } {
  return { ...cell, enough: cell.weeks >= FEWEST_LIVE_WEEKS };
}

async function momentOf(library: ServingLibrary, feed: string, asOf: string): Promise<string> {
  expectFeed(library, feed);
  return (await library.read(feed, async ({ profile }) => parseAsOf(asOf, profile)))!;
}
