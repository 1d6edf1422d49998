import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Clock } from '../clock.ts';
import type { Faults, WireFault } from '../faults.ts';
import { Refusal } from './refusal.ts';

/** An answer as it goes over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** A request that has been read, with the service that its signature names. */
export interface WireRequest {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface RecordedCall {
  readonly service: string;
  readonly operation: string;
  readonly at: number;
  readonly status: number;
}

interface Handling {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly operationOf: (request: WireRequest) => string;
  readonly answer: (request: WireRequest, operation: string) => Promise<WireAnswer>;
  /** A refusal in the service's own form. */
  readonly refuse: (request: WireRequest, refusal: Refusal) => WireAnswer;
  /** An empty page of an operation, for the fault of that name. */
  readonly emptyPage: (operation: string) => string;
}

/** What a signed request's clock may be off by. */
const MAX_SKEW_MS = 5 * 60_000;

/** The front of the double: one port on loopback for every service, each call written down, faults applied. */
export class HttpFront {
  readonly calls: RecordedCall[] = [];
  private readonly handling: Handling;
  private readonly server: Server;

  constructor(handling: Handling) {
    this.handling = handling;
    this.server = createServer((request, response) => {
      this.serve(request, response).catch((error: unknown) => {
        // a fault of the double's own is loud at both ends
        console.error(error);
        if (!response.headersSent) response.writeHead(501);
        response.end(String(error));
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://double');
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value[0] : value,
      ]),
    );
    const body = await buffer(incoming).catch(() => null);
    if (body === null) return;
    const scope = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(headers.authorization ?? '');
    const request: WireRequest = {
      service: scope?.[1] ?? 'unsigned',
      method: incoming.method ?? 'GET',
      path: (incoming.url ?? '/').split('?')[0]!,
      query: url.searchParams,
      headers,
      body,
    };
    const operation = this.handling.operationOf(request);
    const fault = this.handling.faults.takeForCall(operation);
    if (fault && 'slowMs' in fault) await this.handling.clock.wait(fault.slowMs);
    if (fault && 'drop' in fault && fault.drop === 'before') {
      this.note(request, operation, 0);
      incoming.socket.destroy();
      return;
    }
    const answer = await this.answerTo(request, operation, fault);
    this.note(request, operation, answer.status);
    if (fault && 'drop' in fault) {
      incoming.socket.destroy();
      return;
    }
    send(response, request.method, garbled(answer, fault), this.handling.clock.now());
  }

  private note({ service }: WireRequest, operation: string, status: number): void {
    this.calls.push({ service, operation, at: this.handling.clock.nowMs(), status });
  }

  private async answerTo(
    request: WireRequest,
    operation: string,
    fault: WireFault | undefined,
  ): Promise<WireAnswer> {
    try {
      if (request.service === 'unsigned')
        throw new Refusal(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
      this.checkClock(request);
      if (fault && 'answer' in fault) {
        const { status, code, message = code } = fault.answer;
        throw new Refusal(status, code, message);
      }
      if (fault && 'emptyPage' in fault)
        return {
          status: 200,
          headers: { 'content-type': 'application/json' },
          body: this.handling.emptyPage(operation),
        };
      return await this.handling.answer(request, operation);
    } catch (error) {
      if (error instanceof Refusal) return this.handling.refuse(request, error);
      throw error;
    }
  }

  private checkClock({ headers }: WireRequest): void {
    const [, y, mo, d, h, mi, s] =
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headers['x-amz-date'] ?? '') ?? [];
    if (y === undefined) return;
    const signed = Date.UTC(+y, +mo! - 1, +d!, +h!, +mi!, +s!);
    if (Math.abs(signed - this.handling.clock.nowMs()) > MAX_SKEW_MS)
      throw new Refusal(
        403,
        'RequestTimeTooSkewed',
        'The difference between the request time and the current time is too large.',
      );
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

function garbled(answer: WireAnswer, fault: WireFault | undefined): WireAnswer {
  if (!fault) return answer;
  if ('garbled' in fault) {
    const body =
      fault.garbled === 'html'
        ? '<html><body>Service Unavailable</body></html>'
        : answer.body.slice(0, Math.floor(answer.body.length / 2));
    return {
      ...answer,
      headers: { ...answer.headers, 'content-length': String(Buffer.byteLength(body)) },
      body,
    };
  }
  if ('badChecksum' in fault)
    return { ...answer, headers: { ...answer.headers, 'x-amz-checksum-crc32': 'AAAAAA==' } };
  return answer;
}

function send(
  response: ServerResponse,
  method: string,
  { status, headers, body }: WireAnswer,
  now: Date,
): void {
  response.writeHead(status, {
    date: now.toUTCString(),
    'x-amzn-requestid': `double-${now.getTime()}`,
    ...(method === 'HEAD' ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    ...headers,
  });
  response.end(method === 'HEAD' ? undefined : body);
}
