import { type QueryClient, useQueryClient } from '@tanstack/preact-query';
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { FeedEvent, FeedList } from '../api/contract.ts';
import { feedsQuestion } from './api-client.ts';
import { listen } from './live-events.ts';

export interface Live {
  /** False once the stream was lost; true before the first attempt has ended. */
  readonly connected: boolean;
  /** The last version that replaced what the page showed. */
  readonly updated: FeedEvent | null;
}

export const LiveContext = createContext<Live>({ connected: true, updated: null });
export const useLive = (): Live => useContext(LiveContext);

/** While forecasts fill in, pages ask again at most this often. */
const REFRESH_MS = 4000;

function withProgress(list: FeedList, event: FeedEvent): FeedList {
  const feeds = list.feeds.map((feed) =>
    feed.id === event.feed
      ? {
          ...feed,
          forecasts: { computed: event.computed, total: event.total, running: event.computed < event.total },
        }
      : feed,
  );
  return { feeds };
}

/** Asks again whatever was asked of this feed (and the list of feeds). */
function refresh(client: QueryClient, feed: string): void {
  client.invalidateQueries({
    predicate: ({ queryKey }) =>
      queryKey[0] === '/feeds' || queryKey[1] === feed || queryKey[1] === undefined,
  });
}

/** While a run goes on, its page asks again at most this often. */
const RUN_REFRESH_MS = 700;

/** A run that was quiet for so long may have scored forecasts. */
const LEDGER_REFRESH_MS = 3000;

/** Asks again whatever was asked of runs. */
function refreshRuns(client: QueryClient): void {
  client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith('/runs') });
}

/** Asks again what was earned live, and what has drifted. */
function refreshLedger(client: QueryClient): void {
  client.invalidateQueries({
    predicate: ({ queryKey }) => ['/ledger', '/board/live', '/models/drift'].includes(String(queryKey[0])),
  });
}

/** Subscribes the page's questions to the server's events. */
export function useLiveConnection(): Live {
  const client = useQueryClient();
  const [live, setLive] = useState<Live>({ connected: true, updated: null });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let runTimer: ReturnType<typeof setTimeout> | undefined;
    let ledgerTimer: ReturnType<typeof setTimeout> | undefined;
    let lost = false;
    const close = listen({
      onConnection: (connected) => {
        setLive((now) => ({ ...now, connected }));
        // What happened while nobody listened is unknown: ask everything again.
        if (connected && lost) client.invalidateQueries();
        lost = !connected;
      },
      onEvent: (event) => {
        if (event.kind === 'run') {
          runTimer ??= setTimeout(() => {
            runTimer = undefined;
            refreshRuns(client);
          }, RUN_REFRESH_MS);
          clearTimeout(ledgerTimer);
          ledgerTimer = setTimeout(() => refreshLedger(client), LEDGER_REFRESH_MS);
          return;
        }
        if (event.kind === 'version') {
          setLive((now) => ({ ...now, updated: event }));
          refresh(client, event.feed);
          return;
        }
        client.setQueryData<FeedList>(feedsQuestion().queryKey, (list) => list && withProgress(list, event));
        if (event.computed >= event.total) {
          clearTimeout(timer);
          timer = undefined;
          refresh(client, event.feed);
        } else {
          timer ??= setTimeout(() => {
            timer = undefined;
            refresh(client, event.feed);
          }, REFRESH_MS);
        }
      },
    });
    return () => {
      clearTimeout(timer);
      clearTimeout(runTimer);
      clearTimeout(ledgerTimer);
      close();
    };
  }, [client]);
  return live;
}
