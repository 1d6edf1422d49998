import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Circuit } from './circuit.ts';
import { FetchFailure } from './fetch-failure.ts';
import { type HttpLimits, httpCall } from './http-call.ts';
import { readKeys } from './keys.ts';
import { readOrigins } from './origins.ts';
import { pauseMs, retryInstant } from './retry.ts';
import { sealRequest } from './secrets.ts';

const LIMITS: HttpLimits = { timeoutMs: 1_000, maxBytes: 10_000, legacyTls: false, userAgent: 'test' };

describe('a call', () => {
  let server: Server;
  afterEach(() => new Promise((done) => server.close(done)));

  async function call(listener: RequestListener, limits: Partial<HttpLimits> = {}, path = '/?key=false-key') {
    server = createServer({ keepAliveTimeout: 1 }, listener);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = new URL(path, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return httpCall({ url, headers: {} }, { ...LIMITS, ...limits });
  }
  const kindOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'answered',
      (error) => {
        expect(error).toBeInstanceOf(FetchFailure);
        expect(JSON.stringify({ ...error, text: error.message, stack: error.stack })).not.toContain(
          'false-key',
        );
        return (error as FetchFailure).kind;
      },
    );

  it('undoes the compression of the transfer and keeps the bytes within as they are', async () => {
    const { bytes } = await call((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync('\uFEFF{"a":1}'));
    });
    expect(bytes.toString()).toBe('\uFEFF{"a":1}');
  });

  it('is limited in size, also behind compression', async () => {
    const bomb: RequestListener = (_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync(Buffer.alloc(1_000_000)));
    };
    expect(await kindOf(call(bomb))).toBe('schema');
  });

  it('is limited in time from the first byte to the last', async () => {
    const drip: RequestListener = (_, response) => {
      const timer = setInterval(() => response.write(' '), 30);
      response.on('close', () => clearInterval(timer));
    };
    expect(await kindOf(call(drip, { timeoutMs: 200 }))).toBe('transient');
  });

  it('follows a redirect on the same host and no other, so that a key is not carried away', async () => {
    const moved: RequestListener = (request, response) => {
      if (request.url === '/new') response.end('here');
      else response.writeHead(301, { location: '/new' }).end();
    };
    expect((await call(moved)).bytes.toString()).toBe('here');
    await new Promise((done) => server.close(done));
    const away: RequestListener = (_, response) =>
      response.writeHead(302, { location: 'https://elsewhere.example/?key=false-key' }).end();
    expect(await kindOf(call(away))).toBe('blocked');
    await new Promise((done) => server.close(done));
    const circle: RequestListener = (_, response) => response.writeHead(302, { location: '/' }).end();
    expect(await kindOf(call(circle))).toBe('blocked');
  });

  it('tells broken compression from an answer', async () => {
    const broken: RequestListener = (_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end('this is no gzip');
    };
    expect(await kindOf(call(broken))).toBe('transient');
  });
});

describe('secrets', () => {
  const request = { url: 'https://source.example/{key}/rows', query: { day: '1' } };

  it('go to their place, encoded exactly once', () => {
    const sealed = sealRequest(
      {
        ...request,
        secrets: [
          { in: 'query', name: 'serviceKey', key: 'A' },
          { in: 'path', key: 'B' },
          { in: 'basic', key: 'A' },
        ],
      },
      (id) => ({ A: 'a+b/c==', B: 'x/y' })[id],
    );
    expect(sealed.url.href).toBe('https://source.example/x%2Fy/rows?day=1&serviceKey=a%2Bb%2Fc%3D%3D');
    expect(sealed.headers.authorization).toBe(`Basic ${btoa('a+b/c==:')}`);
  });

  it('are not part of a failure', () => {
    expect(() =>
      sealRequest({ ...request, secrets: [{ in: 'path', key: 'NAME' }] }, () => undefined),
    ).toThrow(/NAME/);
    expect(() => sealRequest({ url: 'ftp://x', query: {} }, () => 'k')).toThrow(FetchFailure);
  });
});

describe('keys', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sihwang-keys-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const NEEDS = [
    { id: 'FIRST', from: 'here', shownEncoded: true },
    { id: 'SECOND', from: 'there' },
  ];

  it('come from the environment, else from the file, and what is missing is named', () => {
    const path = join(folder, 'keys.env');
    writeFileSync(path, '# mine\nSECOND = "two 2"\nFIRST=not this one\n', { mode: 0o600 });
    const ring = readKeys(NEEDS, { FIRST: 'one' }, path);
    expect([ring.keyOf('FIRST'), ring.keyOf('SECOND'), ring.missing]).toEqual(['one', 'two 2', []]);
    expect(readKeys(NEEDS, {}, join(folder, 'absent')).missing).toEqual(NEEDS);
  });

  it('that a portal shows encoded are decoded once; a stray percent sign stays', () => {
    const first = (given: string) => readKeys(NEEDS, { FIRST: given, SECOND: 'x%2B' }, '').keyOf('FIRST');
    expect(first('a%2Bb%2Fc%3D%3D')).toBe('a+b/c==');
    expect(first('a+b/c==')).toBe('a+b/c==');
    expect(first('100%')).toBe('100%');
    expect(readKeys(NEEDS, { FIRST: 'a', SECOND: 'x%2B' }, '').keyOf('SECOND')).toBe('x%2B');
  });

  it('in a file that others can read are warned of without being shown', () => {
    const path = join(folder, 'keys.env');
    writeFileSync(path, 'SECOND=false-key\n');
    chmodSync(path, 0o644);
    const warnings: string[] = [];
    readKeys(NEEDS, {}, path, (warning) => warnings.push(warning.ko, warning.en));
    expect(warnings).toEqual([expect.stringContaining('chmod 600'), expect.stringContaining('chmod 600')]);
    expect(warnings.join()).not.toContain('false-key');
  });
});

describe('waiting', () => {
  it('grows with the attempts, never above a minute, spread over the whole span', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, random) => {
          const pause = pauseMs(attempt, random);
          expect(pause).toBeGreaterThanOrEqual(0);
          expect(pause).toBeLessThanOrEqual(Math.min(60_000, 1000 * 2 ** attempt));
        },
      ),
    );
    expect(pauseMs(1, 0.5)).toBeLessThan(pauseMs(3, 0.5));
  });

  it('reads Retry-After as seconds or a date, and nothing else', () => {
    const now = new Date('2026-03-02T00:00:00Z');
    expect(retryInstant('120', now)).toEqual(new Date('2026-03-02T00:02:00Z'));
    expect(retryInstant('Mon, 02 Mar 2026 01:00:00 GMT', now)).toEqual(new Date('2026-03-02T01:00:00Z'));
    for (const other of [undefined, '', 'soon', '-5', '1e3'])
      expect(retryInstant(other, now)).toBeUndefined();
  });
});

describe('the circuit', () => {
  it('opens at once for a block, after five failures in a row for an outage, never for faults of ours', () => {
    const circuit = new Circuit();
    for (let n = 0; n < 4; n++) circuit.failed('transient');
    circuit.succeeded();
    for (let n = 0; n < 9; n++) circuit.failed('schema');
    for (let n = 0; n < 4; n++) circuit.failed('rate');
    expect(circuit.open).toBeUndefined();
    circuit.failed('transient');
    expect(circuit.open).toBe('transient');
    const other = new Circuit();
    other.failed('blocked');
    expect(other.open).toBe('blocked');
  });
});

describe('origins', () => {
  it('map to https, and to this machine over http; other maps are refused', () => {
    const map = readOrigins(
      '{"https://a.example":"http://127.0.0.1:9","https://b.example":"https://mirror.example/"}',
    )!;
    expect(map('https://a.example')).toBe('http://127.0.0.1:9');
    expect(map('https://b.example')).toBe('https://mirror.example');
    expect(map('https://c.example')).toBe('https://c.example');
    for (const bad of [
      '',
      '[',
      'null',
      '{"a":"b"}',
      '{"https://a.example":"http://mirror.example"}',
      '{"https://a.example":"ftp://127.0.0.1"}',
    ])
      expect(readOrigins(bad)).toBeUndefined();
  });
});
