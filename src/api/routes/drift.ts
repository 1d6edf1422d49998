import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { countAlarms, openAlarms, type RecordsBehind } from '../../records/index.ts';
import { type Drift, driftQuery, driftSchema } from '../contract.ts';
import { openRecordsNow } from '../open-records-now.ts';
import type { AppEnv } from '../problem.ts';
import { NO_RECORDS, OTHER_ANSWERS } from './answers.ts';

const route = createRoute({
  method: 'get',
  path: '/models/drift',
  summary: 'Live forecasts that have left what was promised of them',
  request: { query: driftQuery },
  responses: {
    200: { description: 'The alarms', content: { 'application/json': { schema: driftSchema } } },
    400: OTHER_ANSWERS[400],
    503: NO_RECORDS,
  },
});

/** Alarms that an answer brings at most, the newest; the counts are of all. */
const NEWEST = 200;

export function driftRoutes(api: OpenAPIHono<AppEnv>, records: RecordsBehind | undefined): void {
  api.openapi(route, async (c) => {
    const { task, feed, all } = c.req.valid('query');
    const { pool } = await openRecordsNow(records);
    const of = { ...(task === undefined ? {} : { task }), ...(feed === undefined ? {} : { feed }) };
    const [open, alarms] = await Promise.all([
      countAlarms(pool, of),
      openAlarms(pool, { ...of, all: all === 'true', limit: NEWEST }),
    ]);
    const drift: Drift = { open, alarms };
    c.header('Cache-Control', 'private, no-cache');
    return c.json(drift, 200);
  });
}
