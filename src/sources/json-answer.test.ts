import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCalendars, localDate } from '../domain/index.ts';
import { euAgrifood } from './eu-agrifood/index.ts';
import { plainPrice } from './eu-agrifood/price-text.ts';
import { indiaAgmarknet } from './india-agmarknet/index.ts';
import { taiwanAmis } from './taiwan-amis/index.ts';
import { isoDayOfRoc, rocDayText } from './taiwan-amis/roc-day.ts';
import { taiwanRestDays } from './taiwan-rest-days/index.ts';
import { dateForm } from './uk-defra/edition-dates.ts';
import { ukDefra } from './uk-defra/index.ts';
import { packageUnit } from './usda-mars/answer.ts';
import { usdaMars } from './usda-mars/index.ts';

const RANGE = { firstDay: '2026-09-08', lastDay: '2026-09-08' };

describe.each([taiwanAmis, taiwanRestDays, ukDefra, euAgrifood, indiaAgmarknet, usdaMars])(
  '$profile.id',
  ({ connector, shapes }) => {
    it('makes of any text rows or a refusal that says why, and never throws', () => {
      const [chunk] = connector!.plan(RANGE);
      const decode = shapes.find(({ id }) => id === chunk!.shape)!.decode;
      const member = fc.constantFrom(
        'results',
        'records',
        'errMsg',
        'ClosedDate',
        '交易日期',
        'package',
        'price',
      );
      const rows = fc.array(fc.dictionary(member, fc.jsonValue()), { maxLength: 3 });
      const texts = fc.oneof(
        fc.string(),
        fc.json(),
        rows.map((list) => JSON.stringify(list)),
      );
      fc.assert(
        fc.property(texts, fc.constantFrom(200, 403, 429, 500), (body, status) => {
          const asked = connector!.request(chunk!, 0);
          const verdict = connector!.judge({ status, body }, chunk!, 0, asked);
          if (!verdict.ok) expect(verdict.detail).not.toBe('');
          if (decode) expect([...decode(body, asked.query)].length).toBeGreaterThanOrEqual(0);
        }),
        { numRuns: 300 },
      );
    });
  },
);

it.each([
  ['€1,234.56', '1234.56'],
  ['€233,00', '233.00'],
  ['€1.234,5', '1234.5'],
  ['€1.234', '1234'],
  ['12,345,678', '12345678'],
  ['€1.2345', undefined],
  ['€1,234,56.7', undefined],
  ['€-5', undefined],
  ['-', undefined],
  ['', undefined],
])('the price %s is %s', (text, plain) => expect(plainPrice(text)).toBe(plain));

it.each([
  [['2026-08-21', '2026-09-04', ''], 'iso'],
  [['04/09/2026', '21/08/2026'], 'day-first'],
  [['04/09/2026', '11/09/2026'], 'ambiguous'],
  [['09/04/2026', '08/21/2026'], 'month-first'],
  [['21/08/2026', '08/21/2026'], 'mixed'],
  [['21/08/2026', '2026-09-04'], 'mixed'],
  [['21 August 2026'], 'unreadable'],
  [[], 'none'],
])('dates %j are %s', (cells, form) => expect(dateForm(cells)).toBe(form));

it.each([
  ['40 lb cartons', 18.1436948, 'kg'],
  ['1/2 cartons', 1, 'package'],
  ['flats 8 1-lb containers', 1, 'package'],
  ['cartons 8 5 lb bags', 1, 'package'],
])('%s is for %d %s', (text, unitValue, unit) =>
  expect(packageUnit(text)).toMatchObject({ unitValue, unit }),
);

it('writes and reads ROC days, leap days and year ends', () => {
  expect(rocDayText('2025-12-31')).toBe('114.12.31');
  expect(isoDayOfRoc('115.01.01')).toBe('2026-01-01');
  expect(isoDayOfRoc('113.02.29')).toBe('2024-02-29');
  expect(isoDayOfRoc('114.02.29')).toBeUndefined();
});

it('knows a closed day of Taiwan by the rest days that its markets announced', () => {
  const { connector } = taiwanAmis;
  const rest = (day: string, market: string) => ({
    date: localDate(day),
    scope: `taiwan-amis/N04/${market}`,
    kind: 'closure',
    name: '休市',
  });
  const [chunk] = connector!.plan(RANGE);
  const expected = (...announced: ReturnType<typeof rest>[]) =>
    connector!.expected(chunk!, createCalendars(announced, []));
  const [mine, other] = [rest('2026-09-08', '109'), rest('2026-09-08', '104')];
  expect(expected()).toBe('unknown');
  expect(expected(rest('2026-08-31', '109'))).toBe('unknown');
  expect(expected(mine, other)).toBe('closed');
  expect(expected(mine, rest('2026-09-07', '104'))).toBe('open');
});
