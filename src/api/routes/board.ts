import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { board } from '../../market/index.ts';
import { type Board, boardQuery, boardSchema } from '../contract.ts';
import { boardCsv } from '../csv-exports.ts';
import type { AppEnv } from '../problem.ts';
import { csvBody, jsonBody, type VersionedAnswers } from '../versioned-answers.ts';
import { asAnswer, OTHER_ANSWERS } from './answers.ts';

const json = createRoute({
  method: 'get',
  path: '/board',
  summary: 'What was traded on a day, against the previous market day, a week, a year and the normal year',
  request: { query: boardQuery },
  responses: {
    200: { description: 'The board', content: { 'application/json': { schema: boardSchema } } },
    ...OTHER_ANSWERS,
  },
});

const csv = createRoute({
  method: 'get',
  path: '/board.csv',
  summary: 'The board as a table',
  request: { query: boardQuery },
  responses: {
    200: { description: 'UTF-8, one line a row', content: { 'text/csv': { schema: { type: 'string' } } } },
    ...OTHER_ANSWERS,
  },
});

export function boardRoutes(api: OpenAPIHono<AppEnv>, answers: VersionedAnswers): void {
  api.openapi(json, (c) => {
    const { feed, date: day, limit, ...rest } = c.req.valid('query');
    return asAnswer(
      answers.ofFeed(c, feed, async (reader) => {
        const found: Board = await board(reader, {
          ...rest,
          day,
          limit: limit === undefined ? undefined : Number(limit),
        });
        return jsonBody(found);
      }),
    );
  });
  api.openapi(csv, (c) => {
    const { feed, date: day, limit, ...rest } = c.req.valid('query');
    return asAnswer(
      answers.ofFeed(c, feed, async (reader) => {
        const found = await board(reader, {
          ...rest,
          day,
          limit: limit === undefined ? undefined : Number(limit),
        });
        return csvBody(boardCsv(found), `sihwang-${feed}-board-${found.meta.day ?? 'empty'}.csv`);
      }),
    );
  });
}
