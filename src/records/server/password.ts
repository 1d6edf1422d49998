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
        {
          ko: `기록의 비밀번호를 읽을 수 없습니다: ${(cause as Error).message}`,
          en: `the password of the records can't be read: ${(cause as Error).message}`,
        },
        {
          exit: EXIT.configuration,
          hint: {
            ko: '홈을 만든 사용자로 sihwang을 실행하세요.',
            en: 'Run sihwang as the user who made the home.',
          },
          cause,
        },
      );
  }
  throw new SihwangError(
    'RECORDS_PASSWORD_MISSING',
    {
      ko: `기록의 비밀번호 파일이 없습니다: ${folder.password}`,
      en: `the password of the records is missing: ${folder.password}`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: '파일을 제자리에 두거나 새 비밀번호를 주세요: sihwang records start --new-password.',
        en: 'Put the file back, or give the server a new one: sihwang records start --new-password.',
      },
    },
  );
}

export function wrongPassword(folder: ServerFolder): SihwangError {
  return new SihwangError(
    'RECORDS_PASSWORD_WRONG',
    {
      ko: `기록의 PostgreSQL이 비밀번호를 받지 않습니다: ${folder.password}`,
      en: `the PostgreSQL of the records refuses the password in ${folder.password}`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: '맞는 파일을 제자리에 두거나 새 비밀번호를 주세요: sihwang records start --new-password.',
        en: 'Put the right file back, or give the server a new one: sihwang records start --new-password.',
      },
    },
  );
}
