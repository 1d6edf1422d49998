import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'sihwang-platform-feed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MAPPING = {
  name: 'orders',
  title: { ko: '주문', en: 'Orders' },
  from: { folder: join(folder, 'drop') },
  currency: 'KRW',
  timeZone: 'Asia/Seoul',
  columns: {
    marketDay: 'day',
    lot: 'line',
    item: { column: 'sku', values: { C: '211' } },
    itemName: 'name',
    unit: 'unit',
    quantity: 'boxes',
    price: 'price',
    amount: 'total',
    market: { constant: 'hub-1' },
    status: { column: 'state', values: { paid: 'sold', void: 'cancelled' } },
  },
};

async function json<T>(...args: readonly string[]): Promise<T> {
  const ran = await runCli([...args, '--home', join(folder, 'home'), '--json']);
  expect(ran.code, ran.stderr).toBe(0);
  return JSON.parse(ran.stdout) as T;
}

it('treats a mapped feed like any other: shown, explained, quarantined, exported, made again and undone', async () => {
  mkdirSync(join(folder, 'drop'));
  writeFileSync(join(folder, 'orders.json'), JSON.stringify(MAPPING));
  writeFileSync(
    join(folder, 'drop', 'a.csv'),
    [
      'line,day,sku,name,unit,boxes,price,total,state',
      '1,2026-01-05,C,배추,10kg망,3,8000,24000,paid',
      '2,2026-01-05,C,배추,10kg망,1,9000,9000,paid',
      '3,2026-01-05,C,배추,10kg망,5,1,5,strange',
      '',
    ].join('\n'),
  );
  await json('platform', 'add', join(folder, 'orders.json'));
  const taken = await json<{ feed: string; tables: { outcomes: object }[] }>('platform', 'take', 'orders');
  const feed = 'platform-orders';
  expect(taken).toMatchObject({ feed, tables: [{ outcomes: { accepted: 2, rejected: 1 } }] });

  const { rows } = await json<{ rows: { series: string; price: number }[] }>(
    'board',
    '--feed',
    feed,
    '--all',
  );
  expect(rows).toHaveLength(1);
  const { series } = rows[0]!;

  type Told = {
    status: string;
    rows: { role: string }[];
    rules: { id: string; met: number; says: object }[];
  };
  const told = await json<Told>('explain', series, '2026-01-05');
  expect(told.rows.filter(({ role }) => role !== 'rejected')).toHaveLength(2);
  expect(told.rules.map(({ id }) => id)).toContain('unknown-status');

  const quarantine = await runCli([
    'quarantine',
    'list',
    feed,
    '--home',
    join(folder, 'home'),
    '--lang',
    'ko',
  ]);
  expect(quarantine.stdout).toMatch(/unknown-status\s+1\s+[가-힣]/);
  expect(await json('quarantine', 'replay', feed)).toMatchObject({ feed, replayed: [] });

  const sources = await json<{ id: string; lastDay: string | null }[]>('sources');
  expect(sources.find(({ id }) => id === feed)).toMatchObject({ lastDay: '2026-01-05' });
  expect(await json('sources', 'freshness', feed)).toMatchObject({ feed });
  const doctor = await runCli(['doctor', '--home', join(folder, 'home')]);
  expect(doctor.stdout).toContain(`feed ${feed}`);

  const exported = await runCli(['export', 'board', '--feed', feed, '--home', join(folder, 'home')]);
  expect(exported.stdout).toContain(series);

  expect(await json('replay', feed, '--check')).toMatchObject([{ commit: 1, result: 'same-bytes' }]);
  expect(await json('commits', feed)).toHaveLength(1);
  expect(await json('undo', feed, '1')).toMatchObject({ feed, undone: { number: 1 } });
  expect(await json('commits', feed)).toEqual([]);
});
