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
export function isRetried(rules: readonly RetryRule[], end: AttemptEnd, starFitsNothing: boolean): boolean {
  const rule = rules.find(
    ({ onStatusReason, onReason, onExitCode }) =>
      fits(onStatusReason, end.statusReason, starFitsNothing) &&
      fits(onReason, end.reason, starFitsNothing) &&
      fits(onExitCode, end.exitCode?.toString(), starFitsNothing),
  );
  return rule === undefined || rule.action.toUpperCase() === 'RETRY';
}

/** A pattern is a text, or the beginning of one when it ends in `*`. What the service does not know fits `*` at the most. */
function fits(pattern: string | undefined, text: string | undefined, starFitsNothing: boolean): boolean {
  if (pattern === undefined) return true;
  if (text === undefined) return pattern === '*' && starFitsNothing;
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
