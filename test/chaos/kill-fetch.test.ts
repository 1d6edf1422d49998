import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cleanRowsSql } from '../../src/lake/clean-rows.ts';
import { openDatabase, queryOne } from '../../src/lake/database.ts';
import { openHome, readCommits } from '../../src/lake/index.ts';
import { type AskedFeed, fetchFeed } from '../../src/pipeline/index.ts';
import { feedById } from '../../src/sources/index.ts';
import { CLI, runCli } from '../support/cli.ts';
import { FETCH_KILL_POINTS, OCCASIONAL_KILL_POINTS } from '../support/fetch-kill-points.ts';
import { type LotServer, lotServer, PAGES_A_DAY } from '../support/lot-server.ts';
import { WHOLE_SUITES } from '../support/whole-suites.ts';

const FEED = 'at-origin';
const RANGE = { firstDay: '2026-07-22', lastDay: '2026-07-24' };
const ARGUMENTS = [
  'backfill',
  FEED,
  '--from',
  RANGE.firstDay,
  '--to',
  RANGE.lastDay,
  '--markets',
  '110001',
  '--json',
];
const CALLS = 3 * PAGES_A_DAY;
const ROWS = { rows: 15, lots: 15 };
/** Deaths at one point of one home; after the second it has been killed while it made up for a death. */
const TIMES = WHOLE_SUITES ? 3 : 2;
/** Calls that may be under way at the moment of a death. */
const IN_FLIGHT = feedById(FEED)!.connector!.manners.parallel;

/** kill -9 anywhere in a fetch: nothing acknowledged is lost, nothing doubled, and no call made twice but those in flight. */
describe('a fetch that is killed', () => {
  let folder: string;
  let server: LotServer;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sihwang-kill-fetch-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    server = await lotServer();
  });
  afterEach(() => server.close());

  const environment = () => ({ DATA_GO_KR_KEY: 'false-key', SIHWANG_ORIGINS: server.origins });
  const fetchInto = (home: string, options: Parameters<typeof runCli>[1] = {}, more: string[] = []) =>
    runCli([...ARGUMENTS, ...more, '--home', home], {
      ...options,
      env: { ...environment(), ...options.env },
    });

  /** The same range in this process. */
  const fetchHere = (path: string, { backfill = true, now = () => new Date() } = {}) =>
    fetchFeed(
      openHome(path),
      feedById(FEED) as AskedFeed,
      { range: RANGE, scope: { markets: ['110001'] }, backfill },
      { waitMs: 0, command: 'test', environment: environment(), now },
    );

  /** Rows the lake holds, and how many lots they are. */
  async function held(path: string): Promise<unknown> {
    const home = openHome(path);
    const instance = await openDatabase({ threads: 1 });
    try {
      const rows = cleanRowsSql(home, FEED, readCommits(home, FEED));
      const sql = `select count(*) as rows, count(distinct (market_day, corporation, lot)) as lots from (${rows})`;
      return await queryOne(await instance.connect(), sql);
    } finally {
      instance.closeSync();
    }
  }

  it.each(FETCH_KILL_POINTS)(`${TIMES} times at %s ends as if it had not been`, async (point) => {
    const home = join(folder, point);
    let kills = 0;
    for (let round = 0; round < TIMES; round++) {
      const ran = await fetchInto(home, { env: { SIHWANG_KILL_AT: point } });
      if (ran.signal === 'SIGKILL') kills += 1;
      else expect(ran.code, ran.stderr).toBe(0);
    }
    expect(kills).toBeGreaterThan(0);
    expect((await fetchHere(home)).stop).toBeUndefined();
    expect(await held(home)).toEqual(ROWS);
    expect(new Set(server.calls).size).toBe(CALLS);
    expect(server.calls.length).toBeLessThanOrEqual(CALLS + kills * IN_FLIGHT);
    const before = server.calls.length;
    const again = await fetchHere(home);
    expect(again.stop).toBeUndefined();
    expect(again.calls).toBe(0);
    expect(server.calls.length, 'what is good is not asked again').toBe(before);
  });

  it.each(OCCASIONAL_KILL_POINTS)('at %s ends as if it had not been', async (point) => {
    const home = join(folder, point);
    if (point === 'journal-cut') {
      expect((await fetchInto(home)).code).toBe(0);
      appendFileSync(join(home, 'fetch', 'journal'), '000000ff 00');
    } else if (point === 'journal-rewritten') {
      await swellJournal(home);
    } else if (point === 'account-stopped') {
      server.refusal =
        '<OpenAPI_ServiceResponse><cmmMsgHeader><returnReasonCode>22</returnReasonCode></cmmMsgHeader></OpenAPI_ServiceResponse>';
    } else if (point === 'event-cleared') {
      expect((await fetchInto(home)).code).toBe(0);
      await fetchToday(home);
      return;
    }
    const killed = await fetchInto(home, { env: { SIHWANG_KILL_AT: point } });
    expect(killed.signal, killed.stderr).toBe('SIGKILL');
    server.refusal = undefined;
    const ran = await fetchInto(home);
    if (point === 'account-stopped') {
      expect(ran.code, ran.stderr).toBe(75);
      expect(ran.stderr).toContain('SOURCE_QUOTA');
      return;
    }
    expect(ran.code, ran.stderr).toBe(0);
    expect(await held(home)).toEqual(ROWS);
  });

  /** Fills a journal with records that say the same, so that the next opening rewrites it. */
  async function swellJournal(home: string): Promise<void> {
    const { openFetchState } = await import('../../src/pipeline/fetch-journal.ts');
    const state = openFetchState(openHome(home));
    for (let n = 0; n < 600; n++) await state.spend({ budget: 'x', fingerprint: '' }, '2026-01-01', 1, 1e9);
    state.close();
  }

  /** The silent feed of an old range speaks again. */
  async function fetchToday(home: string): Promise<void> {
    const day = new Date(Date.now() + 9 * 3_600_000 - 86_400_000).toISOString().slice(0, 10);
    const first = new Date(Date.parse(day) - 3 * 86_400_000).toISOString().slice(0, 10);
    const recent = [
      'fetch',
      FEED,
      '--from',
      first,
      '--to',
      day,
      '--markets',
      '110001',
      '--json',
      '--home',
      home,
    ];
    const killed = await runCli(recent, { env: { ...environment(), SIHWANG_KILL_AT: 'event-cleared' } });
    expect(killed.signal, killed.stderr).toBe('SIGKILL');
    expect((await runCli(recent, { env: environment() })).code).toBe(0);
  }

  it('stopped by a signal ends with 143 after a checkpoint, and goes on from there', async () => {
    const home = join(folder, 'stopped');
    server.delayMs = 300;
    const child = spawn(process.execPath, [CLI, ...ARGUMENTS, '--home', home], {
      env: { ...process.env, ...environment() },
    });
    const ended = new Promise<number | null>((done) => child.once('close', done));
    while (server.calls.length < 3) await new Promise((done) => setTimeout(done, 20));
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
    server.delayMs = 0;
    expect((await fetchInto(home)).code).toBe(0);
    expect(await held(home)).toEqual(ROWS);
    expect(server.calls.length).toBeLessThanOrEqual(CALLS + IN_FLIGHT);
  });

  it('beside another: the second is told who is at work, or waits and asks for nothing twice', async () => {
    const home = join(folder, 'two');
    server.delayMs = 600;
    const first = fetchInto(home);
    while (server.calls.length < 1) await new Promise((done) => setTimeout(done, 20));
    const [turnedAway, waiting] = await Promise.all([
      fetchInto(home, {}, ['--wait', '0']),
      fetchInto(home, {}, ['--wait']),
    ]);
    expect(turnedAway.code).toBe(75);
    expect(turnedAway.stderr).toContain(`backfill ${FEED}`);
    expect((await first).code).toBe(0);
    expect(waiting.code, waiting.stderr).toBe(0);
    expect(server.calls.length).toBe(CALLS);
    expect(await held(home)).toEqual(ROWS);
  });

  it('on a clock that was set back asks for nothing again and still counts the calls of the day', async () => {
    const path = join(folder, 'clock');
    const at = (instant: string) => fetchHere(path, { backfill: false, now: () => new Date(instant) });
    expect((await at('2026-11-02T00:00:00Z')).calls).toBe(CALLS);
    expect((await at('2026-11-01T00:00:00Z')).calls).toBe(0);
    expect(
      (await at('2026-07-25T00:00:00Z')).calls,
      'not asked again either when the days are still late ones',
    ).toBe(0);
    expect(await held(path)).toEqual(ROWS);
  });

  it('on a full disk ends with 75 and loses nothing', async ({ skip }) => {
    const disk = join(folder, 'small-disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      skip('a small disk cannot be mounted here (needs root on Linux)');
    }
    try {
      const home = join(disk, 'home');
      const noise = () =>
        Array.from({ length: 200_000 }, () => Math.random().toString(36).slice(2, 6)).join('');
      server.ballast = noise();
      const full = await fetchInto(home);
      expect(full.code, full.stderr).toBe(75);
      expect(full.stderr).toContain('DISK_FULL');
      execFileSync('mount', ['-o', 'remount,size=64m', disk]);
      expect((await fetchInto(home)).code).toBe(0);
      expect(await held(home)).toEqual(ROWS);
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });
});
