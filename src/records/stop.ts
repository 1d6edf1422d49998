import { existsSync } from 'node:fs';
import { EXIT, SihwangError } from '../domain/index.ts';
import { setNewPassword } from './server/new-password.ts';
import { programsFor } from './server/own-server.ts';
import { serverFolder } from './server/server-folder.ts';
import { stopServer } from './server/stop-server.ts';
import { recordsStatus } from './status.ts';

/**
 * Stops the home's own server; false when none ran. Programs that use it keep it, unless `force`.
 * @throws SihwangError `RECORDS_IN_USE`, `RECORDS_NOT_STOPPED`
 */
export async function stopRecords(
  homePath: string,
  options: { readonly force?: boolean; readonly programs?: string | undefined } = {},
): Promise<boolean> {
  const folder = serverFolder(homePath);
  if (!existsSync(folder.data)) return false;
  const { sessions } = await recordsStatus(homePath, { databaseUrl: '' });
  if (sessions.length > 0 && !options.force)
    throw new SihwangError(
      'RECORDS_IN_USE',
      {
        ko: `기록을 쓰고 있는 프로그램이 있습니다: ${sessions.map(({ name }) => name || '이름 없는 프로그램').join(', ')}`,
        en: `the records are in use by ${sessions.map(({ name }) => name || 'a program without a name').join(', ')}`,
      },
      {
        exit: EXIT.tryAgain,
        hint: {
          ko: '먼저 그것을 끝내거나 --force로 연결을 끊으세요. 커밋된 것은 남습니다.',
          en: 'End those first, or cut them off with --force; what they committed is kept.',
        },
      },
    );
  return stopServer(folder, programsFor(options.programs));
}

/** Gives the home's own server a new password; one that runs is stopped for it. */
export async function renewPassword(homePath: string, programs?: string): Promise<void> {
  const folder = serverFolder(homePath);
  if (existsSync(folder.data)) await setNewPassword(folder, programsFor(programs));
}
