import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SNAPSHOT_KILL_POINTS } from '../../src/lake/index.ts';
import { runCli } from '../support/cli.ts';
import { japanTable } from '../support/japan-table.ts';
import { fingerprints } from '../support/small-lake.ts';

/** kill -9 anywhere while a snapshot is drawn: what has a manifest is whole, and drawing again gives the same one. */
describe('a snapshot', () => {
  let folder: string;
  let home: string;
  let whole: Record<string, string>;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sihwang-snapshot-'));
    home = join(folder, 'home');
    writeFileSync(join(folder, 'table.csv'), japanTable(40).text);
    await succeed(['ingest', 'japan-maff', '--file', join(folder, 'table.csv')]);
    await succeed(['snapshot', 'create', 'japan-maff']);
    whole = kept();
    expect(Object.keys(whole).length).toBe(6);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function succeed(args: readonly string[]): Promise<string> {
    const ran = await runCli([...args, '--home', home, '--json']);
    expect(ran.code, ran.stderr).toBe(0);
    return ran.stdout;
  }

  const kept = () => fingerprints(join(home, 'store', 'snapshots'));

  it.each([...SNAPSHOT_KILL_POINTS, 'object-stored'])(
    'killed at %s is whole or none, and is drawn again to the same bytes',
    async (point) => {
      rmSync(join(home, 'store'), { recursive: true });
      const ran = await runCli(['snapshot', 'create', 'japan-maff', '--home', home], {
        env: { SIHWANG_KILL_AT: point },
      });
      expect(ran.signal, ran.stderr).toBe('SIGKILL');
      const listed = JSON.parse(await succeed(['snapshot', 'list'])) as { sha256: string }[];
      for (const { sha256 } of listed)
        for (const path of Object.keys(whole).filter(
          (name) => name.includes(sha256) && !name.includes('lineage'),
        ))
          expect(kept()).toHaveProperty([path], whole[path]);
      await succeed(['snapshot', 'create', 'japan-maff']);
      expect(kept()).toEqual(whole);
      expect(readdirSync(join(home, 'temp'))).toEqual([]);
    },
  );
});
