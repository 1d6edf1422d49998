import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import type { Hono } from 'hono';
import { type AppEnv, answerNotFound, problem } from './problem.ts';

/** Built files carry the hash of their content in their name: they never change under it. */
const HASHED = '/assets/';

/**
 * The dashboard's files. Addresses without a file name are pages of the dashboard: they get its index.html, which
 * reads the address itself.
 */
export function dashboardRoutes(app: Hono<AppEnv>, webRoot: string): void {
  if (!existsSync(join(webRoot, 'index.html'))) {
    app.get('/', (c) =>
      problem(
        c,
        503,
        'DASHBOARD_MISSING',
        { ko: '대시보드를 아직 만들지 않았습니다', en: 'the dashboard has not been built' },
        {
          ko: 'npm run build를 한 뒤 다시 시작하세요.',
          en: 'Run npm run build, then start again.',
        },
      ),
    );
    return;
  }
  app.use('*', async (c, next) => {
    await next();
    if (c.res.ok && !c.res.headers.has('Cache-Control'))
      c.header(
        'Cache-Control',
        c.req.path.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
  });
  app.get('*', serveStatic({ root: webRoot }));
  const page = serveStatic({ root: webRoot, path: 'index.html' });
  app.get('*', async (c, next) => {
    const last = c.req.path.slice(c.req.path.lastIndexOf('/') + 1);
    if (last.includes('.') || c.req.path.startsWith('/api/')) return answerNotFound(c);
    return page(c, next);
  });
}
