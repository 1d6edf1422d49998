import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { type AppEnv, problem } from './problem.ts';

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether a Host header names this machine's own loopback address and this server's port. */
export function isOwnHost(host: string, port: number): boolean {
  const match = /^(\[[0-9a-f:]+\]|[^:]+)(?::(\d{1,5}))?$/i.exec(host);
  return match !== null && LOOPBACK_NAMES.has(match[1]!.toLowerCase()) && Number(match[2] ?? 80) === port;
}

/**
 * Refuses requests whose Host is not our own: a page elsewhere may point its own name at 127.0.0.1 (DNS rebinding)
 * and would then read everything here as if it were its own.
 */
export function onlyOwnHost(port: () => number): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const host = c.req.header('host') ?? new URL(c.req.url).host;
    if (isOwnHost(host, port())) return next();
    return problem(
      c,
      421,
      'HOST_REFUSED',
      {
        ko: '이 서버는 자기 컴퓨터의 루프백 주소로만 답합니다',
        en: 'this server answers only to its loopback address',
      },
      {
        ko: `서버가 도는 컴퓨터에서 http://127.0.0.1:${port()}을 여세요.`,
        en: `Open http://127.0.0.1:${port()} on the machine where it runs.`,
      },
    );
  };
}

/** Strict headers for pages and answers; no HSTS, which on loopback would lock out every other server of the user. */
export function strictHeaders(): MiddlewareHandler<AppEnv> {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    strictTransportSecurity: false,
    xFrameOptions: 'DENY',
    referrerPolicy: 'no-referrer',
  });
}

/**
 * Refuses what another page would have us do: browsers send simple forms to any address, so a change must come as JSON,
 * which they send across origins only when allowed, and an Origin, where there is one, must be our own.
 */
export function onlyOwnPages(port: () => number): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    const origin = c.req.header('origin');
    const own = origin === undefined || (URL.canParse(origin) && isOwnHost(new URL(origin).host, port()));
    if (own && /^application\/json\b/.test(c.req.header('content-type') ?? '')) return next();
    return problem(
      c,
      403,
      'ORIGIN_REFUSED',
      {
        ko: '이 서버의 화면과 이 컴퓨터의 프로그램만 바꿀 수 있습니다',
        en: 'only pages of this server and programs of this machine may change anything',
      },
      {
        ko: 'Content-Type: application/json 머리글을 붙인 JSON을, 다른 곳의 Origin 없이 보내세요.',
        en: 'Send JSON with the header Content-Type: application/json, without a foreign Origin.',
      },
    );
  };
}
