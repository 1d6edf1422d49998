import { EXIT, SihwangError } from '../../domain/index.ts';

/** SageMaker hands back so many characters of a failure, so no message is longer anywhere. */
const MESSAGE_CHARACTERS = 900;

/** Faults of the machine or the network that another attempt may not meet. */
const PASSING = new Set([
  'ENOSPC',
  'EMFILE',
  'ENFILE',
  'EBUSY',
  'EAGAIN',
  'EIO',
  'ECONNRESET',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EPIPE',
  'EAI_AGAIN',
]);

/** The exit code that says what kind of failure it was; a failure on the way to a wanted stop is the stop. */
export function exitOf(error: unknown, stop?: AbortSignal): number {
  if (stop?.aborted && error === stop.reason) {
    // Batch retries nothing that it ended itself, whatever the code; 75 helps where the host was taken away
    return process.env.AWS_BATCH_JOB_ID ? EXIT.tryAgain : EXIT.stopped;
  }
  if (error instanceof SihwangError) return error.exit === EXIT.usage ? EXIT.bug : error.exit;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'STORE_CHECKSUM') return EXIT.badData;
  return code !== undefined && PASSING.has(code) ? EXIT.tryAgain : EXIT.bug;
}

/** A failure as data, short enough for every provider. */
export interface Failure {
  /** A stable name for machines. */
  readonly code: string;
  readonly message: string;
}

export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof SihwangError ? error.code : (error as NodeJS.ErrnoException | null)?.code;
  return { code: code ?? 'BUG', message: message.slice(0, MESSAGE_CHARACTERS) };
}
