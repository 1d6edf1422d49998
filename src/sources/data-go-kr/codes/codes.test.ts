import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RULE_CALENDARS } from '../../../domain/index.ts';
import { envelope, pageOf } from '../fixtures/envelope-scenes.ts';
import { codeTables } from './connector.ts';
import { readCodes } from './read-codes.ts';
import { CODE_TABLES, type CodeTable } from './tables.ts';

const TODAY = { firstDay: '2026-07-27', lastDay: '2026-07-27' };

function goods(code: string, name: string): Record<string, string> {
  const [large = '', item = '', kind = ''] = code.split('-');
  return {
    gds_lclsf_cd: large,
    gds_lclsf_nm: '엽경채류',
    gds_mclsf_cd: item,
    gds_mclsf_nm: '배추 ',
    gds_sclsf_cd: kind,
    gds_sclsf_nm: name,
  };
}

function judge(table: CodeTable, body: string, status = 200) {
  const chunk = codeTables.plan(TODAY).find((one) => one.shape === table)!;
  return codeTables.judge({ status, body }, chunk, 0, codeTables.request(chunk, 0));
}

describe('the code tables of aT', () => {
  it('are asked for one by one, without a day', () => {
    const chunks = codeTables.plan({ firstDay: '2020-01-01', lastDay: '2026-07-27' });
    expect(chunks.map(({ shape }) => shape)).toEqual(Object.keys(CODE_TABLES));
    expect(codeTables.request(chunks[0]!, 3)).toMatchObject({
      url: 'https://apis.data.go.kr/B552845/katCode/goods',
      query: { returnType: 'JSON', numOfRows: '1000', pageNo: '4' },
    });
  });

  it('are read over all their pages, the later name of a code, without rows that lack a part of it', () => {
    const pages = [
      pageOf([goods('10-01-05', '고랭지'), goods('10-01-01', '봄배추')]),
      pageOf([goods('10-01-05', '고냉지배추'), { ...goods('10-01-06', ''), gds_mclsf_cd: '' }], 2),
    ];
    expect(judge('goods', pages[0]!)).toMatchObject({ ok: true, page: { rows: 2, more: false } });
    expect(readCodes('goods', pages)).toEqual([
      { code: '10-01-01', names: ['엽경채류', '배추', '봄배추'] },
      { code: '10-01-05', names: ['엽경채류', '배추', '고냉지배추'] },
    ]);
  });

  it('of other columns than the rows of the trades have are refused by the name of what they lack', () => {
    const verdict = judge('grades', pageOf([{ code: '11', name: '특' }]));
    expect(verdict).toMatchObject({ ok: false, kind: 'schema' });
    expect(!verdict.ok && verdict.detail).toContain('`grd_cd`');
  });

  it('are never empty', () => {
    const chunk = codeTables.plan(TODAY)[0]!;
    expect(codeTables.expected(chunk, RULE_CALENDARS)).toBe('open');
  });

  it('give codes or none for any text', () => {
    const tables = fc.constantFrom(...(Object.keys(CODE_TABLES) as CodeTable[]));
    const body = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.json().map((json) => envelope({ items: JSON.parse(json) })),
    );
    fc.assert(
      fc.property(tables, body, (table, text) => {
        judge(table, text);
        for (const { names } of readCodes(table, [text]))
          expect(names.length).toBe(CODE_TABLES[table].length);
      }),
    );
  });
});
