import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { seriesForecast } from '../../market/index.ts';
import { type Forecast, forecastQuery, forecastSchema } from '../contract.ts';
import type { AppEnv } from '../problem.ts';
import { jsonBody, type VersionedAnswers } from '../versioned-answers.ts';
import { asAnswer, OTHER_ANSWERS } from './answers.ts';

const route = createRoute({
  method: 'get',
  path: '/forecast',
  summary: 'What is expected of one series, with its interval and what that forecast has earned',
  request: { query: forecastQuery },
  responses: {
    200: { description: 'The forecast', content: { 'application/json': { schema: forecastSchema } } },
    ...OTHER_ANSWERS,
  },
});

export function forecastRoutes(api: OpenAPIHono<AppEnv>, answers: VersionedAnswers): void {
  api.openapi(route, (c) => {
    const question = c.req.valid('query');
    return asAnswer(
      answers.ofSeries(c, question.series, async (reader) => {
        const found: Forecast = await seriesForecast(reader, question);
        return jsonBody(found);
      }),
    );
  });
}
