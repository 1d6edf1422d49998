import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHome } from '../../src/lake/index.ts';
import { openRecords, recordsStatus, renewPassword, stopRecords } from '../../src/records/index.ts';
import { readPostmaster } from '../../src/records/server/postmaster.ts';
import { shippedPrograms } from '../../src/records/server/programs.ts';
import { serverFolder } from '../../src/records/server/server-folder.ts';
import { runCli } from '../support/cli.ts';

const NOBODY = 65_534;
const asRoot = process.getuid?.() === 0;

/** kill -9 of who started the server, of the server, of all: the next use finds every committed row, and no orphan stays. */
describe.skipIf(shippedPrograms() === null)('the records (skipped where npm brought no PostgreSQL)', () => {
  let path: string;
  let data: string;
  beforeAll(() => {
    path = mkdtempSync(join(tmpdir(), 'sihwang-kill-records-'));
    chmodSync(path, 0o755);
    data = serverFolder(path).data;
  });
  afterAll(async () => {
    await stopRecords(path, { force: true });
    rmSync(path, { recursive: true, force: true });
  });

  const open = () => openRecords({ path, id: 'home' }, { databaseUrl: '' });
  const state = async () => (await recordsStatus(path, { databaseUrl: '' })).state;

  /** Another process that has the records open. */
  async function user(env: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../support/records-user.mjs'), path, 'home'],
      {
        env: { ...process.env, ...env },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    await Promise.race([
      new Promise((resolve) => child.stdout!.once('data', resolve)),
      new Promise((resolve) => child.once('exit', resolve)),
    ]);
    return child;
  }

  async function end(child: ChildProcess): Promise<void> {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin!.write('end\n');
    await ended;
  }

  async function died(child: ChildProcess): Promise<void> {
    if (child.exitCode === null && child.signalCode === null)
      await new Promise((resolve) => child.once('exit', resolve));
    expect(child.signalCode).toBe('SIGKILL');
  }

  it('are made once although their maker is killed on the way', async () => {
    const halfMade = spawn(
      process.execPath,
      [join(import.meta.dirname, '../support/records-user.mjs'), path, 'home'],
      { stdio: 'ignore', detached: true },
    );
    for (let attempt = 0; attempt < 600 && !existsSync(serverFolder(path).startLock); attempt++)
      await sleep(20);
    await sleep(400);
    process.kill(-halfMade.pid!, 'SIGKILL');
    await died(halfMade);
    await died(await user({ SIHWANG_KILL_AT: 'records-made' }));
    expect(await state()).toBe('stopped');
    const [one, two] = await Promise.all([user(), user()]);
    await Promise.all([end(one), end(two)]);
    expect(await state()).toBe('stopped');
  });

  it('outlive who started them, and end with the next who uses them', async () => {
    const starter = await user();
    const { pid } = readPostmaster(data)!;
    starter.kill('SIGKILL');
    await died(starter);
    const records = await open();
    expect(readPostmaster(data)!.pid).toBe(pid);
    await records.close();
    expect(await state()).toBe('stopped');
  });

  it('keep what was committed, whoever is killed', async () => {
    let committed = 0;
    const first = await open();
    await first.pool.query('create table counted (x int)');
    for (const killed of ['server', 'all', 'starter', 'all', 'server'] as const) {
      const starter = await user();
      const records = killed === 'all' ? null : await open();
      const { pid } = readPostmaster(data)!;
      const writing = records ?? first;
      for (let row = 0; row < 20; row++) {
        await writing.pool.query('insert into counted values ($1)', [committed]);
        committed += 1;
      }
      if (killed !== 'server') starter.kill('SIGKILL');
      if (killed !== 'starter') process.kill(pid, 'SIGKILL');
      await records?.close().catch(() => undefined);
      if (killed === 'server') await end(starter);
      const next = await open();
      const { rows } = await next.pool.query(
        'select count(*)::int as n, count(distinct x)::int as d from counted',
      );
      expect(rows[0], killed).toEqual({ n: committed, d: committed });
      await next.close();
    }
    await first.close();
    expect(await state()).toBe('stopped');
  });

  it('take a new password although its giver is killed on the way', async () => {
    const killed = await runCli(['records', 'start', '--new-password', '--home', path], {
      env: { SIHWANG_KILL_AT: 'records-password-written', DATABASE_URL: '' },
    });
    expect(killed.signal, killed.stderr).toBe('SIGKILL');
    await renewPassword(path);
    await (await open()).close();
  });

  it('come back with their home from a backup, although the restoring is killed on the way', async () => {
    const env = { DATABASE_URL: '' };
    const home = openHome(join(path, 'backed-up'));
    const written = await openRecords(home, { databaseUrl: '' });
    await written.pool.query(
      "insert into sihwang.audit (actor, action, subject) values ('me', 'kept', '배추')",
    );
    await written.close();
    const target = join(path, 'target');
    const backup = await runCli(['backup', target, '--home', home.path, '--json'], { env });
    expect(JSON.parse(backup.stdout).records).toMatchObject({ rows: expect.any(Number) });
    const restored = join(path, 'restored');
    const killed = await runCli(['restore', target, '--home', restored], {
      env: { ...env, SIHWANG_KILL_AT: 'records-restored' },
    });
    expect(killed.signal, killed.stderr).toBe('SIGKILL');
    const again = await openRecords(openHome(restored), { databaseUrl: '' });
    const { rows } = await again.pool.query('select action, subject from sihwang.audit');
    expect(rows).toEqual([{ action: 'kept', subject: '배추' }]);
    await again.close();
    const manifest = readFileSync(join(target, 'backups', readdirSync(join(target, 'backups'))[0]!), 'utf8');
    expect(manifest).not.toContain('records/server');
  });

  it.skipIf(!asRoot)('belong to an ordinary user who runs sihwang', async () => {
    const home = join(path, 'of-nobody');
    mkdirSync(home);
    chownSync(home, NOBODY, NOBODY);
    const run = (...args: string[]) =>
      execFileSync(process.execPath, ['dist/cli/main.js', 'records', ...args, '--home', home, '--json'], {
        uid: NOBODY,
        gid: NOBODY,
        env: { PATH: process.env.PATH, HOME: home },
        encoding: 'utf8',
      });
    const { pid } = JSON.parse(run('start'));
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toContain(`Uid:\t${NOBODY}`);
    expect(JSON.parse(run('stop'))).toEqual({ stopped: true });
    // and to root afterwards, who starts it as the same user
    const asOther = await runCli(['records', 'start', '--home', home], { env: { DATABASE_URL: '' } });
    expect(asOther.code, asOther.stderr).toBe(0);
    expect(JSON.parse(run('stop'))).toEqual({ stopped: true });
  });
});
