import type { SourceRequest } from './connector.ts';
import { FetchFailure } from './fetch-failure.ts';

/** A request as it goes over the wire. It holds secrets: it is never stored, logged or put into an error. */
export interface SealedRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** Puts the secrets into a request, just before it is sent. `keyOf` gives a secret by its name, or undefined. */
export function sealRequest(
  request: SourceRequest,
  keyOf: (id: string) => string | undefined,
): SealedRequest {
  const query = new URLSearchParams(request.query);
  const headers: Record<string, string> = {};
  let path = request.url;
  for (const place of request.secrets ?? []) {
    const key = keyOf(place.key);
    if (key === undefined) throw new FetchFailure('auth', `the key ${place.key} is not set`);
    if (place.in === 'query') query.set(place.name, key);
    else if (place.in === 'basic') {
      headers.authorization = `Basic ${Buffer.from(`${key}:`, 'utf8').toString('base64')}`;
    } else path = path.replace('{key}', encodeURIComponent(key));
  }
  if (!/^https?:/.test(path) || !URL.canParse(path)) {
    throw new FetchFailure('bad_request', `${request.url} is not an address that can be called`);
  }
  const url = new URL(path);
  url.search = query.toString();
  return { url, headers };
}
