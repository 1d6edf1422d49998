import { randomUUID } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { compress } from 'hono/compress';
import type { ServingLibrary } from '../lake/index.ts';
import { EventHub, eventRoutes } from './events.ts';
import { metricsRoute } from './metrics.ts';
import { operationRoutes } from './operations.ts';
import { type AppEnv, answerErrors, answerNotFound, refuseQuery } from './problem.ts';
import { NO_PROGRESS, type ProgressSource } from './progress.ts';
import { RequestFigures, watchRequests } from './request-figures.ts';
import { boardRoutes } from './routes/board.ts';
import { driftRoutes } from './routes/drift.ts';
import { type Explaining, explainRoutes } from './routes/explain.ts';
import { feedRoutes } from './routes/feeds.ts';
import { forecastRoutes } from './routes/forecast.ts';
import { itemRoutes } from './routes/items.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { moversRoutes } from './routes/movers.ts';
import { type RunParts, runRoutes } from './routes/runs.ts';
import { seriesRoutes } from './routes/series.ts';
import { NO_RUNS, runsOf } from './run-source.ts';
import { onlyOwnHost, onlyOwnPages, strictHeaders } from './security.ts';
import { dashboardRoutes } from './static-files.ts';
import { VersionedAnswers } from './versioned-answers.ts';

export interface AppOptions {
  readonly library: ServingLibrary;
  /** Folder of the built dashboard (dist/web). */
  readonly webRoot: string;
  /** Release of this package. */
  readonly version: string;
  /** The port the server listens on, known once it does. */
  readonly port: () => number;
  readonly progress?: ProgressSource;
  /** What an explanation needs beside the published files; without it no number is explained. */
  readonly explaining?: Explaining;
  /** Runs and what people ask of them; without it there are no such routes. */
  readonly runs?: RunParts;
  readonly heartbeatMs?: number;
  /** Where errors that nobody expected are told; standard error by default. */
  readonly log?: (line: string) => void;
}

export interface App {
  readonly fetch: OpenAPIHono<AppEnv>['fetch'];
  /** Asks the app without a network. */
  readonly request: OpenAPIHono<AppEnv>['request'];
  /** Stops listening to the library, the progress and the runs. */
  close(): Promise<void>;
}

const BASE = '/api/v1';
const HEARTBEAT_MS = 15_000;

/** The whole server short of its socket: API, events, OpenAPI description, health and the dashboard's files. */
export function createApp(options: AppOptions): App {
  const { library, progress = NO_PROGRESS, version } = options;
  const app = new OpenAPIHono<AppEnv>({ defaultHook: refuseQuery });
  app.onError(answerErrors(options.log ?? ((line) => process.stderr.write(`${line}\n`))));
  app.notFound(answerNotFound);
  app.use(async (c, next) => {
    c.set('requestId', randomUUID());
    await next();
    c.header('X-Request-Id', c.get('requestId'));
  });
  const requests = new RequestFigures();
  app.use(watchRequests(requests, version));
  app.use(strictHeaders());
  app.use(onlyOwnHost(options.port));
  app.use(onlyOwnPages(options.port));
  app.use(compress());

  const api = new OpenAPIHono<AppEnv>({ defaultHook: refuseQuery });
  const answers = new VersionedAnswers(library, version);
  feedRoutes(api, answers, library, progress);
  boardRoutes(api, answers);
  moversRoutes(api, answers);
  itemRoutes(api, answers, library);
  seriesRoutes(api, answers);
  forecastRoutes(api, answers);
  ledgerRoutes(api, library, options.runs?.records);
  driftRoutes(api, options.runs?.records);
  if (options.explaining) explainRoutes(api, answers, options.explaining);
  if (options.runs) runRoutes(api, options.runs);
  app.route(BASE, api);

  const hub = new EventHub(library, progress, options.runs ? runsOf(options.runs.records) : NO_RUNS);
  eventRoutes(app, `${BASE}/events`, hub, options.heartbeatMs ?? HEARTBEAT_MS);
  operationRoutes(app, library, version);
  metricsRoute(app, { library, runs: options.runs, requests, release: version });
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Sihwang', version, description: 'Market conditions and forecasts of fresh produce.' },
  });
  dashboardRoutes(app, options.webRoot);
  return { fetch: app.fetch, request: app.request, close: () => hub.close() };
}
