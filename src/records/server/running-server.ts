import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bilingual, EXIT, SihwangError } from '../../domain/index.ts';
import { whoAnswers } from './ask-server.ts';
import { freePort, lastPort } from './free-port.ts';
import { type Launched, launch } from './launch.ts';
import { rotateLog } from './log-file.ts';
import { makeRoot, makeServer } from './make-server.ts';
import { readPassword, wrongPassword } from './password.ts';
import { forgetPostmaster, type Postmaster, readPostmaster, servesHere } from './postmaster.ts';
import type { ServerFolder } from './server-folder.ts';
import { refuseUnreachable, type ServerUser, serverUser } from './server-user.ts';
import { refuseOtherVersion } from './server-version.ts';
import { withStartLock } from './start-lock.ts';

/** Our server, answering. */
export interface RunningServer extends Postmaster {
  readonly password: string;
  /** Whether this call started it; false = it ran already. */
  readonly started: boolean;
}

export interface StartOptions {
  /** The folder of PostgreSQL's programs. */
  readonly programs: string;
  /** A line for people about what takes time. */
  readonly onProgress?: ((line: Bilingual) => void) | undefined;
}

/** Recovery after a crash took 5 s on a small server; a slow disk may need minutes. */
const PATIENCE_MS = 180_000;
const TELL_AFTER_MS = 2000;
const POLL_MS = 50;
const STARTS_TRIED = 5;

/**
 * The home's own server: the one that runs, else it is started, else made first.
 * @throws SihwangError `RECORDS_PASSWORD_MISSING`, `RECORDS_PASSWORD_WRONG`, `RECORDS_OTHER_VERSION`,
 * `RECORDS_OTHER_USER`, `RECORDS_UNREACHABLE_HOME`, `RECORDS_NOT_MADE`, `RECORDS_NOT_STARTED`
 */
export async function adoptOrStart(folder: ServerFolder, options: StartOptions): Promise<RunningServer> {
  const password = existsSync(folder.data) ? readPassword(folder) : null;
  const found = readPostmaster(folder.data);
  if (password !== null && found !== null && servesHere(found, folder.data)) {
    rotateLog(folder.log);
    const answer = await whoAnswers(found.port, password, folder.data);
    if (answer === 'ours') return { ...found, password, started: false };
  }
  const user = serverUser(folder.data);
  makeRoot(folder);
  refuseUnreachable(folder.root, user);
  refuseUnreachable(options.programs, user);
  return withStartLock(folder.startLock, async () => {
    if (!existsSync(folder.data)) {
      options.onProgress?.({
        ko: '기록용 PostgreSQL을 처음 한 번 준비합니다 …',
        en: 'setting up the PostgreSQL of the records, once …',
      });
      await makeServer(options.programs, folder, user);
    }
    rotateLog(folder.log);
    return start(folder, user, readPassword(folder), options);
  });
}

async function start(
  folder: ServerFolder,
  user: ServerUser,
  password: string,
  { programs, onProgress }: StartOptions,
): Promise<RunningServer> {
  const began = performance.now();
  let told = false;
  let port = lastPort(folder.port);
  let launched: Launched | null = null;
  for (let starts = 0; performance.now() - began < PATIENCE_MS; await sleep(POLL_MS)) {
    const found = readPostmaster(folder.data);
    if (found !== null && servesHere(found, folder.data)) {
      const answer = await whoAnswers(found.port, password, folder.data);
      if (answer === 'password-refused') throw wrongPassword(folder);
      if (answer === 'ours') {
        if (found.port !== lastPort(folder.port)) writeFileSync(folder.port, `${found.port}\n`);
        return { ...found, password, started: launched?.child.pid === found.pid };
      }
      if (!told && performance.now() - began > TELL_AFTER_MS) {
        onProgress?.({
          ko: '복구 중이거나 바쁜 기록용 PostgreSQL을 기다립니다 …',
          en: 'waiting for the PostgreSQL of the records, which recovers or is busy …',
        });
        told = true;
      }
      continue;
    }
    if (launched?.child.exitCode === null && launched.child.pid !== undefined) continue;
    if (launched !== null) {
      const words = launched.words();
      if (/could not bind|could not create any TCP/.test(words)) port += 1;
      else if (found !== null && /lock file "postmaster\.pid" already exists/.test(words))
        forgetPostmaster(found, folder.data);
      else if (!/pre-existing shared memory block/.test(words) && starts >= STARTS_TRIED)
        throw notStarted(folder, words);
    } else refuseOtherVersion(programs, folder.data);
    port = await freePort(port);
    launched = launch(programs, folder, user, port);
    starts += 1;
  }
  throw notStarted(folder, launched?.words() ?? '');
}

function notStarted(folder: ServerFolder, words: string): SihwangError {
  const last = words
    .split('\n')
    .filter((line) => /FATAL|PANIC|ERROR|HINT/.test(line))
    .slice(-3)
    .map((line) => line.replace(/^.*?(FATAL|PANIC|ERROR|HINT): */, ''))
    .join('; ');
  return new SihwangError(
    'RECORDS_NOT_STARTED',
    {
      ko: `기록의 PostgreSQL이 시작되지 않습니다: ${last || '아무 말이 없음'}`,
      en: `the PostgreSQL of the records does not start: ${last || 'it says nothing'}`,
    },
    {
      exit: EXIT.tryAgain,
      hint: {
        ko: `자세한 것은 로그 ${folder.log}에 있습니다. 나온 문제를 고치고 다시 해 보세요.`,
        en: `Its log ${folder.log} says more; mend what it names and try again.`,
      },
    },
  );
}
