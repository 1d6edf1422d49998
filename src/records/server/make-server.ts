import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EXIT, SihwangError } from '../../domain/index.ts';
import { publishFolder, reach, sweepTemporary, temporaryName } from '../../store/index.ts';
import { SERVER_USER } from './ask-server.ts';
import type { ServerFolder } from './server-folder.ts';
import type { ServerUser } from './server-user.ts';

/** Others may walk through, so that the server's user gets to its own; they may list nothing. */
const WAY_THROUGH = 0o711;
const OWN_FILE = 0o600;
const OWN_FOLDER = 0o700;

/** Makes the folder of the records ready for the server's files. */
export function makeRoot({ root }: ServerFolder): void {
  mkdirSync(root, { recursive: true });
  chmodSync(root, WAY_THROUGH);
}

/**
 * Makes a server's data directory (UTF-8, order of bytes, passwords as SCRAM) with a new password. It appears as a whole
 * or not at all; what another process made meanwhile is kept. Takes about 3 s. Hold the start lock.
 * @throws SihwangError `RECORDS_NOT_MADE` with PostgreSQL's words
 */
export async function makeServer(programs: string, folder: ServerFolder, user: ServerUser): Promise<void> {
  sweepTemporary(folder.root);
  const staged = temporaryName(folder.server);
  const data = join(staged, 'data');
  mkdirSync(data, { recursive: true });
  chmodSync(staged, WAY_THROUGH);
  chmodSync(data, OWN_FOLDER);
  const password = randomBytes(24).toString('base64url');
  const handedOver = join(staged, 'handed-over');
  writeFileSync(handedOver, password, { mode: OWN_FILE });
  writeFileSync(join(staged, 'password'), `${password}\n`, { mode: OWN_FILE });
  if (user.uid !== undefined) for (const path of [data, handedOver]) chownSync(path, user.uid, user.gid!);
  try {
    await promisify(execFile)(
      join(programs, 'initdb'),
      [
        ...['-D', data, '-U', SERVER_USER, `--pwfile=${handedOver}`, '--auth=scram-sha-256'],
        ...['-E', 'UTF8', '--locale=C', '--data-checksums', '--no-instructions'],
      ],
      { ...user, cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C' } },
    );
  } catch (cause) {
    rmSync(staged, { recursive: true, force: true });
    if (existsSync(folder.data)) return;
    const { stderr, message } = cause as { stderr?: string; message: string };
    throw new SihwangError(
      'RECORDS_NOT_MADE',
      {
        ko: `PostgreSQL을 준비하지 못했습니다: ${stderr?.trim() || message}`,
        en: `PostgreSQL could not be set up: ${stderr?.trim() || message}`,
      },
      {
        exit: EXIT.configuration,
        hint: {
          ko: '나온 문제(디스크, 권한)를 고치거나, DATABASE_URL로 따로 둔 PostgreSQL을 쓰세요.',
          en: 'Mend what it names (disk space, rights), or set DATABASE_URL to a PostgreSQL of your own.',
        },
        cause,
      },
    );
  }
  rmSync(handedOver, { force: true });
  try {
    publishFolder(staged, folder.server);
    reach('records-made');
  } catch (error) {
    rmSync(staged, { recursive: true, force: true });
    if (!existsSync(folder.data)) throw error;
  }
}
