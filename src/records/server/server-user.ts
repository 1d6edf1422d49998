import { readFileSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EXIT, SihwangError } from '../../domain/index.ts';

/** As whom PostgreSQL's programs run; empty = as ourselves. PostgreSQL refuses to run as root. */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** `nobody`, which every system has. */
const NOBODY: ServerUser = { uid: 65_534, gid: 65_534 };

/**
 * Ourselves, or for root the owner of the data directory; while there is none, `postgres` if the machine has such a
 * user, else nobody.
 * @throws SihwangError `RECORDS_OTHER_USER` when the data directory belongs to somebody who we can't be
 */
export function serverUser(dataFolder: string, ownUid = process.getuid?.()): ServerUser {
  if (ownUid === undefined) return {};
  const owner = statSync(dataFolder, { throwIfNoEntry: false });
  if (ownUid === 0) {
    if (owner === undefined) return postgresUser() ?? NOBODY;
    if (owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
    throw otherUser(dataFolder, 0, `chown -R ${NOBODY.uid}:${NOBODY.gid} '${dataFolder}'`);
  }
  if (owner === undefined || owner.uid === ownUid) return {};
  throw otherUser(dataFolder, owner.uid, `sudo chown -R ${ownUid} '${dirname(dataFolder)}'`);
}

function otherUser(dataFolder: string, uid: number, mend: string): SihwangError {
  return new SihwangError(
    'RECORDS_OTHER_USER',
    { ko: `다른 사용자(${uid})의 폴더입니다: ${dataFolder}`, en: `${dataFolder} belongs to user ${uid}` },
    {
      exit: EXIT.configuration,
      hint: {
        ko: `홈을 만든 사용자로 sihwang을 실행하거나, 지금 사용자에게 넘기세요: ${mend}`,
        en: `Run sihwang as the user who made the home, or give it to the present one: ${mend}`,
      },
    },
  );
}

function postgresUser(): ServerUser | undefined {
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((one) => one.startsWith('postgres:'));
    const [, , uid, gid] = line?.split(':') ?? [];
    return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
  } catch {
    return undefined;
  }
}

/**
 * Makes sure that the server's user can walk to a folder or program.
 * @throws SihwangError `RECORDS_UNREACHABLE_HOME` naming the directory in the way and the command that opens it
 */
export function refuseUnreachable(path: string, user: ServerUser): void {
  if (user.uid === undefined) return;
  const ways = [];
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    ways.unshift(folder);
    if (folder === dirname(folder)) break;
  }
  for (const folder of ways) {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found === undefined) return;
    if (mayEnter(found, user)) continue;
    throw new SihwangError(
      'RECORDS_UNREACHABLE_HOME',
      {
        ko: `PostgreSQL은 root로 돌지 않는데, 그 사용자(${user.uid})가 들어갈 수 없는 폴더입니다: ${folder}`,
        en: `PostgreSQL does not run as root, and its user ${user.uid} may not enter ${folder}`,
      },
      {
        exit: EXIT.configuration,
        hint: {
          ko: `chmod o+x '${folder}', 다른 --home, 보통 사용자로 실행, 또는 DATABASE_URL 가운데 하나를 고르세요.`,
          en: `chmod o+x '${folder}', or choose another --home, or run sihwang as an ordinary user, or set DATABASE_URL.`,
        },
      },
    );
  }
}

function mayEnter({ mode, uid, gid }: Stats, user: ServerUser): boolean {
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  return (mode & bit) !== 0;
}
