import { constants } from 'node:crypto';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { FetchFailure } from './fetch-failure.ts';
import type { SealedRequest } from './secrets.ts';

/** An answer as received, its transfer compression undone. */
export interface HttpAnswer {
  readonly status: number;
  readonly bytes: Buffer;
  /** The Retry-After header as it came. */
  readonly retryAfter?: string;
}

export interface HttpLimits {
  /** From the start of the call to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly legacyTls: boolean;
  readonly userAgent: string;
}

const MAX_REDIRECTS = 5;

/** Certificates are checked by both; the second only speaks the older TLS of a host that knows no newer. */
const SECURE = new https.Agent({ keepAlive: true });
const LEGACY = new https.Agent({
  keepAlive: true,
  secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
  ciphers: 'DEFAULT@SECLEVEL=0',
});
const PLAIN = new http.Agent({ keepAlive: true });

/**
 * One GET with a limit on time and size, following redirects on the same host only. Node's own modules are used because
 * the built-in fetch can neither set a host's TLS level nor tell an answer that was cut off from a whole one.
 * Throws FetchFailure: transient for what may pass, blocked for a redirect elsewhere or a certificate that does not hold.
 */
export async function httpCall(
  request: SealedRequest,
  limits: HttpLimits,
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  const timer = AbortSignal.timeout(limits.timeoutMs);
  const either = signal ? AbortSignal.any([timer, signal]) : timer;
  let url = request.url;
  try {
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const message = await send(url, request.headers, limits, either);
      const status = message.statusCode ?? 0;
      const { location } = message.headers;
      if (status < 300 || status > 399 || location === undefined) {
        const retryAfter = message.headers['retry-after'];
        return {
          status,
          bytes: await readBody(message, limits.maxBytes, either),
          ...(retryAfter === undefined ? {} : { retryAfter }),
        };
      }
      message.destroy();
      url = redirected(url, location);
    }
    throw new FetchFailure('blocked', `${url.host} redirects in a circle`);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (timer.aborted) {
      throw new FetchFailure('transient', `${url.host} did not answer within ${limits.timeoutMs / 1000} s`);
    }
    throw error instanceof FetchFailure ? error : asFailure(error, url.host);
  }
}

function send(
  url: URL,
  headers: Readonly<Record<string, string>>,
  limits: HttpLimits,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const call = (secure ? https : http).get(
      url,
      {
        agent: secure ? (limits.legacyTls ? LEGACY : SECURE) : PLAIN,
        headers: {
          'user-agent': limits.userAgent,
          accept: '*/*',
          'accept-encoding': 'gzip, deflate, br',
          ...headers,
        },
        signal,
      },
      resolve,
    );
    call.on('error', reject);
  });
}

/** A redirect may carry the key of its query or header along, so it must stay on the host and not lose its encryption. */
function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const sameHost = to !== undefined && to.hostname === from.hostname && to.username === '';
  const asSafe = to?.protocol === from.protocol || to?.protocol === 'https:';
  if (!sameHost || !asSafe) {
    throw new FetchFailure('blocked', `${from.host} redirects to another place; the call was not followed`);
  }
  return to;
}

async function readBody(message: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const host = message.socket?.remoteAddress ?? 'the source';
  const encoding = message.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const unpack = {
    gzip: createGunzip,
    'x-gzip': createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  };
  const decoder = encoding in unpack ? unpack[encoding as keyof typeof unpack]() : undefined;
  const stream = decoder ? message.pipe(decoder) : message;
  // a pipe does not hand errors on
  if (decoder) message.on('error', (error) => decoder.destroy(error));
  const stop = () => stream.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  const blocks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const block of stream as AsyncIterable<Buffer>) {
      bytes += block.length;
      if (bytes > maxBytes) {
        throw new FetchFailure('schema', `the answer is larger than ${maxBytes} bytes; ${host} was cut off`);
      }
      blocks.push(block);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    message.destroy();
  }
  if (!message.complete) throw new FetchFailure('transient', 'the answer broke off in the middle');
  return Buffer.concat(blocks, bytes);
}

/** Errors of the network by their code alone: their text and their fields may hold what was sent. */
function asFailure(error: unknown, host: string): FetchFailure {
  const code = (error as NodeJS.ErrnoException).code ?? 'no code';
  const certificate = /CERT|SELF_SIGNED|ALTNAME/.test(code);
  return certificate
    ? new FetchFailure('blocked', `the certificate of ${host} does not hold (${code})`)
    : new FetchFailure('transient', `the connection to ${host} failed (${code})`);
}
