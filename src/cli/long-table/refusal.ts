import { type Bilingual, EXIT, SihwangError } from '../../domain/index.ts';

/** A fault of the table itself (exit 65): the message says where, the hint what to do. */
export function badTable(code: string, message: Bilingual, hint: Bilingual): SihwangError {
  return new SihwangError(code, message, { exit: EXIT.badData, hint });
}

/** A fault of the command line (exit 2). */
export function badOption(message: Bilingual, hint: Bilingual): SihwangError {
  return new SihwangError('USAGE', message, { exit: EXIT.usage, hint });
}

/** Text of a file fit for one line of a message: control characters shown as blanks, cut after 60 characters. */
export function quoted(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
  return `"${line.length > 60 ? `${line.slice(0, 57)}...` : line}"`;
}
