import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { EXIT, parseSeriesKey, SihwangError } from '../../domain/index.ts';
import { liveCells, type RecordsBehind, saidAndCame } from '../../records/index.ts';
import { type Ledger, ledgerQuery, ledgerSchema, problemSchema } from '../contract.ts';
import { openRecordsNow } from '../open-records-now.ts';
import type { AppEnv } from '../problem.ts';
import { OTHER_ANSWERS } from './answers.ts';

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
    503: {
      description: 'The records are not available; the title says why',
      content: { 'application/problem+json': { schema: problemSchema } },
    },
  },
});

/** Forecasts of a horizon in an answer. */
const NEWEST = 60;

export function ledgerRoutes(api: OpenAPIHono<AppEnv>, records: RecordsBehind | undefined): void {
  api.openapi(route, async (c) => {
    const { series, horizon, asOf } = c.req.valid('query');
    const feed = parseSeriesKey(series)?.feed;
    if (feed === undefined)
      throw new SihwangError('SERIES_UNREADABLE', `series: not the text form of a series: ${series}`, {
        exit: EXIT.usage,
        hint: 'Take the series from the board or from an item search; each row there carries its own.',
      });
    const { pool } = await openRecordsNow(records);
    const ledger: Ledger = {
      series,
      said: await saidAndCame(pool, feed, series, {
        limit: NEWEST,
        ...(horizon === undefined ? {} : { horizon }),
        ...(asOf === undefined ? {} : { asOf }),
      }),
      live: await liveCells(pool, feed, series),
    };
    c.header('Cache-Control', 'private, no-cache');
    return c.json(ledger, 200);
  });
}
