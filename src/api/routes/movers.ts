import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { movers } from '../../market/index.ts';
import { type Movers, moverSchema, moversQuery } from '../contract.ts';
import type { AppEnv } from '../problem.ts';
import { jsonBody, type VersionedAnswers } from '../versioned-answers.ts';
import { asAnswer, OTHER_ANSWERS } from './answers.ts';

const route = createRoute({
  method: 'get',
  path: '/movers',
  summary: 'What moved most against its previous market day, upwards and downwards',
  request: { query: moversQuery },
  responses: {
    200: { description: 'The movers', content: { 'application/json': { schema: moverSchema } } },
    ...OTHER_ANSWERS,
  },
});

export function moversRoutes(api: OpenAPIHono<AppEnv>, answers: VersionedAnswers): void {
  api.openapi(route, (c) => {
    const { feed, date: day, count, ...rest } = c.req.valid('query');
    return asAnswer(
      answers.ofFeed(c, feed, async (reader) => {
        const found: Movers = await movers(reader, {
          ...rest,
          day,
          count: count === undefined ? undefined : Number(count),
        });
        return jsonBody(found);
      }),
    );
  });
}
