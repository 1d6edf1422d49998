import type { ServerEvent } from '../api/contract.ts';
import { EVENTS_ADDRESS } from './api-client.ts';

export interface LiveHandlers {
  onEvent(event: ServerEvent): void;
  onConnection(connected: boolean): void;
}

type Message =
  | { readonly type: 'event'; readonly event: ServerEvent }
  | { readonly type: 'connection'; readonly connected: boolean }
  | { readonly type: 'who' };

const CHANNEL = 'sihwang-events';
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;

/** Keeps one EventSource open, opening it again with growing pauses when the browser gives up; returns the end. */
function openStream(handlers: LiveHandlers): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pauseMs = FIRST_RETRY_MS;
  const read = (message: MessageEvent<string>) => {
    try {
      handlers.onEvent(JSON.parse(message.data) as ServerEvent);
    } catch {
      // A heartbeat or a message of a newer server: nothing to show.
    }
  };
  const open = () => {
    source = new EventSource(EVENTS_ADDRESS);
    source.onopen = () => {
      pauseMs = FIRST_RETRY_MS;
      handlers.onConnection(true);
    };
    source.onmessage = read;
    for (const kind of ['version', 'progress', 'run'] satisfies ServerEvent['kind'][])
      source.addEventListener(kind, read);
    source.onerror = () => {
      handlers.onConnection(false);
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, pauseMs);
      pauseMs = Math.min(pauseMs * 2, LAST_RETRY_MS);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

/**
 * Listens to the server's events with one stream for all tabs of the browser: HTTP/1.1 allows six connections
 * an origin, and every tab holding one would starve the seventh. The tab that holds the lock reads the stream and
 * repeats it to the others; when it closes, the next one takes over. Without locks each tab reads for itself.
 */
export function listen(handlers: LiveHandlers): () => void {
  if (typeof BroadcastChannel === 'undefined' || !navigator.locks) return openStream(handlers);
  const channel = new BroadcastChannel(CHANNEL);
  const ended = new AbortController();
  let leading = false;
  let connected = false;
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.type === 'event') handlers.onEvent(data.event);
    else if (data.type === 'connection') handlers.onConnection(data.connected);
    else if (leading) channel.postMessage({ type: 'connection', connected } satisfies Message);
  };
  channel.postMessage({ type: 'who' } satisfies Message);
  const lead = () =>
    new Promise<void>((resolve) => {
      leading = true;
      const close = openStream({
        onEvent: (event) => {
          handlers.onEvent(event);
          channel.postMessage({ type: 'event', event } satisfies Message);
        },
        onConnection: (now) => {
          connected = now;
          handlers.onConnection(now);
          channel.postMessage({ type: 'connection', connected } satisfies Message);
        },
      });
      ended.signal.addEventListener('abort', () => {
        close();
        resolve();
      });
    });
  // Rejects only when the page leaves before its turn came.
  navigator.locks.request(CHANNEL, { signal: ended.signal }, lead).catch(() => undefined);
  return () => {
    ended.abort();
    channel.close();
  };
}
