import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { lot } from '../../src/sources/at-trades/fixtures/talk.ts';
import { pageOf } from '../../src/sources/data-go-kr/fixtures/envelope-scenes.ts';

const LOTS_A_DAY = 5;
const LOTS_A_PAGE = 2;
/** Calls that a fetch of one day takes. */
export const PAGES_A_DAY = Math.ceil(LOTS_A_DAY / LOTS_A_PAGE);

/** A local source of auction lots: every day has five, in pages of two. */
export interface LotServer {
  /** For SIHWANG_ORIGINS. */
  readonly origins: string;
  /** `day/page` of every call so far. */
  readonly calls: string[];
  /** Waits so long before each answer. */
  delayMs: number;
  /** Text added to each lot, to make answers large. */
  ballast: string;
  /** Members that each lot has besides, or instead of its own; undefined leaves one out. */
  members: Record<string, string | undefined>;
  /** Answers this instead of lots, when it is set. */
  refusal: string | undefined;
  close(): Promise<void>;
}

export async function lotServer(): Promise<LotServer> {
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://local').searchParams;
    const day = query.get('cond[trd_clcln_ymd::EQ]') ?? '';
    const page = Number(query.get('pageNo'));
    self.calls.push(`${day}/${page}`);
    const numbers = Array.from({ length: LOTS_A_DAY }, (_, at) => at + 1);
    const rows = numbers.slice((page - 1) * LOTS_A_PAGE, page * LOTS_A_PAGE).map((number) =>
      lot(number, {
        ...{
          trd_clcln_ymd: day,
          scsbd_dt: `${day} 03:00:00`,
          ballast: self.ballast && `${day}${number}${self.ballast}`,
        },
        ...self.members,
      }),
    );
    const body = self.refusal ?? pageOf(rows, page, LOTS_A_PAGE, LOTS_A_DAY);
    setTimeout(() => response.end(body), self.delayMs);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const self: LotServer = {
    origins: JSON.stringify({ 'https://apis.data.go.kr': `http://127.0.0.1:${port}` }),
    calls: [],
    delayMs: 0,
    ballast: '',
    members: {},
    refusal: undefined,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
  return self;
}
