import { EXIT, SihwangError } from '../domain/index.ts';

/** What the system says when a disk is full, be it behind standard output, as an error of its own; else undefined. */
export function fullDisk(cause: unknown): SihwangError | undefined {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return undefined;
  return new SihwangError(
    'DISK_FULL',
    {
      ko: '디스크에 빈 곳이 없어 다 쓰지 못했습니다',
      en: 'no space is left on the disk; not all was written',
    },
    {
      exit: EXIT.tryAgain,
      hint: {
        ko: '디스크를 비우고 같은 명령을 다시 실행하세요. 표준 출력으로 받은 파일은 온전하지 않습니다.',
        en: 'Free some space and run the command again; a file that standard output went to is not whole.',
      },
      cause,
    },
  );
}
