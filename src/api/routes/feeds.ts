import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { ServingLibrary } from '../../lake/index.ts';
import { feedOverview } from '../../market/index.ts';
import { type FeedList, feedListSchema, feedQuery } from '../contract.ts';
import type { AppEnv } from '../problem.ts';
import type { ProgressSource } from '../progress.ts';
import { jsonBody, type VersionedAnswers } from '../versioned-answers.ts';
import { asAnswer, OTHER_ANSWERS } from './answers.ts';

const route = createRoute({
  method: 'get',
  path: '/feeds',
  summary: 'Who publishes what here, until when it reaches, and how far its forecasts are',
  request: { query: feedQuery },
  responses: {
    200: { description: 'The feeds', content: { 'application/json': { schema: feedListSchema } } },
    ...OTHER_ANSWERS,
  },
});

export function feedRoutes(
  api: OpenAPIHono<AppEnv>,
  answers: VersionedAnswers,
  library: ServingLibrary,
  progress: ProgressSource,
): void {
  // the days ahead follow calendars that are read when a server opens its home, and no version tells of them
  const opened = new Date().toISOString();
  api.openapi(route, (c) => {
    const feeds = library.feeds();
    const running = feeds.map((feed) => progress.of(feed));
    return asAnswer(
      answers.ofFeeds(
        c,
        feeds,
        JSON.stringify([opened, running]),
        async (reader) => {
          const overview = await feedOverview(reader);
          return {
            ...overview,
            forecasts: progress.of(overview.id) ?? { ...overview.forecasts, running: false },
          };
        },
        (found) => jsonBody({ feeds: found } satisfies FeedList),
      ),
    );
  });
}
