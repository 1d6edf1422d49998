import type { Bilingual } from './words.ts';

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

/** What a person reads of an error in one language: what is wrong, and what to do next. */
export interface Told {
  readonly message: string;
  readonly hint: string;
}

/**
 * The one error that users meet. `says` is what is wrong, `hint` what to do next, `exit` becomes the process's exit
 * code, `code` is a stable name for machines. Logs and machines get the English as `message` and `hint`.
 */
export class SihwangError extends Error {
  readonly code: string;
  readonly exit: ExitCode;
  readonly hint: string;
  readonly ko: Told;

  constructor(
    code: string,
    says: Bilingual,
    options: { readonly exit: ExitCode; readonly hint: Bilingual; readonly cause?: unknown },
  ) {
    super(says.en, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SihwangError';
    this.code = code;
    this.exit = options.exit;
    this.hint = options.hint.en;
    this.ko = { message: says.ko, hint: options.hint.ko };
  }

  in(language: keyof Bilingual): Told {
    return language === 'ko' ? this.ko : { message: this.message, hint: this.hint };
  }
}

/** What an error says, in both languages where it is one of ours, else in its own words. */
export function saidBy(error: unknown): Bilingual {
  const { message } = error as Error;
  return { ko: error instanceof SihwangError ? error.ko.message : message, en: message };
}

const FILE_TROUBLES: Readonly<Record<string, Bilingual>> = {
  ENOENT: { ko: '그런 파일이 없습니다', en: 'there is no such file' },
  EISDIR: { ko: '폴더입니다', en: 'it is a folder' },
  EACCES: { ko: '권한이 없습니다', en: 'permission is denied' },
};

/** Why the system did not give a file, in words where there are some, else in its own. */
export function fileTrouble(cause: unknown): Bilingual {
  const { code, message } = cause as NodeJS.ErrnoException;
  return FILE_TROUBLES[code ?? ''] ?? { ko: message, en: message };
}
