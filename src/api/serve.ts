import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { EXIT, SihwangError } from '../domain/index.ts';
import { type AppOptions, createApp } from './app.ts';

export interface ServerOptions extends Omit<AppOptions, 'port'> {
  /** 0 = any free port. */
  readonly port: number;
  /** A loopback address; 127.0.0.1 by default. */
  readonly host?: string;
}

export interface RunningServer {
  /** For a browser on this machine, for example `http://127.0.0.1:4680`. */
  readonly address: string;
  readonly port: number;
  /** Ends open streams and stops listening; the library stays open. */
  close(): Promise<void>;
}

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1']);

/**
 * Listens on this machine's loopback address.
 * @throws SihwangError `HOST_REFUSED` (78) off loopback, `PORT_TAKEN` (75) when another process has the port
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { port, host = '127.0.0.1', ...rest } = options;
  if (!LOOPBACK_HOSTS.has(host))
    throw new SihwangError(
      'HOST_REFUSED',
      {
        ko: `${host}에서는 서버를 열지 않습니다: 아직 접근 토큰이 없습니다`,
        en: `refused to listen on ${host}: there are no access tokens yet`,
      },
      {
        exit: EXIT.configuration,
        hint: {
          ko: '--host를 빼고, 다른 곳에서는 이 컴퓨터로 터널(ssh -L)을 여세요.',
          en: 'Leave --host out, and reach this machine through a tunnel (ssh -L) from elsewhere.',
        },
      },
    );
  let listening = port;
  const app = createApp({ ...rest, port: () => listening });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  try {
    listening = await listen(server, port, host);
  } catch (error) {
    await app.close();
    throw error;
  }
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${listening}`,
    port: listening,
    close: async () => {
      const silent = app.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, silent]);
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken
          ? new SihwangError(
              'PORT_TAKEN',
              {
                ko: `포트 ${port}: 다른 프로세스가 쓰고 있습니다`,
                en: `port ${port} is in use by another process`,
              },
              {
                exit: EXIT.tryAgain,
                hint: {
                  ko: '--port로 다른 포트를 고르거나, --port를 빼면 다음 빈 포트를 씁니다.',
                  en: 'Choose another with --port, or leave --port out to take the next free one.',
                },
                cause: error,
              },
            )
          : error,
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
