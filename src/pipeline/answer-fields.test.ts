import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lotServer } from '../../test/support/lot-server.ts';
import { SmallLake } from '../../test/support/small-lake.ts';
import { feedById } from '../sources/index.ts';
import { fieldsOf } from './answer-fields.ts';
import type { AskedFeed } from './fetch-batch.ts';
import { fetchFeed } from './fetch-feed.ts';
import { readFetchState } from './fetch-journal.ts';

describe('members of an answer', () => {
  it('are those of its longest list of rows, wherever it lies', () => {
    const answer = {
      head: [{ code: '00' }],
      body: {
        items: {
          item: [
            { a: 1, b: 2 },
            { a: 3, c: null },
          ],
        },
      },
    };
    expect(fieldsOf(JSON.stringify(answer))).toEqual({
      some: new Set(['a', 'b', 'c']),
      every: new Set(['a']),
    });
  });

  it('are not told of what is no list of rows, and never throw', () => {
    for (const text of ['', '<html>', '[]', '{"a":1}', '[1,2]', 'day,price\n2024-01-01,5'])
      expect(fieldsOf(text)).toBeUndefined();
    fc.assert(
      fc.property(fc.json(), (text) => {
        const fields = fieldsOf(text);
        for (const name of fields?.every ?? []) expect(fields!.some.has(name)).toBe(true);
      }),
    );
  });
});

it('says which members came and went since a week before, until the answers of a week are alike', async () => {
  const lake = new SmallLake();
  const server = await lotServer();
  const feed = feedById('at-origin') as AskedFeed;
  const fetchDay = async (day: string) => {
    await fetchFeed(
      lake.home,
      feed,
      { range: { firstDay: day, lastDay: day }, scope: { markets: ['110001'] }, backfill: false },
      {
        waitMs: 0,
        command: 'test',
        environment: { DATA_GO_KR_KEY: 'false-key', SIHWANG_ORIGINS: server.origins },
        now: () => new Date(`${day}T23:00:00Z`),
        sleep: async () => {},
      },
    );
    const events = (await readFetchState(lake.home).events()).filter(({ id }) => id.startsWith('fields/'));
    return events.map(({ said }) => said.en);
  };
  try {
    expect(await fetchDay('2026-07-06')).toEqual([]);
    expect(await fetchDay('2026-07-07')).toEqual([]);
    server.members = { frost_yn: 'N', unit_nm: undefined };
    const [said, ...more] = await fetchDay('2026-07-08');
    expect(more).toEqual([]);
    expect(said).toContain('have frost_yn, which they had not and lack unit_nm, which every row had');
    expect(await fetchDay('2026-07-09')).toEqual([said]);
    expect(await fetchDay('2026-07-16')).toEqual([]);
  } finally {
    await server.close();
    lake.close();
  }
});
