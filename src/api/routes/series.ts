import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { type ItemHistory, itemHistory } from '../../market/index.ts';
import { packSeries, sayCountWeight } from '../../show/index.ts';
import { type PackedSeries, seriesQuery, seriesSchema } from '../contract.ts';
import { seriesCsv } from '../csv-exports.ts';
import type { AppEnv } from '../problem.ts';
import { csvBody, jsonBody, type VersionedAnswers } from '../versioned-answers.ts';
import { asAnswer, OTHER_ANSWERS } from './answers.ts';

const json = createRoute({
  method: 'get',
  path: '/series',
  summary: 'How the price of one series ran, in columns, with the normal year beside it',
  request: { query: seriesQuery },
  responses: {
    200: { description: 'The series', content: { 'application/json': { schema: seriesSchema } } },
    ...OTHER_ANSWERS,
  },
});

const csv = createRoute({
  method: 'get',
  path: '/series.csv',
  summary: 'One series as a table',
  request: { query: seriesQuery },
  responses: {
    200: { description: 'UTF-8, one line a day', content: { 'text/csv': { schema: { type: 'string' } } } },
    ...OTHER_ANSWERS,
  },
});

export function seriesRoutes(api: OpenAPIHono<AppEnv>, answers: VersionedAnswers): void {
  api.openapi(json, (c) => {
    const question = c.req.valid('query');
    return asAnswer(
      answers.ofSeries(c, question.series, async (reader) => {
        const history = await itemHistory(reader, question);
        const found: PackedSeries = packSeries({ ...history, countWeight: converted(history) });
        return jsonBody(found);
      }),
    );
  });
  api.openapi(csv, (c) => {
    const question = c.req.valid('query');
    return asAnswer(
      answers.ofSeries(c, question.series, async (reader) => {
        const found = await itemHistory(reader, question);
        return csvBody(seriesCsv(found), `sihwang-${found.meta.feed}-${found.info.item.code}.csv`);
      }),
    );
  });
}

/** What the series' count unit holds, in words and with its latest price; null where no conversion is stated. */
function converted({ countWeight, latest, info }: ItemHistory): PackedSeries['countWeight'] {
  if (countWeight === null) return null;
  const { holds, of, source, confidence } = countWeight;
  const price = latest === null ? null : latest.price / holds;
  return { holds, of, price, source, confidence, says: sayCountWeight(countWeight, price, info.currency) };
}
