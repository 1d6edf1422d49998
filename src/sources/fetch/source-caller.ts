import type { Connector, SourceRequest } from './connector.ts';
import { type HttpAnswer, httpCall } from './http-call.ts';
import { sealRequest } from './secrets.ts';

export interface CallerEffects {
  /** A secret by its name. */
  readonly keyOf: (id: string) => string | undefined;
  /** Where an origin's calls go instead: a mirror, or a test's local server. */
  readonly originOf?: (origin: string) => string;
  readonly signal?: AbortSignal;
}

/** No known answer comes near: a day of Taiwan is 1 MB, the largest edition of a ministry 3 MB. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

const OWN_AGENT = 'sihwang (open-source market data reader)';
/** One ministry's firewall drops every other kind of reader. */
const BROWSER_LIKE_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';

/** How one connector's requests are made: its secrets, its manners, its place. */
export function sourceCaller(
  connector: Connector,
  effects: CallerEffects,
): (request: SourceRequest) => Promise<HttpAnswer> {
  const { manners } = connector;
  return async (request) => {
    const sealed = sealRequest(request, effects.keyOf);
    const origin = effects.originOf?.(sealed.url.origin) ?? sealed.url.origin;
    const url = new URL(sealed.url.pathname + sealed.url.search, origin);
    return httpCall(
      { url, headers: sealed.headers },
      {
        timeoutMs: manners.timeoutMs,
        maxBytes: MAX_ANSWER_BYTES,
        legacyTls: manners.tls === 'legacy',
        userAgent: manners.userAgent === 'browser-like' ? BROWSER_LIKE_AGENT : OWN_AGENT,
      },
      effects.signal,
    );
  };
}
