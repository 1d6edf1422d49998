import type { Hono } from 'hono';
import type { ServingLibrary } from '../lake/index.ts';
import { type AppEnv, problem } from './problem.ts';

/** /healthz: the process answers. /readyz: and has something to serve. */
export function operationRoutes(app: Hono<AppEnv>, library: ServingLibrary, release: string): void {
  app.get('/healthz', (c) => c.json({ status: 'ok', version: release }));
  app.get('/readyz', async (c) => {
    const [feed] = library.feeds();
    if (feed === undefined)
      return problem(
        c,
        503,
        'NOTHING_PUBLISHED',
        { ko: '아직 공표된 자료가 없습니다', en: 'no feed has been published yet' },
        {
          ko: '자료를 넣으세요: sihwang ingest <feed> --file PATH. 모의 시장은 sihwang start가 만듭니다.',
          en: 'Bring one in: sihwang ingest <feed> --file PATH, or sihwang start builds the demo market.',
        },
      );
    const version = await library.read(feed, async (reader) => reader.version);
    return c.json({ status: 'ready', version });
  });
}
