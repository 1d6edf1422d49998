import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connector, decode, HEADER } from './connector.ts';

const RANGE = { firstDay: '2026-09-02', lastDay: '2026-09-03' };
const [chunk] = connector.plan(RANGE, { items: ['245'], markets: ['2601'] });
const request = connector.request(chunk!, 0);

describe('what is asked of KAMIS', () => {
  it('is each product in each city, wholesale only where it is surveyed', () => {
    const ids = connector
      .plan(RANGE, { items: ['245', '411-05-05'], markets: ['1101', '3911'] })
      .map(({ id }) => id);
    expect(ids).toEqual([
      'wholesale/245/00/04/1101/2026-09-02/2026-09-03',
      'retail/245/00/04/1101/2026-09-02/2026-09-03',
      'retail/245/00/04/3911/2026-09-02/2026-09-03',
      'wholesale/411/05/05/1101/2026-09-02/2026-09-03',
      'retail/411/05/05/1101/2026-09-02/2026-09-03',
      'retail/411/05/05/3911/2026-09-02/2026-09-03',
    ]);
  });

  it('is cut at the ends of years and carries both spellings of the city', () => {
    const chunks = connector.plan(
      { firstDay: '2025-12-30', lastDay: '2026-01-05' },
      { items: ['245'], markets: ['3911'] },
    );
    expect(chunks.map(({ firstDay, lastDay }) => [firstDay, lastDay])).toEqual([
      ['2025-12-30', '2025-12-31'],
      ['2026-01-01', '2026-01-05'],
    ]);
    expect(request.query).toMatchObject({
      p_countycode: '2601',
      p_countrycode: '2601',
      p_convert_kg_yn: 'N',
    });
  });

  it('knows the vegetable that is numbered among the fruit', () => {
    const [tomato] = connector.plan(RANGE, { items: ['422-01'], markets: ['2601'] });
    expect(connector.request(tomato!, 0).query.p_itemcategorycode).toBe('200');
  });

  it.each(['411', 'apple', '', '4115'])('never guesses the kind of %j', (item) =>
    expect(() => connector.plan(RANGE, { items: [item] })).toThrow(/does not name an item with its kind/),
  );
});

it('refuses rice for an item whose name it does not know, and takes any other name for it', () => {
  const [apple] = connector.plan(RANGE, { items: ['411-05'], markets: ['2601'] });
  const judged = (itemname: string) => {
    const row = {
      itemname,
      kindname: '후지(10개)',
      countyname: '울산',
      marketname: '가',
      yyyy: '2026',
      regday: '09/02',
      price: '1',
    };
    const body = JSON.stringify({ data: { error_code: '000', item: [row] } });
    return connector.judge({ status: 200, body }, apple!, 0, connector.request(apple!, 0)).ok;
  };
  expect([judged('사과'), judged('쌀')]).toEqual([true, false]);
});

it('gives, for any text, rows that can be read or a refusal, and never throws', () => {
  const answers = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((json) => `{"data":{"error_code":"000","item":${json}}}`),
    fc.json().map((json) => `{"data":${json}}`),
    fc.tuple(fc.jsonValue(), fc.jsonValue()).map(([value, condition]) =>
      JSON.stringify({
        condition: [{ p_itemcode: condition }],
        data: {
          error_code: '000',
          item: [
            {
              itemname: value,
              kindname: value,
              countyname: '울산',
              marketname: value,
              yyyy: value,
              regday: value,
              price: value,
            },
          ],
        },
      }),
    ),
  );
  fc.assert(
    fc.property(answers, (body) => {
      const verdict = connector.judge({ status: 200, body }, chunk!, 0, request);
      const rows = decode(body, request.query);
      if (verdict.ok) expect(rows).toHaveLength(verdict.page.rows);
      else expect(verdict.detail).not.toBe('');
      for (const cells of rows) expect(cells).toHaveLength(HEADER.length);
    }),
  );
});
