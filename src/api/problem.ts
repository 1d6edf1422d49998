import type { Hook } from '@hono/zod-openapi';
import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { EXIT, SihwangError } from '../domain/index.ts';
import type { Problem } from './contract.ts';

/** What every request carries from the first middleware on. */
export interface AppEnv {
  Variables: { requestId: string };
}

/** Errors of ours that are about something that is not there. */
const NOT_FOUND = new Set(['FEED_UNKNOWN', 'SERIES_UNKNOWN']);

const STATUS_OF_EXIT: ReadonlyMap<number, ContentfulStatusCode> = new Map([
  [EXIT.usage, 400],
  [EXIT.badData, 422],
  [EXIT.tryAgain, 503],
  [EXIT.configuration, 503],
]);

/** An answer in `application/problem+json` (RFC 9457): what is wrong, and what to do next. */
export function problem(
  c: Context<AppEnv>,
  status: ContentfulStatusCode,
  code: string,
  title: string,
  hint: string,
): Response {
  const body: Problem = {
    type: `urn:sihwang:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status,
    code,
    hint,
    requestId: c.get('requestId'),
  };
  return c.body(JSON.stringify(body), status, {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
  });
}

/** Names every parameter that a query got wrong, instead of the library's dump of its own error. */
export const refuseQuery: Hook<unknown, AppEnv, string, unknown> = (result, c) => {
  if (result.success) return;
  const says = result.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `unknown parameter ${issue.keys.join(', ')}`
      : `${issue.path.join('.')}: ${issue.message}`,
  );
  return problem(
    c,
    400,
    'QUERY_INVALID',
    says.join('; '),
    'Each parameter is given once and in the form that /openapi.json describes.',
  );
};

/** Errors of ours keep their words; any other is a bug, told without its inner details and written to the log. */
export function answerErrors(log: (line: string) => void): ErrorHandler<AppEnv> {
  return (error, c) => {
    if (error instanceof SihwangError) {
      const status = NOT_FOUND.has(error.code) ? 404 : (STATUS_OF_EXIT.get(error.exit) ?? 500);
      return problem(c, status, error.code, error.message, error.hint);
    }
    const id = c.get('requestId');
    log(`request ${id} ${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`);
    return problem(
      c,
      500,
      'UNEXPECTED',
      'the server met an error it did not expect',
      `Try again; if it stays, report it with the lines of the log that carry ${id}.`,
    );
  };
}

export const answerNotFound: NotFoundHandler<AppEnv> = (c) =>
  problem(
    c,
    404,
    'NO_SUCH_ADDRESS',
    `there is nothing at ${c.req.path}`,
    'The addresses are listed in /openapi.json.',
  );
