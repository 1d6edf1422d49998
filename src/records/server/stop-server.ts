import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EXIT, SihwangError } from '../../domain/index.ts';
import { askServer, serverUrl } from './ask-server.ts';
import { isAlive, readPostmaster, servesHere } from './postmaster.ts';
import type { RunningServer } from './running-server.ts';
import type { ServerFolder } from './server-folder.ts';
import { serverUser } from './server-user.ts';

const PATIENCE_S = 60;

/**
 * Fast shutdown: sessions are cut off, what they committed is kept. False when no server ran.
 * @throws SihwangError `RECORDS_NOT_STOPPED`
 */
export async function stopServer(folder: ServerFolder, programs: string): Promise<boolean> {
  const found = readPostmaster(folder.data);
  if (found === null || !servesHere(found, folder.data)) return false;
  try {
    await promisify(execFile)(
      join(programs, 'pg_ctl'),
      ['stop', '-D', folder.data, '-m', 'fast', '-t', String(PATIENCE_S), '-s'],
      { ...serverUser(folder.data), cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C' } },
    );
  } catch (cause) {
    if (!servesHere(found, folder.data)) return true;
    throw new SihwangError(
      'RECORDS_NOT_STOPPED',
      { ko: '기록의 PostgreSQL이 멈추지 않았습니다', en: 'the PostgreSQL of the records did not stop' },
      {
        exit: EXIT.tryAgain,
        hint: { ko: `자세한 것은 로그 ${folder.log}에 있습니다.`, en: `Its log ${folder.log} says more.` },
        cause,
      },
    );
  }
  return true;
}

/** A connection of another program to the server. */
export interface Session {
  /** What the program calls itself. */
  readonly name: string;
  readonly connections: number;
}

/** Who is connected to the server, but for connections that call themselves `but`. */
export async function otherSessions(
  { port, password }: RunningServer,
  but: string,
): Promise<readonly Session[]> {
  return askServer<{ name: string; connections: number }>(
    serverUrl(port, password, 'postgres'),
    `select application_name as name, count(*)::int as connections from pg_stat_activity
     where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name <> $1
     group by 1 order by 1`,
    [but],
  );
}

/** Only `sihwang records stop` ends a server with this keeper. */
const USER = 'user';

/** Says who ends the server when nobody uses it any more: this process, or the user alone. */
export function keepServer(folder: ServerFolder, keeper: 'this process' | 'user'): void {
  writeFileSync(folder.keeper, keeper === USER ? USER : String(process.pid));
}

/** Whether it falls to this process to end the server: it started it, or whoever did is dead. */
function isKeeper(folder: ServerFolder): boolean {
  try {
    const keeper = readFileSync(folder.keeper, 'utf8');
    return keeper !== USER && (Number(keeper) === process.pid || !isAlive(Number(keeper)));
  } catch {
    return true;
  }
}

/** Ends the server if that falls to this process and nobody else is connected to it. */
export async function leaveServer(
  folder: ServerFolder,
  server: RunningServer,
  programs: string,
  ownName: string,
): Promise<void> {
  if (!isKeeper(folder)) return;
  // a server that can't be asked is not one to end
  const others = await otherSessions(server, ownName).catch(() => null);
  if (others === null) return;
  // whoever uses it still ends it then
  rmSync(folder.keeper, { force: true });
  if (others.length === 0) await stopServer(folder, programs);
}
