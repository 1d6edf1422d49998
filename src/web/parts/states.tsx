import type { ComponentChildren } from 'preact';
import { useErrorBoundary } from 'preact/hooks';
import { RequestFailed } from '../api-client.ts';
import { useSpeech } from '../language.ts';

/** Holds the place of what is coming; appears only when the wait is long enough to notice. */
export function Loading({ height }: { readonly height: 'page' | 'table' | 'chart' | 'line' }) {
  const { text } = useSpeech();
  return (
    <div class={`loading loading-${height}`} aria-busy="true" role="status">
      <span class="visually-hidden">{text.state.loading}</span>
    </div>
  );
}

export function Empty({ children }: { readonly children: ComponentChildren }) {
  return (
    <div class="empty" role="status">
      {children}
    </div>
  );
}

interface FailureProps {
  /** Which block failed, a key of the catalogue's `state.what`. */
  readonly what: string;
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** What failed, what to do next, and the number that finds it in the server's log. */
export function Failure({ what, error, onRetry }: FailureProps) {
  const { text, language } = useSpeech();
  const failed = error instanceof RequestFailed ? error : null;
  const shown = failed?.shown[language];
  return (
    <div class="failure" role="alert">
      <p>
        <strong>{text.state.failed(text.state.what[what] ?? what)}</strong>
      </p>
      <p>
        {failed?.unreachable
          ? text.state.unreachable
          : [shown?.title, shown?.hint].filter(Boolean).join('. ')}
      </p>
      <p class="failure-foot">
        <button type="button" onClick={onRetry}>
          {text.state.retry}
        </button>
        {failed?.requestId && <small>{text.state.requestId(failed.requestId)}</small>}
      </p>
    </div>
  );
}

/** One block of a page: when drawing it fails, the others stay. */
export function Block({ what, children }: { readonly what: string; readonly children: ComponentChildren }) {
  const [error, reset] = useErrorBoundary();
  return error ? <Failure what={what} error={error} onRetry={reset} /> : children;
}
