import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { ServingLibrary } from '../../lake/index.ts';
import { items } from '../../market/index.ts';
import { type ItemList, itemListSchema, itemQuery } from '../contract.ts';
import type { AppEnv } from '../problem.ts';
import { jsonBody, type VersionedAnswers } from '../versioned-answers.ts';
import { asAnswer, OTHER_ANSWERS } from './answers.ts';

const route = createRoute({
  method: 'get',
  path: '/items',
  summary: 'Items by name in Korean or English, initial consonants, or code; of one feed or of all',
  request: { query: itemQuery },
  responses: {
    200: { description: 'The items', content: { 'application/json': { schema: itemListSchema } } },
    ...OTHER_ANSWERS,
  },
});

export function itemRoutes(
  api: OpenAPIHono<AppEnv>,
  answers: VersionedAnswers,
  library: ServingLibrary,
): void {
  api.openapi(route, (c) => {
    const { feed, q } = c.req.valid('query');
    return asAnswer(
      answers.ofFeeds(
        c,
        feed === undefined ? library.feeds() : [feed],
        '',
        (reader) => items(reader, { q }),
        (found) => jsonBody({ items: found.flat() } satisfies ItemList),
      ),
    );
  });
}
