import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** The caller dies at its `at`-th call: before the service hears of it, or after, with the answer lost. */
export interface Death {
  readonly at: number;
  readonly side: 'before' | 'after';
  /** Ends whoever calls, by SIGKILL. */
  readonly kill: () => void;
}

/** Stands between a caller and a service over HTTP, and has the caller die at a call of its own. */
export interface DyingCalls {
  readonly endpoint: string;
  /** From now on calls are counted anew; `null` = nobody dies. */
  plan(death: Death | null): void;
  /** How many since they were counted anew. */
  made(): number;
  close(): Promise<void>;
}

export async function dyingCalls(service: string): Promise<DyingCalls> {
  let death: Death | null = null;
  let calls = 0;
  let dead = false;
  const kill = (): void => {
    dead = true;
    death!.kill();
  };
  const server = createServer(async (incoming, response) => {
    calls++;
    const dies = death !== null && calls === death.at ? death.side : null;
    const body = await buffer(incoming).catch(() => null);
    if (dies === 'before') kill();
    if (body === null || dead) return void incoming.socket.destroy();
    const { expect: _, ...headers } = incoming.headers;
    const { method, url } = incoming;
    const forwarded = ask(new URL(url ?? '/', service), { method: method ?? 'GET', headers }, (answer) => {
      void buffer(answer).then((bytes) => {
        if (dies === 'after') kill();
        if (dead) return incoming.socket.destroy();
        response.writeHead(answer.statusCode ?? 502, answer.headers).end(bytes);
      });
    });
    forwarded.once('error', () => incoming.socket.destroy());
    forwarded.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    plan: (next) => {
      death = next;
      calls = 0;
      dead = false;
    },
    made: () => calls,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
