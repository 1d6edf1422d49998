import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACKUP_KILL_POINTS, openHome, RESTORE_KILL_POINTS, replayCheck } from '../../src/lake/index.ts';
import { feedById, handOver } from '../../src/sources/index.ts';
import { runCli } from '../support/cli.ts';
import { japanTable } from '../support/japan-table.ts';
import { fingerprints } from '../support/small-lake.ts';
import { startSihwang } from '../support/start.ts';

const FEED = 'japan-maff';

/** kill -9 anywhere in a backup or a restore: an older backup stays whole, and half a home is none. */
describe('a backup', () => {
  let folder: string;
  let home: string;
  let before: Record<string, string>;
  let after: Record<string, string>;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sihwang-backup-'));
    home = join(folder, 'home');
    writeFileSync(join(folder, 'first.csv'), japanTable(40).text);
    writeFileSync(join(folder, 'second.csv'), japanTable(90).text);
    await succeed(['ingest', FEED, '--file', join(folder, 'first.csv'), '--home', home]);
    before = kept(home);
    await succeed(['backup', join(folder, 'older'), '--home', home]);
    await succeed(['ingest', FEED, '--file', join(folder, 'second.csv'), '--home', home]);
    after = kept(home);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function succeed(args: readonly string[]): Promise<string> {
    const ran = await runCli([...args, '--json']);
    expect(ran.code, ran.stderr).toBe(0);
    return ran.stdout;
  }

  /** The files of a home that a backup holds. */
  function kept(path: string): Record<string, string> {
    return Object.fromEntries(
      Object.entries(fingerprints(path)).filter(
        ([name]) => !/^(serving|temp|writer|locks|records)/.test(name),
      ),
    );
  }

  /** What a reader sees, but for the version and the moment. */
  async function board(path: string): Promise<unknown> {
    const { rows, day } = JSON.parse(await succeed(['board', '--home', path, '--all']));
    return { rows, day };
  }

  const unfinished = (path: string) =>
    readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.tmp-'));

  it.each(BACKUP_KILL_POINTS)(
    'killed at %s leaves the older one whole, and the next is complete',
    async (point) => {
      const target = join(folder, `killed-${point}`);
      cpSync(join(folder, 'older'), target, { recursive: true });
      const killed = await runCli(['backup', target, '--home', home], { env: { SIHWANG_KILL_AT: point } });
      expect(killed.signal, killed.stderr).toBe('SIGKILL');
      await succeed(['restore', target, '--home', join(folder, `then-${point}`)]);
      expect([before, after]).toContainEqual(kept(join(folder, `then-${point}`)));
      await succeed(['backup', target, '--home', home]);
      expect(unfinished(target)).toEqual([]);
      await succeed(['restore', target, '--home', join(folder, `last-${point}`)]);
      expect(kept(join(folder, `last-${point}`))).toEqual(after);
    },
  );

  it('killed at any moment is whole or none', async () => {
    const target = join(folder, 'any-moment');
    await succeed(['backup', target, '--home', home]);
    rmSync(join(target, 'files'), { recursive: true });
    rmSync(join(target, 'backups'), { recursive: true });
    for (let round = 0; round < 4; round++) {
      await runCli(['backup', target, '--home', home], { killAfterMs: 300 + 130 * round });
      const there = join(folder, `any-moment-${round}`);
      const ran = await runCli(['restore', target, '--home', there]);
      if (ran.code === 0) expect(kept(there)).toEqual(after);
      else expect(ran.stderr).toContain('holds no backup');
    }
    await succeed(['backup', target, '--home', home]);
    await succeed(['restore', target, '--home', join(folder, 'any-moment-last')]);
    expect(kept(join(folder, 'any-moment-last'))).toEqual(after);
  });

  it.each(RESTORE_KILL_POINTS)(
    'whose restore is killed at %s goes through the second time',
    async (point) => {
      const there = join(folder, `restore-${point}`);
      const restore = ['restore', join(folder, 'older'), '--home', there];
      const killed = await runCli(restore, { env: { SIHWANG_KILL_AT: point } });
      expect(killed.signal, killed.stderr).toBe('SIGKILL');
      expect(readdirSync(there)).not.toContain('commits');
      await succeed(restore);
      expect(fingerprints(there)).toEqual(before);
      const again = await runCli(restore);
      expect(again.code).toBe(2);
      expect(again.stderr).toContain('is not empty; nothing was restored');
    },
  );

  it('restores a home with the same board, whose rows are made again from its bytes', async () => {
    await succeed(['backup', join(folder, 'whole'), '--home', home]);
    const restored = join(folder, 'restored');
    await succeed(['restore', join(folder, 'whole'), '--home', restored]);
    const server = await startSihwang(['--home', restored, '--no-demo', '--port', '0']);
    await server.end();
    expect(await board(restored)).toEqual(await board(home));
    const feed = feedById(FEED)!;
    const replayed = await replayCheck(openHome(restored), FEED, (shape) =>
      handOver(feed, feed.shapes.find(({ id }) => id === shape)!),
    );
    expect(replayed.map(({ result }) => result)).toEqual(['same-bytes', 'same-bytes']);
  });

  it('beside a running server and a writer: every answer comes, and what is restored is one moment', async () => {
    const busy = join(folder, 'busy');
    await succeed(['restore', join(folder, 'older'), '--home', busy]);
    const server = await startSihwang(['--home', busy, '--no-demo', '--port', '0']);
    let backedUp = false;
    const answers: number[] = [];
    const reading = (async () => {
      while (!backedUp) answers.push((await fetch(`${server.address}/api/v1/board?feed=${FEED}`)).status);
    })();
    const target = join(folder, 'busy-backup');
    try {
      await Promise.all([
        succeed(['backup', target, '--home', busy, '--wait']),
        succeed(['ingest', FEED, '--file', join(folder, 'second.csv'), '--home', busy, '--wait']),
      ]);
    } finally {
      backedUp = true;
      await reading;
      await server.end();
    }
    expect(answers.length).toBeGreaterThan(5);
    expect(new Set(answers)).toEqual(new Set([200]));
    await succeed(['restore', target, '--home', join(folder, 'busy-restored')]);
    // what forecasts rest on goes into the store all the while, each object whole and named by its content
    const lake = (files: Record<string, string>) =>
      Object.fromEntries(Object.entries(files).filter(([name]) => !name.startsWith('store')));
    expect([lake(before), lake(kept(busy))]).toContainEqual(lake(kept(join(folder, 'busy-restored'))));
    const manifest = readFileSync(join(target, 'backups', readdirSync(join(target, 'backups'))[0]!), 'utf8');
    expect(manifest).not.toContain('serving/');
  });
});
