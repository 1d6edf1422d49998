import { readFileSync } from 'node:fs';
import { EXIT, SihwangError } from '../../domain/index.ts';
import type { ServerFolder } from './server-folder.ts';

/** @throws SihwangError `RECORDS_PASSWORD_MISSING` */
export function readPassword(folder: ServerFolder): string {
  try {
    const password = readFileSync(folder.password, 'utf8').trim();
    if (password !== '') return password;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new SihwangError(
        'RECORDS_PASSWORD_MISSING',
        `the password of the records can't be read: ${(cause as Error).message}`,
        { exit: EXIT.configuration, hint: 'Run sihwang as the user who made the home.', cause },
      );
  }
  throw new SihwangError(
    'RECORDS_PASSWORD_MISSING',
    `the password of the records is missing: ${folder.password}`,
    {
      exit: EXIT.configuration,
      hint: 'Put the file back, or give the server a new one: sihwang records start --new-password.',
    },
  );
}

export function wrongPassword(folder: ServerFolder): SihwangError {
  return new SihwangError(
    'RECORDS_PASSWORD_WRONG',
    `the PostgreSQL of the records refuses the password in ${folder.password}`,
    {
      exit: EXIT.configuration,
      hint: 'Put the right file back, or give the server a new one: sihwang records start --new-password.',
    },
  );
}
