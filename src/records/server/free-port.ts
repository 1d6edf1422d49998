import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { EXIT, SihwangError } from '../../domain/index.ts';

const FIRST_PORT = 7430;
const PORTS_TRIED = 500;

/** The port of the last start; the first of ours when it is missing or unreadable. */
export function lastPort(path: string): number {
  try {
    const port = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : FIRST_PORT;
  } catch {
    return FIRST_PORT;
  }
}

/** The wanted port of this machine, or the next that nobody listens on. Another may take it before its user does. */
export async function freePort(wanted: number): Promise<number> {
  for (let port = wanted; port < Math.min(wanted + PORTS_TRIED, 65_536); port++)
    if (await isFree(port)) return port;
  throw new SihwangError(
    'RECORDS_NO_PORT',
    {
      ko: `PostgreSQL이 쓸 빈 포트가 ${wanted}부터 없습니다`,
      en: `no port from ${wanted} on is free for PostgreSQL`,
    },
    {
      exit: EXIT.tryAgain,
      hint: {
        ko: '그 포트를 쓰는 것을 끝내거나 DATABASE_URL을 쓰세요.',
        en: 'End what listens there, or set DATABASE_URL.',
      },
    },
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
