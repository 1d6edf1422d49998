import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHome } from '../../src/lake/index.ts';
import { openRecords, type RecordsStatus, recordsStatus, stopRecords } from '../../src/records/index.ts';
import { shippedPrograms } from '../../src/records/server/programs.ts';
import { startSihwang } from '../support/start.ts';

const asRoot = process.getuid?.() === 0;
const NONE = { DATABASE_URL: '' };

describe.skipIf(shippedPrograms() === null)('sihwang start (skipped where npm brought no PostgreSQL)', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'sihwang-start-records-'));
    chmodSync(home, 0o711);
  });
  afterAll(async () => {
    await stopRecords(home, { force: true });
    rmSync(home, { recursive: true, force: true });
  });

  const start = (at = home) => startSihwang(['--home', at, '--no-demo', '--port', '0'], NONE);
  const status = () => recordsStatus(home, { databaseUrl: '' });

  async function until(state: RecordsStatus['state']): Promise<void> {
    for (let attempt = 0; attempt < 600 && (await status()).state !== state; attempt++) await sleep(100);
    expect((await status()).state).toBe(state);
  }

  it('sets the records up behind the first page, and stopped meanwhile leaves none of it running', async () => {
    const started = await start();
    expect((await status()).state).toBe('unused');
    expect((await fetch(`${started.address}/api/v1/feeds`)).status).toBe(200);
    expect(await started.end()).toBe(0);
    expect((await status()).state).toBe('stopped');
  });

  it('starts them, and on Ctrl-C stops them unless somebody else uses them', async () => {
    const started = await start();
    await until('running');
    const other = await openRecords(openHome(home), { databaseUrl: '' });
    expect(await started.end()).toBe(0);
    expect((await other.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await other.close();
    expect((await status()).state).toBe('stopped');
  });

  it('ends what a start that was killed left running', async () => {
    const killed = await start();
    await until('running');
    await killed.end('SIGKILL');
    expect((await status()).state).toBe('running');
    const next = await start();
    await until('running');
    await sleep(500);
    expect(await next.end()).toBe(0);
    expect((await status()).state).toBe('stopped');
  });

  it.skipIf(!asRoot)('tells in one line why there are none, and serves the pages', async () => {
    const closed = mkdtempSync(join(tmpdir(), 'sihwang-start-closed-'));
    const started = await start(closed);
    let words = '';
    started.child.stderr!.on('data', (data) => {
      words += data;
    });
    expect((await fetch(`${started.address}/api/v1/feeds`)).status).toBe(200);
    for (let attempt = 0; attempt < 100 && !words.includes('\n'); attempt++) await sleep(50);
    expect(words).toMatch(
      /^ {2}the dashboard works without its records: .* may not enter .* → chmod o\+x .*\n$/,
    );
    expect(await started.end()).toBe(0);
    rmSync(closed, { recursive: true });
  });
});
