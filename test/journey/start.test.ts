import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHome, withWriterLock } from '../../src/lake/index.ts';
import { runCli } from '../support/cli.ts';
import { japanTable } from '../support/japan-table.ts';
import { makeOlderServingFile } from '../support/old-home.ts';
import { SMALL_DEMO, startSihwang } from '../support/start.ts';

describe('sihwang start', () => {
  let folder: string;
  let home: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sihwang-start-'));
    home = join(folder, 'home');
    writeFileSync(join(folder, 'japan.csv'), japanTable(120).text);
    writeFileSync(join(folder, 'more.csv'), japanTable(150).text);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const ingest = (file: string) =>
    runCli(['ingest', 'japan-maff', '--file', join(folder, file), '--home', home, '--json']);
  const board = async (address: string, feed: string) =>
    (await fetch(`${address}/api/v1/board?feed=${feed}`)).json();

  it('serves an empty home with --no-demo, and takes in a real feed beside the running server', async () => {
    const bare = await startSihwang(['--home', join(folder, 'bare'), '--no-demo', '--port', '0']);
    expect((await (await fetch(`${bare.address}/api/v1/feeds`)).json()).feeds).toEqual([]);
    expect(await bare.end()).toBe(0);
  });

  it('builds once; the second start answers within 3 seconds with all data kept', async () => {
    // what a death behind the options of a demo market leaves is no market
    const args = ['start', '--home', home, '--port', '0', ...SMALL_DEMO];
    const killed = await runCli(args, { env: { SIHWANG_KILL_AT: 'demo-options-kept' } });
    expect(killed.signal, killed.stderr).toBe('SIGKILL');
    const first = await startSihwang(['--home', home, '--port', '0', ...SMALL_DEMO]);
    const seen = await board(first.address, 'demo');
    expect(await first.end()).toBe(0);

    const began = performance.now();
    const second = await startSihwang(['--home', home, '--port', '0']);
    const again = await board(second.address, 'demo');
    expect(performance.now() - began).toBeLessThan(3000);
    const facts = (answer: { rows: Record<string, unknown>[] }) =>
      answer.rows.map((row) => [row.series, row.price, row.normal]);
    expect(facts(again)).toEqual(facts(seen));
    expect(await second.end('SIGTERM')).toBe(0);
  });

  it('shows what another process takes in, within 5 seconds, each feed in its own currency', async () => {
    const server = await startSihwang(['--home', home, '--port', '0']);
    const ran = await ingest('japan.csv');
    expect(ran.code, ran.stderr).toBe(0);
    const ended = performance.now();
    let feeds: { id: string; currency: string; simulated: boolean }[] = [];
    while (performance.now() - ended < 5000 && feeds.length < 2) {
      feeds = (await (await fetch(`${server.address}/api/v1/feeds`)).json()).feeds;
      await sleep(50);
    }
    expect(feeds.map(({ id, currency, simulated }) => [id, currency, simulated])).toEqual([
      ['demo', 'KRW', true],
      ['japan-maff', 'JPY', false],
    ]);
    expect((await board(server.address, 'japan-maff')).rows).toHaveLength(3);
    expect(await server.end()).toBe(0);
  });

  it('publishes again by itself what another version published, and says meanwhile why a page cannot answer', async () => {
    await makeOlderServingFile(home, 'japan-maff');
    let server!: Awaited<ReturnType<typeof startSihwang>>;
    let item = '';
    // while another process writes, the publication waits
    await withWriterLock(openHome(home), { command: 'test' }, async () => {
      server = await startSihwang(['--home', home, '--port', '0']);
      const { rows } = await board(server.address, 'japan-maff');
      item = `${server.address}/api/v1/series?series=${encodeURIComponent(rows[0].series)}`;
      const refused = await fetch(item);
      expect([refused.status, (await refused.json()).code]).toEqual([503, 'PUBLISHED_BY_ANOTHER_VERSION']);
    });
    await expect.poll(async () => (await fetch(item)).status, { timeout: 30_000, interval: 100 }).toBe(200);
    expect(await server.end()).toBe(0);
  });

  it('takes the next port when its own is taken, but ends with 75 when the port was asked for', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as { port: number };
    const refused = await runCli(['start', '--home', home, '--port', String(port)]);
    expect(refused.code).toBe(75);
    expect(refused.stderr).toContain(`port ${port} is in use`);
    blocker.close();

    const [one, two] = [await startSihwang(['--home', home]), await startSihwang(['--home', home])];
    expect(two.port).not.toBe(one.port);
    expect([await one.end(), await two.end()]).toEqual([0, 0]);
  });

  it('refuses to listen off loopback with 78, and answers no foreign Host', async () => {
    const open = await runCli(['start', '--home', home, '--host', '0.0.0.0']);
    expect(open.code).toBe(78);
    expect(open.stderr).toContain('access tokens');
  });

  it('start, ingest and kill -9 together lose nothing and tear nothing', async () => {
    const before = new Set([120, 150]);
    for (let round = 0; round < 5; round++) {
      const server = await startSihwang(['--home', home, '--port', '0']);
      const writing = runCli(
        ['ingest', 'japan-maff', '--file', join(folder, 'more.csv'), '--home', home, '--json'],
        {
          killAfterMs: 200 + round * 180,
        },
      );
      for (let read = 0; read < 20; read++) {
        const answer = await fetch(`${server.address}/api/v1/board?feed=japan-maff&scope=all`);
        expect(answer.status).toBe(200);
        expect((await answer.json()).rows).toHaveLength(3);
      }
      await writing;
      server.child.kill('SIGKILL');
      const { stdout } = await runCli(['item', '30100', '--feed', 'japan-maff', '--home', home, '--json']);
      const days = JSON.parse(stdout).history.price.filter((price: number | null) => price !== null).length;
      expect(before).toContain(days);
      if (days === 150) before.delete(120);
    }
    const last = await ingest('more.csv');
    expect(last.code, last.stderr).toBe(0);
    const { stdout } = await runCli(['item', '30100', '--feed', 'japan-maff', '--home', home, '--json']);
    expect(JSON.parse(stdout).history.price.filter((price: number | null) => price !== null)).toHaveLength(
      150,
    );
  });
});
