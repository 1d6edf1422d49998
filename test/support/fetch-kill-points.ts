/** Places of a fetch where a process may die, that every ordinary fetch comes by. */
export const FETCH_KILL_POINTS = [
  'journal-created',
  'journal-appended',
  'call-counted',
  'answer-kept',
  'cursor-kept',
  'raw-copied',
  'clean-written',
  'committed',
  'batch-taken',
  'chunk-settled',
] as const;

/** Places that need an occasion: a torn or wasteful journal, a refusing source, a source that is silent or speaks again. */
export const OCCASIONAL_KILL_POINTS = [
  'journal-cut',
  'journal-rewritten',
  'account-stopped',
  'event-raised',
  'event-cleared',
] as const;
