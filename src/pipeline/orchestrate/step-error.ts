import { EXIT, SihwangError } from '../../domain/index.ts';
import type { ErrorClass, StepError } from '../../records/index.ts';

/** Errors of the network and of a database that is being restarted: another time may do. */
const PASSING =
  /^(ECONN|EPIPE$|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EBUSY$|57P|08|53|40001$|40P01$)/;

const CLASS_OF_EXIT: Readonly<Record<number, ErrorClass>> = {
  [EXIT.tryAgain]: 'transient',
  [EXIT.badData]: 'bad-data',
  [EXIT.usage]: 'configuration',
  [EXIT.configuration]: 'configuration',
  [EXIT.stopped]: 'cancelled',
};

/** An error as it is written down; its class says whether trying again can help. */
export function stepErrorOf(error: unknown): StepError {
  if (error instanceof SihwangError)
    return {
      ...{ class: CLASS_OF_EXIT[error.exit] ?? 'bug', code: error.code },
      ...{ message: error.message, hint: error.hint, ko: error.ko },
    };
  const { code, message } = error as { code?: unknown; message?: unknown };
  const name = typeof code === 'string' ? code : 'BUG';
  return {
    ...{ class: PASSING.test(name) ? 'transient' : 'bug', code: name },
    ...{ message: typeof message === 'string' ? message : String(error), hint: null, ko: null },
  };
}

/** What can be otherwise the next time. */
export function mayPass(error: StepError): boolean {
  return error.class === 'transient' || error.class === 'crashed';
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;

/** How long to wait after a try: 1 s, 4 s, 16 s, … five minutes. */
export function waitAfterMs(attempt: number): number {
  return Math.min(FIRST_WAIT_MS * 4 ** (attempt - 1), LONGEST_WAIT_MS);
}
