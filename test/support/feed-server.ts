import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Exchange, Scene } from '../../src/sources/fetch/scene.ts';

/** A source on this machine, answering as its scene says. */
export interface FeedServer {
  /** `http://127.0.0.1:port`: where every origin of the scene is to be mapped to. */
  readonly origin: string;
  /** What the caller did otherwise than the scene has it, one sentence each; empty = it kept to the scene. */
  readonly complaints: readonly string[];
  /** Path and query of every call so far. */
  readonly calls: readonly string[];
  /** Exchanges that were not asked for. */
  left(): number;
  close(): Promise<void>;
}

/** Plays a scene's exchanges in their order; a call that is not the next one is a complaint and a 500. */
export async function playScene(scene: Pick<Scene, 'exchanges'>): Promise<FeedServer> {
  const complaints: string[] = [];
  const calls: string[] = [];
  const sockets = new Set<Socket>();
  let next = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://local');
    calls.push(request.url ?? '');
    const exchange = scene.exchanges[next];
    const wrong = exchange ? differences(exchange, url) : ['there is no further exchange'];
    if (!exchange || wrong.length > 0) {
      complaints.push(`call ${calls.length} to ${request.url}: ${wrong.join('; ')}`);
      response.writeHead(500).end();
      return;
    }
    next += 1;
    play(exchange, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await listening(server);
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    complaints,
    calls,
    left: () => scene.exchanges.length - next,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function differences(exchange: Exchange, url: URL): string[] {
  const wrong: string[] = [];
  const path = decodeURIComponent(url.pathname);
  if (path !== exchange.path) wrong.push(`the path is not ${exchange.path}`);
  for (const [name, value] of Object.entries(exchange.query ?? {})) {
    const given = url.searchParams.getAll(name);
    if (given.length !== 1 || given[0] !== value) {
      wrong.push(`${name} is ${given.length === 0 ? 'absent' : given.join(' and ')}, not ${value}`);
    }
  }
  return wrong;
}

function play({ answer }: Exchange, response: ServerResponse): void {
  const body = Buffer.from(answer.body ?? '');
  if (answer.fault === 'hang') return;
  if (answer.fault === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(answer.status ?? 200, { 'content-length': body.length, ...answer.headers });
  if (answer.fault === 'truncate') {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
    return;
  }
  response.end(body);
}
