import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPricedUnit, pricedUnit } from './priced-unit.ts';

describe('what one price is for', () => {
  it.each([
    ['10kg상자', 10, 'kg', '상자'],
    ['20키로상자', 20, 'kg', '상자'],
    ['10키로망대', 10, 'kg', '망대'],
    ['18키로상자(비닐포)', 18, 'kg', '상자'],
    ['1.5키로단', 1.5, 'kg', '단'],
    ['5톤트럭', 5000, 'kg', '트럭'],
    ['그물망 3포기', 3, 'head', '그물망'],
    ['100개', 100, 'piece', ''],
    ['10 개', 10, 'piece', ''],
    ['1접', 1, 'hundred heads', ''],
    ['5kg(3수)', 5, 'kg', ''],
    ['1.2kg(8~9개)', 1.2, 'kg', ''],
    ['40 lb cartons', 18.1436948, 'kg', 'cartons'],
    ['cartons 24 bunches', 24, 'bunch', 'cartons'],
    ['Rs/quintal', 100, 'kg', ''],
    ['€/100Kg', 100, 'kg', ''],
    ['£ per head', 1, 'head', ''],
    ['100 g', 0.1, 'kg', ''],
  ])('%j', (text, unitValue, unit, packing) => {
    const read = pricedUnit(text);
    expect(read).toMatchObject({ unit, package: packing });
    expect(read.unitValue).toBeCloseTo(unitValue, 9);
  });

  it.each([
    '',
    '-',
    '[]',
    '상자',
    '대파',
    'kg',
    'kg(그물망 3포기)',
    '5~6kg',
    '5~6kg(3수)',
    '8~9개',
    '500g*20봉',
    '20 x 500g',
    '0.0000001kg',
    '1234567890kg',
  ])('is unknown in %j, never 1', (text) => {
    expect(pricedUnit(text)).toMatchObject({ unitValue: null, unit: null });
  });

  it("takes the feed's own size", () => {
    expect(pricedUnit('kg(그물망 3포기)', 10)).toEqual({ unitValue: 10, unit: 'kg', package: '그물망' });
    expect(pricedUnit('포기', 1)).toEqual({ unitValue: 1, unit: 'head', package: '' });
  });

  it('reads back what it writes', () => {
    const known = fc.record({
      unitValue: fc.oneof(
        fc.integer({ min: 1, max: 99_999 }),
        fc.integer({ min: 1, max: 999_999 }).map((n) => n / 1000),
      ),
      unit: fc.constantFrom(
        ...['kg', 'head', 'piece', 'bunch', 'bundle', 'hundred heads', 'pair', 'animal', 'pack', 'bag'],
        ...['cluster', 'sheet', 'net', 'stem', 'twin', 'unit'],
      ),
      package: fc.constantFrom(
        '',
        '상자',
        '그물망',
        '망대',
        '포대',
        '비닐포대',
        '박스',
        '파렛트',
        '단',
        'cartons',
        'crate',
      ),
    });
    fc.assert(
      fc.property(known, (unit) => {
        expect(pricedUnit(formatPricedUnit(unit)!)).toEqual(unit);
      }),
    );
  });

  it('writes nothing that reads back as another unit, whatever was read', () => {
    const piece = fc.constantFrom(
      '10',
      '1.5',
      ',',
      'kg',
      '키로',
      '상자',
      '(',
      ')',
      '~',
      '3',
      '개',
      '단',
      '접',
      ' ',
      '/',
      'x',
      '봉',
      '망',
      'lb',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (any) => {
        const read = pricedUnit(any);
        const written = formatPricedUnit(read);
        if (written === undefined) expect([read.unitValue, read.unit]).toContain(null);
        else expect(pricedUnit(written)).toEqual(read);
      }),
      { numRuns: 3000 },
    );
  });
});
