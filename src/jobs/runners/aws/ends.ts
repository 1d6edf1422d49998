import { ERROR_CLASSES, type ErrorClass, type Report } from '../../runner.ts';

/** What our own cancellations are known by, before the words of whoever asked. */
const OUR_REASON = 'sihwang: ';
const REASON_CHARACTERS = 1000;

/** The reason of an end that we ask for, as long as the services take it. */
export function ourReason(reason: string): string {
  return `${OUR_REASON}${reason}`.slice(0, REASON_CHARACTERS);
}

/** How a job that no machine can be found for is ended by us. */
const WAITED_TOO_LONG = `${OUR_REASON}waited too long: `;

/** How a job that a service starts again in vain is ended by us; the class of its last attempt follows. */
const NOT_AGAIN = `${OUR_REASON}not again: `;

/** With which words a job is ended that would only fail once more, for this reason. */
export function notAgainReason(errorClass: ErrorClass, reason: string | null): string {
  return `${NOT_AGAIN}${errorClass}: ${reason ?? 'it ended so before'}`.slice(0, REASON_CHARACTERS);
}

/** Why a job that we ended so had failed; null where that is not what ended it. */
export function classOfNotAgain(statusReason: string): ErrorClass | null {
  if (!statusReason.startsWith(NOT_AGAIN)) return null;
  const said = statusReason.slice(NOT_AGAIN.length).split(':')[0];
  return ERROR_CLASSES.find((one) => one === said) ?? null;
}

/** Whether somebody's wish ended a job of Batch's, by its status reason. */
export function isCancelled(statusReason: string): boolean {
  return (
    statusReason.startsWith(OUR_REASON) &&
    !statusReason.startsWith(WAITED_TOO_LONG) &&
    !statusReason.startsWith(NOT_AGAIN)
  );
}

/**
 * The time by a service's own clock, to which its times belong, in ms since 1970. The SDK hears that clock with every
 * answer, and keeps how far this machine's is off once that is more than five minutes.
 */
export function serviceNowMs({
  config,
}: {
  readonly config: { readonly systemClockOffset?: number };
}): number {
  return Date.now() + (config.systemClockOffset ?? 0);
}

/** Why a job of Batch's found no machine; null where that is not what ended it. */
export function classOfWaiting(statusReason: string): 'misconfig' | 'capacity' | null {
  if (/MISCONFIGURATION:/.test(statusReason)) return 'misconfig';
  return /CAPACITY:/.test(statusReason) || statusReason.startsWith(WAITED_TOO_LONG) ? 'capacity' : null;
}

/**
 * With which words a job of Batch's is to be ended because it waits for a machine too long, or in vain; null = it may go
 * on waiting. A queue's own time limit looks at its first job alone. `createdAt` and `nowMs` in ms since 1970, by the
 * service's clock.
 */
export function stuckReason(
  {
    createdAt,
    statusReason,
  }: { readonly createdAt?: number | undefined; readonly statusReason?: string | undefined },
  nowMs: number,
  mostWaitSeconds = 3600,
): string | null {
  if (!createdAt) return null;
  const waited = (nowMs - createdAt) / 1000;
  const hopeless = statusReason?.includes('MISCONFIGURATION:') ?? false;
  if (!hopeless && waited < mostWaitSeconds) return null;
  return `${WAITED_TOO_LONG}${statusReason ?? `${Math.round(waited)} s without a machine`}`;
}

/** A job that a service does not know, or knows no more. */
export function unknownTo(service: string, name: string): Report {
  return {
    name,
    providerId: null,
    state: 'LOST',
    exitCode: null,
    errorClass: null,
    reason: `${service} knows no such job`,
    lastSeenAt: null,
    usage: null,
  };
}
