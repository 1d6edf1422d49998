import { randomUUID } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { compress } from 'hono/compress';
import type { ServingLibrary } from '../lake/index.ts';
import { EventHub, eventRoutes } from './events.ts';
import { operationRoutes } from './operations.ts';
import { type AppEnv, answerErrors, answerNotFound, refuseQuery } from './problem.ts';
import { NO_PROGRESS, type ProgressSource } from './progress.ts';
import { boardRoutes } from './routes/board.ts';
import { type Explaining, explainRoutes } from './routes/explain.ts';
import { feedRoutes } from './routes/feeds.ts';
import { forecastRoutes } from './routes/forecast.ts';
import { itemRoutes } from './routes/items.ts';
import { moversRoutes } from './routes/movers.ts';
import { seriesRoutes } from './routes/series.ts';
import { onlyOwnHost, strictHeaders } from './security.ts';
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
  readonly heartbeatMs?: number;
  /** Where errors that nobody expected are told; standard error by default. */
  readonly log?: (line: string) => void;
}

export interface App {
  readonly fetch: OpenAPIHono<AppEnv>['fetch'];
  /** Asks the app without a network. */
  readonly request: OpenAPIHono<AppEnv>['request'];
  /** Stops listening to the library and to the progress. */
  close(): void;
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
  app.use(strictHeaders());
  app.use(onlyOwnHost(options.port));
  app.use(compress());

  const api = new OpenAPIHono<AppEnv>({ defaultHook: refuseQuery });
  const answers = new VersionedAnswers(library, version);
  feedRoutes(api, answers, library, progress);
  boardRoutes(api, answers);
  moversRoutes(api, answers);
  itemRoutes(api, answers, library);
  seriesRoutes(api, answers);
  forecastRoutes(api, answers);
  if (options.explaining) explainRoutes(api, answers, options.explaining);
  app.route(BASE, api);

  const hub = new EventHub(library, progress);
  eventRoutes(app, `${BASE}/events`, hub, options.heartbeatMs ?? HEARTBEAT_MS);
  operationRoutes(app, library, version);
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Sihwang', version, description: 'Market conditions and forecasts of fresh produce.' },
  });
  dashboardRoutes(app, options.webRoot);
  return { fetch: app.fetch, request: app.request, close: () => hub.close() };
}
