import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRecords } from '../../src/records/open.ts';
import type { Records } from '../../src/records/records.ts';
import { askServer } from '../../src/records/server/ask-server.ts';
import { readPostmaster } from '../../src/records/server/postmaster.ts';
import { shippedPrograms } from '../../src/records/server/programs.ts';
import { serverFolder } from '../../src/records/server/server-folder.ts';
import { serverUser } from '../../src/records/server/server-user.ts';
import { recordsStatus } from '../../src/records/status.ts';
import { renewPassword, stopRecords } from '../../src/records/stop.ts';
import { postgresPrograms } from '../support/postgres-server.ts';

const asRoot = process.getuid?.() === 0;

describe.each([
  { whose: 'npm brought', programs: shippedPrograms() },
  { whose: 'the distribution brought', programs: postgresPrograms() ?? null },
])('the home’s own server, from the programs that $whose', ({ programs: found }) => {
  const here = it.skipIf(found === null);
  const programs = found ?? undefined;
  let path: string;
  let folder: ReturnType<typeof serverFolder>;
  beforeAll(() => {
    path = mkdtempSync(join(tmpdir(), 'sihwang-own-server-'));
    chmodSync(path, 0o755);
    folder = serverFolder(path);
  });
  afterAll(async () => {
    if (programs) await stopRecords(path, { force: true, programs });
    rmSync(path, { recursive: true, force: true });
  });

  const open = (keep = false) => openRecords({ path, id: 'home' }, { databaseUrl: '', keep, programs });
  const state = async () => (await recordsStatus(path, { databaseUrl: '' })).state;
  const answers = async ({ pool }: Records) => (await pool.query('select 1 as one')).rows[0].one === 1;

  here('is made by two openers at once and ends with its last user', async () => {
    expect(await state()).toMatch(/unused|unavailable/);
    const [one, two] = await Promise.all([open(), open()]);
    expect(one.url).toBe(two.url);
    await one.close();
    expect(await answers(two)).toBe(true);
    await two.close();
    expect(await state()).toBe('stopped');
    expect(readPostmaster(folder.data)).toBeNull();
  });

  here('is closed to everybody else', async () => {
    const records = await open();
    const { rows } = await records.pool.query(
      `select current_setting('listen_addresses') as listens, current_setting('unix_socket_directories') as sockets,
         current_setting('fsync') as fsync, pg_encoding_to_char(encoding) as encoding, datcollate as collation,
         (select rolpassword like 'SCRAM-SHA-256$%' from pg_authid where rolname = current_user) as scram
       from pg_database where datname = current_database()`,
    );
    expect(rows[0]).toEqual({
      listens: '127.0.0.1',
      sockets: '',
      fsync: 'on',
      encoding: 'UTF8',
      collation: 'C',
      scram: true,
    });
    const wrong = new URL(records.url);
    wrong.password = 'guessed';
    await expect(askServer(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    const mode = (file: string) => statSync(file).mode & 0o777;
    expect([mode(folder.password), mode(folder.log), mode(folder.data)]).toEqual([0o600, 0o600, 0o700]);
    expect(readFileSync(folder.log, 'utf8')).not.toContain(new URL(records.url).password);
    await records.close();
  });

  here('moves on when its port is taken, and stays there', async () => {
    const before = await open();
    const port = Number(new URL(before.url).port);
    await before.close();
    const taker = await listen(port);
    const moved = await open();
    expect(new URL(moved.url).port).not.toBe(String(port));
    await moved.close();
    taker.close();
    const after = await open();
    expect(after.url).toBe(moved.url);
    await after.close();
  });

  here('starts although its number went to another program, which is left alone', async () => {
    const records = await open();
    const note = join(folder.data, 'postmaster.pid');
    const text = readFileSync(note, 'utf8');
    await records.close();
    const stranger = spawn('sleep', ['600'], { ...serverUser(folder.data), cwd: '/' });
    writeFileSync(note, text.replace(/^\d+/, String(stranger.pid)));
    if (asRoot) execFileSync('chown', [`--reference=${folder.data}`, note]);
    expect(await state()).toBe('stopped');
    const started = await open();
    expect(await answers(started)).toBe(true);
    await started.close();
    expect(stranger.exitCode).toBeNull();
    stranger.kill();
  });

  here('comes back for those who use it when its process is killed', async () => {
    const records = await open();
    await records.pool.query('create table if not exists kept (x int)');
    await records.pool.query('insert into kept values (1)');
    const { pid } = readPostmaster(folder.data)!;
    process.kill(pid, 'SIGKILL');
    for (let attempt = 0, back = false; attempt < 300 && !back; attempt++) {
      await sleep(100);
      // the dead server's sessions may answer a moment longer
      back = readPostmaster(folder.data)?.pid !== pid && (await answers(records).catch(() => false));
    }
    expect((await records.pool.query('select x from kept')).rows).toEqual([{ x: 1 }]);
    await records.close();
    expect(await state()).toBe('stopped');
  });

  here('is left running for the user, and not stopped under those who use it', async () => {
    await (await open(true)).close();
    expect(await state()).toBe('running');
    const records = await open();
    const status = await recordsStatus(path, { databaseUrl: '' });
    expect(status.sessions).toEqual([{ name: expect.stringMatching(/^sihwang \d+\.\d+$/), connections: 1 }]);
    await expect(stopRecords(path, { programs })).rejects.toMatchObject({ code: 'RECORDS_IN_USE', exit: 75 });
    await records.close();
    expect(await state()).toBe('running');
    expect(await stopRecords(path, { programs })).toBe(true);
    expect(await stopRecords(path, { programs })).toBe(false);
  });

  here('ends with whoever uses it after its starter is dead', async () => {
    await (await open(true)).close();
    writeFileSync(folder.keeper, String(deadPid()));
    await (await open()).close();
    expect(await state()).toBe('stopped');
  });

  here('says what is wrong with a password that is lost or damaged, and takes a new one', async () => {
    const password = readFileSync(folder.password);
    rmSync(folder.password);
    await expect(open()).rejects.toMatchObject({ code: 'RECORDS_PASSWORD_MISSING', exit: 78 });
    writeFileSync(folder.password, '\n');
    await expect(open()).rejects.toMatchObject({ code: 'RECORDS_PASSWORD_MISSING' });
    writeFileSync(folder.password, `${String(password).trim().slice(1)}\n`);
    await expect(open()).rejects.toMatchObject({ code: 'RECORDS_PASSWORD_WRONG', exit: 78 });
    expect(await recordsStatus(path, { databaseUrl: '' })).toMatchObject({ state: 'unavailable' });
    await renewPassword(path, programs);
    const records = await open();
    expect((await records.pool.query('select x from kept')).rows).toEqual([{ x: 1 }]);
    expect(statSync(folder.password).mode & 0o777).toBe(0o600);
    await records.close();
  });

  here('refuses files of another major version of PostgreSQL', async () => {
    const file = join(folder.data, 'PG_VERSION');
    const version = Number(readFileSync(file, 'utf8'));
    for (const [other, hint] of [
      [version + 1, 'newer sihwang'],
      [version - 1, 'sihwang backup'],
    ] as const) {
      writeFileSync(file, `${other}\n`);
      await expect(open()).rejects.toMatchObject({
        code: 'RECORDS_OTHER_VERSION',
        exit: 78,
        hint: expect.stringContaining(hint),
      });
    }
    writeFileSync(file, `${version}\n`);
  });

  here('tells PostgreSQL’s own words when it does not start', async () => {
    const file = join(folder.data, 'postgresql.conf');
    const before = readFileSync(file);
    appendFileSync(file, 'no_such_setting = 1\n');
    await expect(open()).rejects.toThrow(/does not start: .*no_such_setting|configuration file/);
    writeFileSync(file, before);
    await (await open()).close();
  });

  here('copied with its home while it runs, is a second one', async () => {
    const original = await open();
    const copy = `${path}-copy`;
    execFileSync('cp', ['-a', path, copy]);
    const copied = await openRecords({ path: copy, id: 'home' }, { databaseUrl: '', programs });
    expect(new URL(copied.url).port).not.toBe(new URL(original.url).port);
    await copied.close();
    expect(await answers(original)).toBe(true);
    await original.close();
    rmSync(copy, { recursive: true });
  });

  it.skipIf(found === null || !asRoot)('refuses a home that its user can’t get to', async () => {
    const closed = mkdtempSync(join(tmpdir(), 'sihwang-closed-'));
    const opening = openRecords({ path: join(closed, 'home'), id: 'home' }, { databaseUrl: '', programs });
    await expect(opening).rejects.toMatchObject({
      code: 'RECORDS_UNREACHABLE_HOME',
      exit: 78,
      hint: expect.stringContaining(`chmod o+x '${closed}'`),
    });
    expect(existsSync(join(closed, 'home', 'records', 'server'))).toBe(false);
    rmSync(closed, { recursive: true });
  });
});

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function deadPid(): number {
  return Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
}
