import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const NOBODY = 65_534;
const DEBIAN = '/usr/lib/postgresql';

/** The folder of the server's programs; undefined where PostgreSQL is not installed. */
export function postgresPrograms(): string | undefined {
  if (!existsSync(DEBIAN)) return undefined;
  const versions = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a));
  return versions
    .map((version) => join(DEBIAN, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
}

export interface PostgresServer {
  readonly url: string;
  /** Runs statements as the owner of everything. */
  run(sql: string): Promise<void>;
  stop(): Promise<void>;
}

/** A data directory of its own and how to start a server on it; its settings trade safety for speed. */
export interface Cluster {
  readonly folder: string;
  readonly url: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly options: { uid?: number; gid?: number; cwd: string; env: NodeJS.ProcessEnv };
}

export async function makeCluster(programs: string): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-postgres-'));
  // The server refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (user.uid !== undefined) chownSync(folder, NOBODY, NOBODY);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const port = await freePort();
  const options = { ...user, cwd: folder, env: { PATH: process.env.PATH, HOME: folder, LC_ALL: 'C.UTF-8' } };
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', 'owner', '-A', 'trust', '-E', 'UTF8', '-N'], {
    ...options,
    stdio: 'ignore',
  });
  const settings = ['fsync=off', 'full_page_writes=off', 'max_connections=200', 'listen_addresses=127.0.0.1'];
  return {
    folder,
    url: `postgresql://owner:not-the-secret@127.0.0.1:${port}/postgres`,
    command: join(programs, 'postgres'),
    arguments: [
      ...['-D', data, '-p', String(port)],
      ...[...settings, 'unix_socket_directories='].flatMap((setting) => ['-c', setting]),
    ],
    options,
  };
}

/** A real server in a folder of its own, on a free port of this machine, gone with everything when stopped. */
export async function startPostgres(programs: string): Promise<PostgresServer> {
  const cluster = await makeCluster(programs);
  const server = spawn(cluster.command, cluster.arguments, { ...cluster.options, stdio: 'ignore' });
  await answering(cluster.url, server);
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  return {
    url: cluster.url,
    run: (sql) => runSql(cluster.url, sql),
    stop: async () => {
      server.kill('SIGINT');
      await ended;
      rmSync(cluster.folder, { recursive: true, force: true });
    },
  };
}

/** Runs statements on a connection of their own. */
export async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  // a server that stops tells also those who are just being closed
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Resolves when the server answers. */
export async function answering(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await runSql(url, 'select 1');
    } catch (error) {
      if (attempt === 300 || server.exitCode !== null) throw error;
      await sleep(100);
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
