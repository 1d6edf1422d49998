import { join } from 'node:path';

/**
 * `<home>/records/`: all that the home's own PostgreSQL keeps on the disk. The rest of the home never depends on it.
 * `server/` appears as a whole, by one rename.
 */
export interface ServerFolder {
  readonly root: string;
  readonly server: string;
  /** PostgreSQL's data directory. */
  readonly data: string;
  /** The password of the server's only user, one line; nobody but its owner may read it. */
  readonly password: string;
  /** The port of the last start, tried first by the next. */
  readonly port: string;
  /** Who stops the server when nobody uses it any more: a process id, or `user` = only `sihwang records stop`. */
  readonly keeper: string;
  readonly log: string;
  /** There while a process makes or starts the server. */
  readonly startLock: string;
  /** A backup's records that the next opening takes in. */
  readonly restored: string;
}

export function serverFolder(homePath: string): ServerFolder {
  const root = join(homePath, 'records');
  const server = join(root, 'server');
  return {
    root,
    server,
    data: join(server, 'data'),
    password: join(server, 'password'),
    port: join(server, 'port'),
    keeper: join(root, 'keeper'),
    log: join(root, 'postgres.log'),
    startLock: join(root, 'starting.lock'),
    restored: join(root, 'restored'),
  };
}
