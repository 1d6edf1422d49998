import type { Hook } from '@hono/zod-openapi';
import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type Bilingual, EXIT, SihwangError } from '../domain/index.ts';
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

/** An answer in `application/problem+json` (RFC 9457): what is wrong, and what to do next, in English and in Korean. */
export function problem(
  c: Context<AppEnv>,
  status: ContentfulStatusCode,
  code: string,
  says: Bilingual,
  hint: Bilingual,
): Response {
  const body: Problem = {
    type: `urn:sihwang:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: says.en,
    status,
    code,
    hint: hint.en,
    ko: { title: says.ko, hint: hint.ko },
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
  const { issues } = result.error;
  const says = issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `unknown parameter ${issue.keys.join(', ')}`
      : `${issue.path.join('.')}: ${issue.message}`,
  );
  const koSays = issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `모르는 매개변수: ${issue.keys.join(', ')}`
      : `맞지 않는 매개변수 ${issue.path.join('.')}: ${issue.message}`,
  );
  return problem(
    c,
    400,
    'QUERY_INVALID',
    { ko: koSays.join('; '), en: says.join('; ') },
    {
      ko: '매개변수는 한 번씩, /openapi.json에 적힌 꼴로 주세요.',
      en: 'Each parameter is given once and in the form that /openapi.json describes.',
    },
  );
};

/** Errors of ours keep their words; any other is a bug, told without its inner details and written to the log. */
export function answerErrors(log: (line: string) => void): ErrorHandler<AppEnv> {
  return (error, c) => {
    if (error instanceof SihwangError) {
      const status = NOT_FOUND.has(error.code) ? 404 : (STATUS_OF_EXIT.get(error.exit) ?? 500);
      const { code, message, hint, ko } = error;
      return problem(c, status, code, { ko: ko.message, en: message }, { ko: ko.hint, en: hint });
    }
    const id = c.get('requestId');
    log(`request ${id} ${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`);
    return problem(
      c,
      500,
      'UNEXPECTED',
      { ko: '서버에 예상하지 못한 오류가 났습니다', en: 'the server met an error it did not expect' },
      {
        ko: `다시 해 보고, 그대로면 로그에서 ${id}이(가) 든 줄과 함께 알려 주세요.`,
        en: `Try again; if it stays, report it with the lines of the log that carry ${id}.`,
      },
    );
  };
}

export const answerNotFound: NotFoundHandler<AppEnv> = (c) =>
  problem(
    c,
    404,
    'NO_SUCH_ADDRESS',
    { ko: `없는 주소: ${c.req.path}`, en: `there is nothing at ${c.req.path}` },
    { ko: '있는 주소는 /openapi.json에 있습니다.', en: 'The addresses are listed in /openapi.json.' },
  );
