import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { logSince } from './log-file.ts';
import type { ServerFolder } from './server-folder.ts';
import type { ServerUser } from './server-user.ts';
import { dataVersion } from './server-version.ts';

/** Little memory: the records are small, and the machine's is for DuckDB and training. */
const SETTINGS: readonly string[] = [
  'listen_addresses=127.0.0.1',
  // a socket would lie in the shared temporary folder
  'unix_socket_directories=',
  'max_connections=100',
  'shared_buffers=48MB',
  'work_mem=4MB',
  'maintenance_work_mem=32MB',
  'max_wal_size=256MB',
  'min_wal_size=32MB',
  // nobody follows this server
  'wal_level=minimal',
  'max_wal_senders=0',
  'jit=off',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_line_prefix=%m [%p] %a ',
  'log_checkpoints=off',
];
/** After a crash every file is synced before the log is read again: by one call where the
 * system has it, which makes a recovery of 5 s one of 1 s. */
const SETTINGS_ON_LINUX: readonly string[] = ['recovery_init_sync_method=syncfs'];
/** Reading in the background is not worth its processes here; older servers do not know the setting. */
const SETTINGS_FROM_18: readonly string[] = ['io_method=sync'];

/** A server that was told to start. */
export interface Launched {
  readonly child: ChildProcess;
  /** What it has written to its log since. */
  words(): string;
}

/** Starts the server's process, which outlives us: only `stopServer` ends it. */
export function launch(programs: string, folder: ServerFolder, user: ServerUser, port: number): Launched {
  const settings = [
    ...SETTINGS,
    ...(process.platform === 'linux' ? SETTINGS_ON_LINUX : []),
    ...(dataVersion(folder.data) >= 18 ? SETTINGS_FROM_18 : []),
  ];
  const log = openSync(folder.log, 'a', 0o600);
  const from = statSync(folder.log).size;
  try {
    const child = spawn(
      join(programs, 'postgres'),
      ['-D', folder.data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
      {
        ...user,
        cwd: '/',
        env: { PATH: process.env.PATH, LC_ALL: 'C' },
        detached: true,
        stdio: ['ignore', log, log],
      },
    );
    // its exit is looked at, its absence told by the server's silence
    child.on('error', () => undefined);
    child.unref();
    return { child, words: () => logSince(folder.log, from) };
  } finally {
    closeSync(log);
  }
}
