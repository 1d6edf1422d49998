/** What a process tells its caller when it ends: one meaning a number, the same for every command and job. */
export const EXIT = {
  done: 0,
  usage: 2,
  badData: 65,
  bug: 70,
  tryAgain: 75,
  configuration: 78,
  stopped: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * The one error that users meet. `message` says what is wrong, `hint` says what to do next,
 * `exit` becomes the process's exit code, `code` is a stable name for machines.
 */
export class SihwangError extends Error {
  readonly code: string;
  readonly exit: ExitCode;
  readonly hint: string;

  constructor(code: string, message: string, options: { exit: ExitCode; hint: string; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SihwangError';
    this.code = code;
    this.exit = options.exit;
    this.hint = options.hint;
  }
}
