import { QueryClient, QueryClientProvider } from '@tanstack/preact-query';
import { render } from 'preact';
import { RequestFailed } from './api-client.ts';
import { App } from './app.tsx';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The server may well be this machine: the browser's idea of being online says nothing about it.
      networkMode: 'always',
      // Answers change only with a new version, and the event stream tells of that.
      staleTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        failures < 2 && !(error instanceof RequestFailed && error.status >= 400 && error.status < 500),
      retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 10_000),
    },
  },
});

const root = document.getElementById('app');
if (root)
  render(
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>,
    root,
  );
