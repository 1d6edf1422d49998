import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ServingInMemory, serveInMemory, TEST_PROFILE } from '../../test/doubles/serving-in-memory.ts';
import { conditionTables } from '../market/index.ts';
import type { ForecastProgress, ProgressSource } from './progress.ts';
import { type RunningServer, startServer } from './serve.ts';

class Steps implements ProgressSource {
  private readonly listeners = new Set<(feed: string, progress: ForecastProgress) => void>();
  private latest: ForecastProgress | undefined;
  of(): ForecastProgress | undefined {
    return this.latest;
  }
  onStep(listener: (feed: string, progress: ForecastProgress) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  step(computed: number): void {
    this.latest = { computed, total: 8, running: computed < 8 };
    for (const listener of this.listeners) listener('testing', this.latest);
  }
}

let serving: ServingInMemory;
let server: RunningServer;
let steps: Steps;

function start(port = 0): Promise<RunningServer> {
  return startServer({
    library: serving.library,
    webRoot: '/nowhere',
    version: '0.1.0',
    port,
    progress: steps,
    heartbeatMs: 40,
  });
}

beforeEach(async () => {
  steps = new Steps();
  serving = await serveInMemory([{ item: '1' }], [{ series: 0, day: '2024-06-01', price: 100 }], {
    derive: conditionTables(TEST_PROFILE),
  });
  server = await start();
});
afterEach(async () => {
  await server.close();
  serving.close();
});

/** Reads the stream until `enough` says so, then leaves. */
async function listen(
  enough: (text: string) => boolean,
  act: () => void,
  headers: Record<string, string> = {},
): Promise<string> {
  const leave = new AbortController();
  const response = await fetch(`${server.address}/api/v1/events`, { headers, signal: leave.signal });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  expect(response.headers.get('x-accel-buffering')).toBe('no');
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    if (text === '') act();
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (enough(text)) break;
  }
  leave.abort();
  return text;
}

test('listens on loopback at the address it says', async () => {
  expect(server.address).toBe(`http://127.0.0.1:${server.port}`);
  expect(await (await fetch(`${server.address}/healthz`)).json()).toMatchObject({ status: 'ok' });
});

test('a foreign Host is refused on the wire as well', async () => {
  const status = await new Promise((resolve, reject) => {
    request(
      { port: server.port, host: '127.0.0.1', path: '/api/v1/feeds', headers: { host: 'rebound.example' } },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    )
      .on('error', reject)
      .end();
  });
  expect(status).toBe(421);
});

test('a port in use is 75, an address off loopback 78, each with a hint', async () => {
  await expect(start(server.port)).rejects.toMatchObject({ code: 'PORT_TAKEN', exit: 75 });
  const off = { library: serving.library, webRoot: '/nowhere', version: '0', port: 0, host: '0.0.0.0' };
  await expect(startServer(off)).rejects.toMatchObject({ code: 'HOST_REFUSED', exit: 78 });
});

test('without a built dashboard the page says how to build it', async () => {
  const page = await fetch(`${server.address}/`);
  expect([page.status, ((await page.json()) as { hint: string }).hint]).toEqual([
    503,
    expect.stringContaining('npm run build'),
  ]);
});

test('listeners hear of versions and progress, with a heartbeat between', async () => {
  const text = await listen(
    (heard) =>
      heard.includes('event: version') && heard.includes('event: progress') && heard.includes(': heartbeat'),
    () => {
      steps.step(3);
      serving.announce('testing-2.0');
    },
  );
  expect(text).toContain('"kind":"progress","feed":"testing","version":"testing-');
  expect(text).toContain('"computed":3,"total":8');
  expect(text).toContain('"kind":"version","feed":"testing","version":"testing-2.0"');
  const { feeds } = (await (await fetch(`${server.address}/api/v1/feeds`)).json()) as {
    feeds: { forecasts: object; version: string }[];
  };
  expect(feeds[0]).toMatchObject({
    version: 'testing-2.0',
    forecasts: { computed: 3, total: 8, running: true },
  });
});

test('who comes back is told what was missed', async () => {
  const first = await listen(
    (heard) => heard.includes('"computed":1,'),
    () => steps.step(1),
  );
  const id = /^id: (.+)$/m.exec(first)![1]!;
  steps.step(2);
  const again = await listen(
    (heard) => heard.includes('"computed":2,'),
    () => undefined,
    { 'last-event-id': id },
  );
  expect(again).not.toContain('"computed":1,');
});

test('closing ends open streams', async () => {
  const response = await fetch(`${server.address}/api/v1/events`);
  const reading = response.text().catch(() => 'ended');
  await server.close();
  await reading;
});
