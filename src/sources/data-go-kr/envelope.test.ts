import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEnvelope } from './envelope.ts';
import { itemCells, missingMember } from './item.ts';
import { acceptPage } from './page.ts';

const ROW = { a: '1', b: '2' };

function envelope(body: unknown, resultCode = '00'): string {
  return JSON.stringify({ response: { header: { resultCode, resultMsg: 'OK' }, body } });
}

function read(body: string, status = 200) {
  return readEnvelope({ status, body });
}

function kindOf(body: string, status = 200): string {
  const answer = read(body, status);
  return answer.ok ? 'rows' : answer.kind;
}

function gatewayXml(code: string): string {
  return `<OpenAPI_ServiceResponse>\n<cmmMsgHeader><errMsg>SERVICE ERROR</errMsg>
<returnAuthMsg>SOME_ERROR</returnAuthMsg><returnReasonCode>${code}</returnReasonCode></cmmMsgHeader></OpenAPI_ServiceResponse>`;
}

describe('the envelope of data.go.kr', () => {
  it.each(['0', '00'])('result code %s is success, with and without `response` around it', (code) => {
    const header = { resultCode: code, resultMsg: '정상' };
    const body = { items: { item: [ROW] }, numOfRows: 10, pageNo: 1, totalCount: '84,004' };
    for (const answer of [{ response: { header, body } }, { header, body }])
      expect(read(JSON.stringify(answer))).toEqual({
        ok: true,
        items: [ROW],
        pageNo: 1,
        pageSize: 10,
        total: 84_004,
      });
  });

  it.each([
    ['a list', { items: { item: [ROW, ROW] } }, 2],
    ['one object', { items: { item: ROW } }, 1],
    ['null', { items: { item: null } }, 0],
    ['no item', { items: {} }, 0],
    ['empty text for items', { items: '' }, 0],
    ['no items', {}, 0],
    ['no body', undefined, 0],
  ])('reads %s as a list', (_, body, rows) => {
    const answer = read(envelope(body));
    expect(answer.ok && answer.items.length).toBe(rows);
  });

  it.each([
    ['22', 'quota'],
    ['30', 'auth'],
    ['04', 'transient'],
    ['20', 'auth'],
    ['23', 'rate'],
    ['10', 'bad_request'],
    ['12', 'bad_request'],
    ['99', 'transient'],
    ['00', 'transient'],
  ])('gateway code %s as XML with HTTP 200 is %s, and the same as JSON', (code, kind) => {
    expect(kindOf(gatewayXml(code))).toBe(kind);
    for (const message of [{ returnAuthMsg: 'X' }, { errMsg: 'X' }])
      expect(
        kindOf(
          JSON.stringify({
            OpenAPI_ServiceResponse: { cmmMsgHeader: { ...message, returnReasonCode: code } },
          }),
        ),
      ).toBe(kind);
  });

  it.each([
    ['-10', 'quota'],
    ['-1', 'transient'],
    ['-3', 'transient'],
    ['-5', 'transient'],
    ['03', 'no_data'],
    ['3', 'no_data'],
  ])('service code %s is %s', (code, kind) => expect(kindOf(envelope({}, code))).toBe(kind));

  it('names the code and the reason, so that a person knows what to do', () => {
    const answer = read(gatewayXml('20'));
    expect(!answer.ok && answer.detail).toMatch(/code 20 \(SOME_ERROR\).*apply for this dataset/);
  });

  it.each([
    ['', 200, 'transient'],
    ['  \n', 200, 'transient'],
    ['', 403, 'auth'],
    ['Forbidden', 403, 'auth'],
    ['', 429, 'rate'],
    ['Bad gateway', 502, 'transient'],
    ['<html><body>502</body></html>', 502, 'transient'],
    ['<html><body>점검중</body></html>', 200, 'blocked'],
    [gatewayXml('30'), 403, 'auth'],
    [gatewayXml('22'), 429, 'quota'],
    ['{"response":{"header":{"resultCode":"00"', 200, 'transient'],
    ['[]', 200, 'schema'],
    ['{"body":{}}', 200, 'schema'],
    [envelope({ items: { item: ['x'] } }), 200, 'schema'],
    ['<response><header><resultCode>03</resultCode></header></response>', 200, 'no_data'],
    ['<response><header><resultCode>00</resultCode></header></response>', 200, 'schema'],
  ])('%j with HTTP %d is %s', (body, status, kind) => expect(kindOf(body, status)).toBe(kind));

  it('reads an answer that begins with a byte order mark or blanks', () =>
    expect(kindOf(`\uFEFF \n${envelope({})}`)).toBe('rows'));

  it('never throws, whatever comes', () => {
    const statuses = fc.integer({ min: 100, max: 599 });
    fc.assert(
      fc.property(fc.string(), statuses, (body, status) => {
        expect(read(body, status)).toHaveProperty('ok');
      }),
    );
    fc.assert(
      fc.property(fc.json(), (json) => {
        read(json);
        const answer = read(envelope(JSON.parse(json)));
        if (answer.ok) acceptPage(answer, 0, 10);
      }),
    );
  });
});

describe('a row', () => {
  it('is told without a value for null, [], {} and blanks, and 0 stays 0', () =>
    expect(
      itemCells({ a: null, b: [], c: {}, d: ' ', e: 0, f: '-' }, ['a', 'b', 'c', 'd', 'e', 'f', 'toString']),
    ).toEqual([null, null, null, null, '0', '-', null]));

  it('that lacks a member is fine while another has it; a member that none has is missed', () => {
    expect(missingMember([{ a: 1 }, { b: 1 }], ['a', 'b'])).toBeUndefined();
    expect(missingMember([{ a: 1 }], ['a', 'c'])).toBe('c');
    expect(missingMember([], ['a'])).toBeUndefined();
  });
});

describe('a page', () => {
  const page = (body: object, index: number) => {
    const answer = read(envelope(body));
    if (!answer.ok) throw new Error(answer.detail);
    return acceptPage(answer, index, 1000);
  };
  const items = { item: [ROW, ROW] };

  it('counts by the page size that is served, not by the one that was asked for', () => {
    expect(page({ items, numOfRows: 2, pageNo: 1, totalCount: 5 }, 0)).toMatchObject({
      page: { rows: 2, total: 5, more: true },
    });
    expect(page({ items, numOfRows: 2, pageNo: 3, totalCount: 5 }, 2)).toMatchObject({
      page: { more: false },
    });
  });

  it('without a total ends at the first short page', () => {
    expect(page({ items, numOfRows: 2 }, 0)).toMatchObject({ page: { more: true } });
    expect(page({ items }, 0)).toMatchObject({ page: { more: false } });
  });

  it('that is empty is the last', () =>
    expect(page({ totalCount: 9, numOfRows: 2, pageNo: 1 }, 0)).toMatchObject({
      page: { rows: 0, more: false },
    }));

  it('of another number is refused', () =>
    expect(page({ items, numOfRows: 2, pageNo: 1, totalCount: 9 }, 1)).toMatchObject({
      ok: false,
      kind: 'echo_mismatch',
    }));
});
