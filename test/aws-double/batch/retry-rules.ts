/** A rule of a retry strategy; the patterns that it states all have to fit. */
export interface RetryRule {
  readonly onStatusReason?: string;
  readonly onReason?: string;
  readonly onExitCode?: string;
  readonly action: string;
}

/** How one attempt ended, as far as the service knows. */
export interface AttemptEnd {
  readonly statusReason?: string;
  readonly reason?: string;
  readonly exitCode?: number;
}

/**
 * Whether an attempt is followed by another: the first rule that fits decides, and without one it is retried.
 * Source: docs.aws.amazon.com/batch/latest/userguide/job_retries.html
 */
export function isRetried(rules: readonly RetryRule[], end: AttemptEnd): boolean {
  const rule = rules.find(
    ({ onStatusReason, onReason, onExitCode }) =>
      fits(onStatusReason, end.statusReason) &&
      fits(onReason, end.reason) &&
      fits(onExitCode, end.exitCode?.toString()),
  );
  return rule === undefined || rule.action.toUpperCase() === 'RETRY';
}

/** A pattern is a text, or the beginning of one when it ends in `*`. What the service does not know fits `*` alone. */
function fits(pattern: string | undefined, text: string | undefined): boolean {
  if (pattern === undefined) return true;
  if (pattern === '*') return true;
  if (text === undefined) return false;
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
