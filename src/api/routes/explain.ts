import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { parseSeriesKey } from '../../domain/index.ts';
import type { Home } from '../../lake/index.ts';
import { explain, type RuleTold } from '../../market/index.ts';
import { type Explanation, explainQuery, explanationSchema } from '../contract.ts';
import { explanationCsv } from '../csv-exports.ts';
import type { AppEnv } from '../problem.ts';
import { csvBody, jsonBody, type VersionedAnswers } from '../versioned-answers.ts';
import { asAnswer, OTHER_ANSWERS } from './answers.ts';

/** Where the raw rows are, and the words of the rules that judged them. */
export interface Explaining {
  readonly home: Home;
  /** Row rules of a feed, in order; none for a feed that this version does not know. */
  rulesOf(feed: string): readonly RuleTold[];
}

const route = createRoute({
  method: 'get',
  path: '/explain',
  summary: 'The raw rows that a number of one day is made of, the files they came in, and what was left out',
  request: { query: explainQuery },
  responses: {
    200: { description: 'The explanation', content: { 'application/json': { schema: explanationSchema } } },
    ...OTHER_ANSWERS,
  },
});

const csv = createRoute({
  method: 'get',
  path: '/explain.csv',
  summary: 'The raw rows behind a number of one day as a table',
  request: { query: explainQuery },
  responses: {
    200: { description: 'UTF-8, one line a row', content: { 'text/csv': { schema: { type: 'string' } } } },
    ...OTHER_ANSWERS,
  },
});

export function explainRoutes(
  api: OpenAPIHono<AppEnv>,
  answers: VersionedAnswers,
  { home, rulesOf }: Explaining,
): void {
  api.openapi(route, (c) => {
    const question = c.req.valid('query');
    const rules = rulesOf(parseSeriesKey(question.series)?.feed ?? '');
    return asAnswer(
      answers.ofSeries(c, question.series, async (reader) => {
        const found: Explanation = await explain(reader, question, { home, rules });
        return jsonBody(found);
      }),
    );
  });
  api.openapi(csv, (c) => {
    const question = c.req.valid('query');
    const rules = rulesOf(parseSeriesKey(question.series)?.feed ?? '');
    return asAnswer(
      answers.ofSeries(c, question.series, async (reader) => {
        const found: Explanation = await explain(reader, question, { home, rules });
        const { meta, info, day } = found;
        return csvBody(explanationCsv(found), `sihwang-${meta.feed}-${info.item.code}-${day}-rows.csv`);
      }),
    );
  });
}
