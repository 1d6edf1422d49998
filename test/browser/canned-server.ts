import { createReadStream, existsSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { ServerEvent } from '../../src/api/contract.ts';
import { packSeries } from '../../src/show/index.ts';
import { BOARD_LIVE, DRIFT, LEDGER } from './canned-ledger.ts';
import {
  boardOf,
  CABBAGE,
  cabbageForecast,
  cabbageSeries,
  FEED,
  FEEDS,
  ITEMS,
  REAL_FEED,
} from './canned-market.ts';
import { detailOf, RUNS } from './canned-runs.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export const STRICT_CSP = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** An answer of the API; `hold` = the server never answers. */
export type Answer = { readonly status: number; readonly body: unknown } | 'hold';
export type Answers = (path: string, query: URLSearchParams) => Answer | undefined;

const ok = (body: unknown): Answer => ({ status: 200, body });

export const FAILURE: Answer = {
  status: 503,
  body: {
    type: 'about:blank',
    title: 'the serving file is being replaced',
    status: 503,
    code: 'SERVING_BUSY',
    hint: 'Wait a moment and try again.',
    ko: { title: '자료를 바꾸는 중입니다', hint: '잠시 뒤 다시 하세요.' },
    requestId: 'req-4711',
  },
};

/** Initial consonants of Hangul, enough for the search of the tests. */
const INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
function initialsOf(word: string): string {
  return [...word]
    .map((letter) => INITIALS[Math.floor((letter.charCodeAt(0) - 0xac00) / 588)] ?? letter)
    .join('');
}

const USUAL: Answers = (path, query) => {
  switch (path) {
    case '/feeds':
      return ok(FEEDS);
    case '/board': {
      const board = boardOf(query.get('feed') === REAL_FEED.id ? REAL_FEED : FEED);
      const category = query.get('category');
      const rows = category ? board.rows.filter((row) => row.category.code === category) : board.rows;
      return ok({ ...board, rows, total: rows.length });
    }
    case '/items': {
      const q = (query.get('q') ?? '').toLowerCase();
      const items = ITEMS.items.filter(
        ({ item }) =>
          item.name.ko.includes(q) ||
          initialsOf(item.name.ko).startsWith(q) ||
          item.name.en.toLowerCase().includes(q),
      );
      return ok({ items });
    }
    case '/series':
      return query.get('series') === CABBAGE ? ok(packSeries(cabbageSeries())) : { ...notFound };
    case '/forecast':
      return ok(cabbageForecast());
    case '/ledger':
      return ok(LEDGER);
    case '/board/live':
      return ok(BOARD_LIVE);
    case '/models/drift':
      return ok(DRIFT);
    case '/runs':
      return ok(RUNS);
    default: {
      const run = RUNS.runs.find(({ id }) => path === `/runs/${encodeURIComponent(id)}`);
      return run && ok(detailOf(run));
    }
  }
};

const notFound = {
  status: 404,
  body: {
    type: 'about:blank',
    title: 'no such series',
    status: 404,
    code: 'NO_SERIES',
    hint: 'Choose one on the board.',
    ko: { title: '없는 계열입니다', hint: '시황판에서 고르세요.' },
    requestId: 'req-404',
  },
} as const;

export interface CannedServer {
  readonly origin: string;
  /** API requests answered so far, path and query. */
  readonly asked: string[];
  /** Replaces the answers; a path it leaves undefined gets the usual one. */
  answer(answers: Answers): void;
  push(event: ServerEvent): void;
  /** Cuts the event streams and refuses new ones until `true`. */
  streams(open: boolean): void;
  close(): Promise<void>;
}

/** Serves a built dashboard under the product's strict CSP, and canned answers under /api/v1. */
export async function serveCanned(root: string): Promise<CannedServer> {
  let special: Answers = () => undefined;
  let streaming = true;
  const streams = new Set<ServerResponse>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://canned');
    response.setHeader('content-security-policy', STRICT_CSP);
    if (url.pathname === '/api/v1/events') {
      if (!streaming) {
        response.writeHead(503).end();
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(': hello\n\n');
      streams.add(response);
      request.on('close', () => streams.delete(response));
      return;
    }
    if (url.pathname.startsWith('/api/v1/')) {
      const path = url.pathname.slice('/api/v1'.length);
      asked.push(path + url.search);
      const answer = special(path, url.searchParams) ?? USUAL(path, url.searchParams) ?? notFound;
      if (answer === 'hold') return;
      response.writeHead(answer.status, {
        'content-type': answer.status === 200 ? 'application/json' : 'application/problem+json',
      });
      response.end(JSON.stringify(answer.body));
      return;
    }
    const file = join(root, normalize(url.pathname));
    const found =
      extname(file) && file.startsWith(root) && existsSync(file) ? file : join(root, 'index.html');
    response.writeHead(200, { 'content-type': TYPES[extname(found)] ?? 'application/octet-stream' });
    createReadStream(found).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer(answers) {
      special = answers;
    },
    push(event) {
      for (const stream of streams) stream.write(`event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
    },
    streams(open) {
      streaming = open;
      if (!open) for (const stream of streams) stream.destroy();
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
