import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { AppEnv } from './problem.ts';

/** Upper bounds in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** How often a route was asked and how long its answers took, from the ask to the first byte. */
export interface RouteFigures {
  readonly route: string;
  readonly method: string;
  readonly status: number;
  count: number;
  seconds: number;
  /** Answers of at most so many seconds. */
  readonly within: { readonly bound: number; count: number }[];
}

/** Requests since the server started, by route; a route is a pattern, so their number is bounded. */
export class RequestFigures {
  private readonly byRoute = new Map<string, RouteFigures>();

  all(): readonly RouteFigures[] {
    return [...this.byRoute.values()];
  }

  count(route: string, method: string, status: number, seconds: number): void {
    const key = `${method} ${route} ${status}`;
    let figures = this.byRoute.get(key);
    if (figures === undefined) {
      figures = {
        route,
        method,
        status,
        count: 0,
        seconds: 0,
        within: BUCKETS.map((bound) => ({ bound, count: 0 })),
      };
      this.byRoute.set(key, figures);
    }
    figures.count += 1;
    figures.seconds += seconds;
    for (const bucket of figures.within) if (seconds <= bucket.bound) bucket.count += 1;
  }
}

/** Methods beyond these are counted as one: a caller may write any word there. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'OPTIONS']);

/** Counts every request, and makes a span of it for whoever registered an OpenTelemetry SDK; without one that is nothing. */
export function watchRequests(figures: RequestFigures, release: string): MiddlewareHandler<AppEnv> {
  const tracer = trace.getTracer('sihwang', release);
  return async (c, next) => {
    const began = performance.now();
    const method = METHODS.has(c.req.method) ? c.req.method : 'other';
    await tracer.startActiveSpan(method, { kind: SpanKind.SERVER }, async (span) => {
      try {
        await next();
      } finally {
        const route = matchedRoutes(c).at(-1)?.path ?? '*';
        const { status } = c.res;
        figures.count(route, method, status, (performance.now() - began) / 1000);
        span.updateName(`${method} ${route}`);
        span.setAttributes({
          'http.request.method': method,
          'http.route': route,
          'http.response.status_code': status,
          'sihwang.request_id': c.get('requestId'),
        });
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      }
    });
  };
}
