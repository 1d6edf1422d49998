import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, SihwangError } from '../../domain/index.ts';
import { reach, temporaryName } from '../../store/index.ts';
import { SERVER_USER } from './ask-server.ts';
import { rotateLog } from './log-file.ts';
import type { ServerFolder } from './server-folder.ts';
import { serverUser } from './server-user.ts';
import { withStartLock } from './start-lock.ts';
import { stopServer } from './stop-server.ts';

/**
 * Gives the stopped server a new password, by PostgreSQL's mode for one user, which asks for none: whoever may read the
 * data directory may do this. A running server is stopped first.
 * @throws SihwangError `RECORDS_PASSWORD_KEPT`
 */
export async function setNewPassword(folder: ServerFolder, programs: string): Promise<void> {
  const password = randomBytes(24).toString('base64url');
  await withStartLock(folder.startLock, async () => {
    await stopServer(folder, programs);
    rotateLog(folder.log);
    await alterPassword(folder, programs, password);
    const temporary = temporaryName(folder.password);
    writeFileSync(temporary, `${password}\n`, { mode: 0o600, flush: true });
    renameSync(temporary, folder.password);
    reach('records-password-written');
  });
}

function alterPassword(folder: ServerFolder, programs: string, password: string): Promise<void> {
  const child = spawn(join(programs, 'postgres'), ['--single', '-D', folder.data, 'postgres'], {
    ...serverUser(folder.data),
    cwd: '/',
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => {
      words += data;
    });
  child.stdin.end(`alter user ${SERVER_USER} password '${password}';\n`);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0 && !/ERROR|FATAL/.test(words)) return resolve();
      reject(
        new SihwangError(
          'RECORDS_PASSWORD_KEPT',
          { ko: '기록이 새 비밀번호를 받지 않았습니다', en: 'the records took no new password' },
          {
            exit: EXIT.configuration,
            hint: {
              ko: `PostgreSQL의 말: ${words.replaceAll(password, '…').trim().split('\n').at(-1)}`,
              en: `PostgreSQL says: ${words.replaceAll(password, '…').trim().split('\n').at(-1)}`,
            },
          },
        ),
      );
    });
  });
}
