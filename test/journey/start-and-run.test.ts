import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { localDate } from '../../src/domain/index.ts';
import { openHome } from '../../src/lake/index.ts';
import { findResults } from '../../src/pipeline/forecasting/index.ts';
import { itemsOfShard } from '../../src/pipeline/forecasting/shards.ts';
import { buildDemo } from '../../src/pipeline/index.ts';
import { stopRecords } from '../../src/records/index.ts';
import { shippedPrograms } from '../../src/records/server/programs.ts';
import { homeStoreUri, openStore } from '../../src/store/index.ts';
import { runCli } from '../support/cli.ts';
import { type Started, startSihwang } from '../support/start.ts';

const DEMO = { years: 1, items: 4, markets: 2, lotsPerDay: 24, seed: 7 } as const;
const OWN_RECORDS = { DATABASE_URL: '' };

it.skipIf(shippedPrograms() === null)(
  'a dashboard and a daily run that begin together on one home forecast each series of a snapshot once, and both end well',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sihwang-together-'));
    // as root the records' server is another user's, who must be able to come by
    chmodSync(folder, 0o711);
    const home = openHome(join(folder, 'home'));
    let started: Started | undefined;
    try {
      await buildDemo(home, { ...DEMO, through: localDate('2026-03-02') }, { waitMs: 0, command: 'test' });
      const at = ['--home', home.path];
      const [ran] = await Promise.all([
        runCli(['run', 'daily', '--scheduled-for', '2026-03-04T00:00:00Z', '--json', ...at], {
          env: OWN_RECORDS,
        }),
        startSihwang([...at, '--no-demo', '--port', '0'], OWN_RECORDS).then((one) => {
          started = one;
        }),
      ]);
      expect(ran.code, ran.stderr).toBe(0);
      expect(JSON.parse(ran.stdout)).toMatchObject({ state: 'succeeded' });

      const board = await (await fetch(`${started!.address}/api/v1/board?feed=demo`)).json();
      expect(board.meta.day).toBe('2026-03-03');
      expect(await started!.end()).toBe(0);
      started = undefined;

      const store = await openStore(homeStoreUri(home.path));
      const made: string[] = [];
      for (const { spec } of await findResults(store, {})) {
        const items = await itemsOfShard(store, spec.job.shard!.itemsSha256);
        made.push(...items.map((series) => `${spec.job.snapshotSha256} ${series}`));
      }
      expect(made.length).toBeGreaterThanOrEqual(board.rows.length);
      expect(made.filter((one, at) => made.indexOf(one) !== at)).toEqual([]);
    } finally {
      await started?.end();
      await stopRecords(home.path, { force: true });
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
