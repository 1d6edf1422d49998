import { EXIT, type ExitCode, SihwangError } from '../domain/index.ts';
import type { Fetched } from './fetch-feed.ts';

/** What makes a fetch end with a code other than 0: it was stopped, or a chunk failed. What came is kept in any case. */
export function fetchTrouble(id: string, { stop, settled, left }: Fetched): SihwangError | undefined {
  const failed = settled.find(({ status }) => status === 'failed' || status === 'partial');
  const kind = stop?.kind ?? failed?.kind;
  if (kind === undefined) return undefined;
  const detail = stop?.detail ?? failed?.detail ?? '';
  const exit: ExitCode =
    kind === 'cancelled'
      ? EXIT.stopped
      : kind === 'auth'
        ? EXIT.configuration
        : ['quota', 'rate', 'transient', 'blocked', 'partial'].includes(kind)
          ? EXIT.tryAgain
          : EXIT.badData;
  const again = `Run the same command again${stop?.until ? ` after ${stop.until}` : ''}; what is good is not asked again.`;
  const hints: Partial<Record<ExitCode, string>> = {
    [EXIT.configuration]:
      'Check the key and whether it was granted this dataset; then run the same command again.',
    [EXIT.badData]:
      'The source answers otherwise than its connector knows; nothing of that answer was taken in. Report it.',
  };
  return new SihwangError(
    kind === 'cancelled' ? 'STOPPED' : `SOURCE_${kind.toUpperCase()}`,
    `${id}: ${detail}${left > 0 ? ` (${left} chunks left)` : ''}`,
    { exit, hint: hints[exit] ?? again },
  );
}
