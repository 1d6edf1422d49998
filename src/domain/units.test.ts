import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUnit } from './units.ts';

const pieces = (from: number, unit: string, to = from) => ({ from, to, unit });

describe('parseUnit', () => {
  // The strings of domain.md §4, sources.md §15 and the files in the wild.
  it.each([
    ['10키로망대', 10, '망대', null],
    ['18키로상자(비닐포)', 18, '상자', null],
    ['1.5키로단', 1.5, '단', null],
    ['1키로단', 1, '단', null],
    ['10키로묶음', 10, '묶음', null],
    ['5000키로', 5000, null, null],
    ['1키로', 1, null, null],
    ['30 kg', 30, null, null],
    ['10 개', null, null, pieces(10, '개')],
    ['100개', null, null, pieces(100, '개')],
    ['1접', null, null, pieces(1, '접')],
    ['100 g', 0.1, null, null],
    ['800g', 0.8, null, null],
    ['10kg 그물망', 10, '그물망', null],
    ['10kg상자', 10, '상자', null],
    ['20키로상자', 20, '상자', null],
    [' 10키로상자', 10, '상자', null],
    ['10㎏ 상자', 10, '상자', null],
    ['１０ＫＧ상자', 10, '상자', null],
    ['4킬로 상자', 4, '상자', null],
    ['그물망 3포기', null, '그물망', pieces(3, '포기')],
    ['5kg(3수)', 5, null, pieces(3, '수')],
    ['1.2kg(8~9개)', 1.2, null, pieces(8, '개', 9)],
    ['5kg(10-12개입)', 5, null, pieces(10, '개', 12)],
    ['10kg(20개들이)', 10, null, pieces(20, '개')],
    ['대파(1kg)', 1, null, null],
    ['양파(20kg)', 20, null, null],
    ['15kg 망', 15, '망', null],
    ['1,000kg', 1000, null, null],
    ['2단상자', null, '상자', null],
    ['40 lb cartons', 40 * 0.45359237, 'cartons', null],
    ['cartons 24 bunches', null, 'cartons', pieces(24, 'bunch')],
    ['Rs/quintal', 100, null, null],
    ['€/100Kg', 100, null, null],
    ['원/kg', 1, null, null],
    ['元/公斤', 1, null, null],
    ['£ per head', null, null, pieces(1, 'head')],
    ['3台斤', 3 * 0.6, null, null],
    ['box 10kg', 10, 'box', null],
    ['양파 - 10kg', 10, null, null],
  ])('reads %j', (text, weightKg, packing, count) => {
    const read = parseUnit(text);
    expect({ ...read, weightKg: null }).toEqual({ weightKg: null, package: packing, count, truckLot: false });
    if (weightKg === null) expect(read.weightKg).toBeNull();
    else expect(read.weightKg).toBeCloseTo(weightKg, 12);
  });

  it.each([
    ['5톤트럭', 5000],
    ['8톤트럭', 8000],
    ['차떼기', null],
  ])('marks %j as a truck lot', (text, weightKg) => {
    expect(parseUnit(text)).toMatchObject({ weightKg, truckLot: true });
  });

  it("counts a unit without a number by the feed's own size", () => {
    expect(parseUnit('kg(그물망 3포기)', 10)).toEqual({
      weightKg: 10,
      package: '그물망',
      count: pieces(3, '포기'),
      truckLot: false,
    });
    expect(parseUnit('g', 100).weightKg).toBe(0.1);
    expect(parseUnit('포기', 1).count).toEqual(pieces(1, '포기'));
    expect(parseUnit('개', 100)).toMatchObject({ weightKg: null, count: pieces(100, '개'), package: null });
  });

  it('lets a number in the text win over the size beside it', () => {
    expect(parseUnit('10kg', 3).weightKg).toBe(10);
  });

  it.each([
    'kg',
    'g',
    'kg(그물망 3포기)',
    '상자',
    '',
    '-',
    'N/A',
    '[]',
    '20',
    '0kg',
    '5~6kg',
    '5 - 6kg',
    '1,5kg',
    '1.2.3kg',
    '500g*20',
    '500g x 20봉',
    '20×500g',
    '100 grade',
    '10개',
    `${'9'.repeat(400)}kg`,
  ])('does not know the weight of %j', (text) => {
    expect(parseUnit(text).weightKg).toBeNull();
  });

  it.each([
    ['단감(10kg)', 10],
    ['봉동 생강 20kg', 20],
    ['감자 3수미(10kg)', 10],
  ])('takes no syllable of a name for a packing or a count: %j', (text, weightKg) => {
    expect(parseUnit(text)).toEqual({ weightKg, package: null, count: null, truckLot: false });
  });

  it('ignores a size that is no positive number', () => {
    for (const size of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(parseUnit('kg', size).weightKg).toBeNull();
  });

  it('never throws, and gives a positive finite weight or none', () => {
    const pieceOfText = fc.constantFrom(
      '10',
      '1.5',
      'kg',
      '키로',
      '상자',
      '(',
      ')',
      '~',
      '3',
      '개',
      '단',
      ' ',
      '/',
      'x',
      ',',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieceOfText).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, fc.option(fc.double(), { nil: undefined }), (any, size) => {
        const { weightKg, count } = parseUnit(any, size);
        if (weightKg !== null) expect(Number.isFinite(weightKg) && weightKg > 0).toBe(true);
        if (count !== null) expect(0 < count.from && count.from <= count.to).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads back weight, packing and count however they are spelled', () => {
    const weight = fc.integer({ min: 1, max: 99_999 }).map((tenths) => tenths / 10);
    const spelling = fc.constantFrom('kg', 'KG', '㎏', '키로', '킬로', ' kg', ' 키로');
    const packing = fc.constantFrom('상자', '그물망', '망대', '박스', '파렛트');
    const count = fc.record({
      from: fc.integer({ min: 1, max: 50 }),
      more: fc.integer({ min: 0, max: 20 }),
      unit: fc.constantFrom('포기', '개', '수', '마리', '단'),
    });
    fc.assert(
      fc.property(weight, spelling, fc.option(packing), fc.option(count), (kg, unit, pack, some) => {
        const range = some && (some.more > 0 ? `${some.from}~${some.from + some.more}` : `${some.from}`);
        const text = `${kg}${unit}${pack ? ` ${pack}` : ''}${some ? `(${range}${some.unit})` : ''}`;
        expect(parseUnit(text)).toEqual({
          weightKg: kg,
          package: pack,
          count: some && pieces(some.from, some.unit, some.from + some.more),
          truckLot: false,
        });
      }),
    );
  });
});
