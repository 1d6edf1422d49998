import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SihwangError } from '../../domain/index.ts';
import { checkColumns, columnsRead, parseMapping } from './mapping.ts';

const GOOD = {
  name: 'orders',
  title: { ko: '주문', en: 'Orders' },
  from: { postgres: { connection: 'ORDERS_DB', table: 'shop.lines', changedBy: 'changed' } },
  currency: 'KRW',
  timeZone: 'Asia/Seoul',
  columns: {
    marketDay: 'day',
    lot: 'id',
    item: { column: 'sku', values: { A: '211' } },
    unitWeightKg: 'kg',
    quantity: 'n',
    price: 'won',
    amount: 'won',
    market: { constant: 'hub' },
  },
};

const read = (change: object) => parseMapping(JSON.stringify({ ...GOOD, ...change }), 'm.json');

describe('a mapping', () => {
  it('names the columns it reads, each once', () => {
    expect(columnsRead(read({}))).toEqual(['day', 'id', 'sku', 'kg', 'n', 'won']);
  });

  it.each([
    [{ currency: 'XXX' }, 'currency'],
    [{ name: 'Our Orders' }, 'name'],
    [{ timeZone: 'Mars/Base' }, 'timeZone'],
    [{ timeZone: 'Europe/London' }, 'summer time'],
    [{ colour: 'red' }, 'no field colour'],
    [{ columns: { ...GOOD.columns, lot: undefined } }, 'columns.lot'],
    [
      { columns: { ...GOOD.columns, price: undefined, amount: undefined } },
      'price (for one package) or amount',
    ],
    [{ columns: { ...GOOD.columns, unit: 'pack' } }, 'not both'],
    [
      { columns: { ...GOOD.columns, status: { column: 's', values: { x: 'gone' } } } },
      'columns.status.values.x',
    ],
    [{ from: { postgres: { connection: 'postgresql://u:p@h/d', table: 't' } } }, 'from.postgres.connection'],
    [{ from: { postgres: { connection: 'DB', table: 'a; drop table b' } } }, 'from.postgres.table'],
    [{ from: { folder: '' } }, 'from'],
  ])('is refused with the field that is wrong: %j', (change, says) => {
    let error: unknown;
    try {
      read(change);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: 'MAPPING_INVALID',
      exit: 78,
      message: expect.stringContaining(says),
    });
  });

  it('is held against the columns that there are', () => {
    expect(() => checkColumns(read({}), ['day', 'id', 'kg', 'n', 'won', 'changed'], 'shop.lines')).toThrow(
      'shop.lines lacks sku (columns.item)',
    );
    expect(() => checkColumns(read({}), ['day', 'id', 'sku', 'kg', 'n', 'won'], 'shop.lines')).toThrow(
      'changed (from.postgres.changedBy)',
    );
  });

  it('gives a mapping or says why not, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(() => parseMapping(text, 'm.json')).toThrow(SihwangError);
      }),
    );
  });
});
