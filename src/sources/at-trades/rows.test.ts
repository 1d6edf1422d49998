import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Staged, stage } from '../../../test/golden/feeds/stage.ts';
import { scenes as originScenes } from '../at-origin/fixtures/scenes.ts';
import { atOrigin } from '../at-origin/index.ts';
import { scenes as realtimeScenes } from '../at-realtime/fixtures/scenes.ts';
import { atRealtime } from '../at-realtime/index.ts';
import { scenes as saleScenes } from '../at-sale/fixtures/scenes.ts';
import { atSale } from '../at-sale/index.ts';
import { scenes as surveyScenes } from '../at-survey/fixtures/scenes.ts';
import { atSurvey } from '../at-survey/index.ts';
import { envelope } from '../data-go-kr/fixtures/envelope-scenes.ts';
import type { Feed } from '../feed.ts';
import type { Scene } from '../fetch/scene.ts';
import { lot } from './fixtures/talk.ts';

const FEEDS: readonly [Feed, readonly Scene[]][] = [
  [atOrigin, originScenes],
  [atRealtime, realtimeScenes],
  [atSale, saleScenes],
  [atSurvey, surveyScenes],
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-at-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An answer's rows as the feed's rules and columns make them, without a lake. */
async function staged(feed: Feed, answer: string): Promise<Staged> {
  const shape = feed.shapes[0]!;
  const rows = [shape.header, ...shape.decode!(answer, {})];
  const csv = rows.map((cells) => cells.map((cell) => (cell === null ? '' : `"${cell}"`)).join(','));
  const path = join(folder, 'rows.csv');
  writeFileSync(path, `${csv.join('\n')}\n`);
  return stage(feed, path);
}

const bodyOf = (scene: Scene): string => String(scene.exchanges[0]?.answer.body ?? '');

describe.each(FEEDS)('$profile.id', (feed, scenes) => {
  const inOneAnswer = scenes.filter((scene) => scene.ends.as === 'rows' && scene.exchanges.length === 1);

  it.each(inOneAnswer)('$name', async (scene) => {
    if (scene.ends.as !== 'rows') throw new Error('not a scene of rows');
    const table = await staged(feed, bodyOf(scene));
    try {
      const counted = await table.rows('SELECT outcome, count(*) AS n FROM staged GROUP BY outcome');
      expect(Object.fromEntries(counted.map(({ outcome, n }) => [outcome, Number(n)]))).toEqual(
        scene.ends.outcomes,
      );
      const columns = Object.entries(scene.ends.sample ?? {});
      if (columns.length === 0) return;
      const names = columns.map(([name]) => `${name}::VARCHAR AS ${name}`).join(', ');
      const [first] = await table.rows(`SELECT ${names} FROM staged WHERE outcome = 'accepted' LIMIT 1`);
      const asText = columns.map(([name, value]) => [
        name,
        typeof value === 'number' ? value : (value ?? null),
      ]);
      const came = columns.map(([name, value]) => [
        name,
        typeof value === 'number' ? Number(first?.[name]) : first?.[name],
      ]);
      expect(Object.fromEntries(came)).toEqual(Object.fromEntries(asText));
    } finally {
      table.close();
    }
  });

  it('gives rows or a refusal for any text, and never throws', () => {
    const { connector, shapes } = feed;
    const shape = shapes[0]!;
    const chunk = connector!.plan({ firstDay: '2026-07-24', lastDay: '2026-07-24' })[0]!;
    const row = fc.dictionary(fc.constantFrom(...shape.header), fc.anything(), { maxKeys: 30 });
    const answer = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.array(row, { maxLength: 4 }).map((rows) => {
        try {
          return envelope({ items: { item: rows }, numOfRows: 4, pageNo: 1 });
        } catch {
          return '';
        }
      }),
    );
    fc.assert(
      fc.property(answer, fc.integer({ min: 200, max: 599 }), (body, status) => {
        const verdict = connector!.judge({ status, body }, chunk, 0, connector!.request(chunk, 0));
        const rows = [...shape.decode!(body, {})];
        if (verdict.ok) expect(rows.length).toBe(verdict.page.rows);
        for (const cells of rows) expect(cells.length).toBe(shape.header.length);
      }),
    );
  });
});

describe('when a row could be known', () => {
  const recorded = async (feed: Feed, row: Record<string, unknown>): Promise<unknown> => {
    const table = await staged(feed, envelope({ items: { item: [row] } }));
    const [first] = await table.rows('SELECT recorded_at::VARCHAR AS at FROM staged');
    table.close();
    return first?.at;
  };

  it('is not before its service publishes the day, and later for a row that was changed later', async () => {
    expect(await recorded(atOrigin, lot(1, { mdfcn_dt: '2026-07-24 06:00:00' }))).toBe('2026-07-25 03:00:00');
    expect(await recorded(atOrigin, lot(1, { mdfcn_dt: '2026-07-28 06:00:00.0' }))).toBe(
      '2026-07-27 21:00:00',
    );
    expect(await recorded(atRealtime, lot(1, { mdfcn_dt: '20260724060000' }))).toBe('2026-07-23 21:00:00');
  });

  it('is not stated by a row without a time, or with one that is none', async () => {
    expect(await recorded(atOrigin, lot(1))).toBeNull();
    expect(await recorded(atOrigin, lot(1, { mdfcn_dt: '0000-00-00 00:00:00' }))).toBeNull();
    expect(await recorded(atOrigin, lot(1, { mdfcn_dt: '어제' }))).toBeNull();
  });
});

it('says in UTC when the hammer fell, also the evening before the market day', async () => {
  const table = await staged(atOrigin, envelope({ items: { item: [lot(1), lot(2, { scsbd_dt: '-' })] } }));
  const rows = await table.rows('SELECT market_day::VARCHAR AS day, sold_at::VARCHAR AS at FROM staged');
  table.close();
  expect(rows).toEqual([
    { day: '2026-07-24', at: '2026-07-23 13:15:21' },
    { day: '2026-07-24', at: null },
  ]);
});

describe('a key', () => {
  const lots = async (...rows: Record<string, unknown>[]): Promise<unknown[]> => {
    const table = await staged(atOrigin, envelope({ items: { item: rows } }));
    const found = await table.rows('SELECT lot, origin FROM staged');
    table.close();
    return found;
  };

  it('stays when a price or a quantity is corrected, and not when the lot is another', async () => {
    const [first, corrected, other] = (await lots(
      lot(1),
      lot(1, { scsbd_prc: '9000', qty: '119' }),
      lot(1, { auctn_seq2: '2' }),
    )) as { lot: string }[];
    expect(corrected!.lot).toBe(first!.lot);
    expect(other!.lot).not.toBe(first!.lot);
  });

  it('of a cancellation is its own', async () => {
    const [first, cancelled] = (await lots(lot(1), lot(1, { qty: '-120' }))) as { lot: string }[];
    expect(cancelled!.lot).toBe(`${first!.lot}/C`);
  });

  it('has one origin for the old and new names of a province', async () => {
    const rows = (await lots(
      ...['전라북도 고창군', '전북특별자치도  고창군 ', '전북 고창군', ' 고창군', ''].map((plor_nm, at) =>
        lot(at, { plor_nm }),
      ),
    )) as { origin: string }[];
    expect(rows.map(({ origin }) => origin)).toEqual([
      '전북 고창군',
      '전북 고창군',
      '전북 고창군',
      '고창군',
      '',
    ]);
  });
});

describe('a plan', () => {
  it('is one chunk a day and market, or as narrow as the scope', () => {
    const range = { firstDay: '2026-07-24', lastDay: '2026-07-25' };
    const { connector } = atSale;
    expect(connector!.plan(range).length).toBe(2 * 33);
    expect(connector!.plan(range, { markets: ['110001'], items: ['10-01'] }).map(({ id }) => id)).toEqual([
      'sale/2026-07-24/110001/10-01',
      'sale/2026-07-25/110001/10-01',
    ]);
  });

  it('of the survey is one chunk a year and item, named by the year when it is whole', () => {
    const range = { firstDay: '2024-01-01', lastDay: '2025-02-03' };
    const scope = { items: ['245', '600-611', '999'] };
    expect(atSurvey.connector!.plan(range, scope).map(({ id }) => id)).toEqual([
      'survey/200-245/2024',
      'survey/600-611/2024',
      'survey/900-999/2024',
      'survey/200-245/2025-01-01..2025-02-03',
      'survey/600-611/2025-01-01..2025-02-03',
      'survey/900-999/2025-01-01..2025-02-03',
    ]);
  });

  it('counts the calls of each service by itself', () => {
    const budgets = FEEDS.map(([feed]) => Object.keys(feed.connector!.callsPerDay)[0]);
    expect(new Set(budgets).size).toBe(FEEDS.length);
    for (const [feed] of FEEDS)
      for (const chunk of feed.connector!.plan({ firstDay: '2026-07-24', lastDay: '2026-07-24' }))
        expect(Object.keys(feed.connector!.callsPerDay)).toContain(chunk.budget);
  });
});
