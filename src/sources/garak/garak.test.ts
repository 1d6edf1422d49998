import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connector } from '../fetch/connector.ts';
import { garakArrivals, garakAuction } from './index.ts';

const DAY = { firstDay: '2026-09-03', lastDay: '2026-09-03' };

describe('what is asked of Garak', () => {
  it('is each corporation on each day, every item or the named ones', () => {
    const connector = garakAuction.connector as Connector;
    expect(connector.plan(DAY).map(({ id }) => id)).toEqual([
      '2026-09-03/11000101',
      '2026-09-03/11000102',
      '2026-09-03/11000103',
      '2026-09-03/11000104',
      '2026-09-03/11000105',
      '2026-09-03/11000106',
    ]);
    expect(connector.plan(DAY, { markets: ['11000106'], items: ['배추', '무'] }).map(({ id }) => id)).toEqual(
      ['2026-09-03/11000106/배추', '2026-09-03/11000106/무'],
    );
  });

  it('carries the credentials of its own dataset as secrets, never in the query', () => {
    for (const [feed, dataset] of [
      [garakArrivals, 'DATA22'],
      [garakAuction, 'DATA12'],
    ] as const) {
      const connector = feed.connector as Connector;
      const request = connector.request(connector.plan(DAY)[0]!, 0);
      expect(request.secrets).toEqual([
        { in: 'query', name: 'id', key: `GARAK_${dataset}_ID` },
        { in: 'query', name: 'passwd', key: `GARAK_${dataset}_PASSWD` },
      ]);
      expect(Object.keys(request.query)).not.toContain('passwd');
    }
  });
});

it('tells lots alike in everything apart, the same way at every reading', () => {
  const shape = garakAuction.shapes[0]!;
  const row = { PUMMOK: '배추', UUN: '10키로망', PPRICE: '1', ADJ_DT: '20260903' };
  const read = () => [
    ...shape.decode!(JSON.stringify({ resultData: [row, { ...row, PPRICE: '2' }, row] }), { s_bubin: 'x' }),
  ];
  expect(read().map((cells) => cells.at(-1))).toEqual(['1', '1', '2']);
  expect(read()).toEqual(read());
});

it('gives, for any text, rows that can be read or a refusal, and never throws', () => {
  const answers = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((json) => `{"resultData":${json}}`),
    fc.jsonValue().map((value) =>
      JSON.stringify({
        resultData: [
          {
            PUM_CD: value,
            PUM_NM: value,
            SUM_TOT: value,
            PUMMOK: value,
            UUN: value,
            PPRICE: value,
            ADJ_DT: '2026.09.03',
          },
        ],
      }),
    ),
  );
  for (const { connector, shapes } of [garakArrivals, garakAuction]) {
    const chunk = connector!.plan(DAY)[0]!;
    const request = connector!.request(chunk, 0);
    fc.assert(
      fc.property(answers, (body) => {
        const verdict = connector!.judge({ status: 200, body }, chunk, 0, request);
        const rows = [...shapes[0]!.decode!(body, request.query)];
        if (verdict.ok) expect(rows).toHaveLength(verdict.page.rows);
        else expect(verdict.detail).not.toBe('');
        for (const cells of rows) expect(cells).toHaveLength(shapes[0]!.header.length);
      }),
    );
  }
});
