const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * The pause before another attempt, ms: exponential with full jitter, so that clients that failed together do not return
 * together. `attempt` counts the attempts made, from 1; `random` is in [0, 1).
 */
export function pauseMs(attempt: number, random: number): number {
  return random * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
}

/** The instant that a Retry-After header names, as seconds or as an HTTP date (RFC 9110 §10.2.3); undefined when unreadable. */
export function retryInstant(header: string | undefined, now: Date): Date | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return new Date(now.getTime() + Number(text) * 1000);
  const instant = /[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? undefined : new Date(instant);
}
