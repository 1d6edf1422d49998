import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNumber, parseNumber } from './number.ts';

const parse = (text: string) => parseNumber(Buffer.from(text), 0, Buffer.byteLength(text));

describe('numbers of a table', () => {
  it('reads every decimal as JavaScript does', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parse(String(value))).toBe(Number(String(value)));
      }),
    );
    fc.assert(
      fc.property(fc.integer(), fc.nat({ max: 12 }), (whole, digits) => {
        const text = (whole / 997).toFixed(digits);
        expect(parse(text)).toBe(Number(text));
      }),
    );
  });

  it('takes blank, NaN, NA and null as missing', () => {
    for (const text of ['', 'NaN', 'nan', 'NA', 'null']) expect(parse(text)).toBeNaN();
  });

  it.each(['1,234', '1.2.3', '.', '-', 'inf', 'Infinity', '1e999', '12kg', '0x1f', '1_000', '１２'])(
    'refuses %j',
    (text) => expect(parse(text)).toBeUndefined(),
  );

  it('prints without an exponent what reads back the same to 15 digits', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = formatNumber(value);
        expect(text).toMatch(/^-?\d+(\.\d+)?$/);
        const back = Number(text);
        expect(Math.abs(back - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-14);
      }),
    );
    expect([1e-7, -2.5e-10, 1.5e21, 0.1 + 0.2, -0, 1234567.25].map(formatNumber)).toEqual([
      '0.0000001',
      '-0.00000000025',
      '1500000000000000000000',
      '0.3',
      '0',
      '1234567.25',
    ]);
    expect(formatNumber(Number.NaN)).toBe('');
  });

  it('keeps order: a lower number is never printed above a higher one', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
        fc.pre(Number.isFinite(a) && Number.isFinite(b));
        const [low, high] = a <= b ? [a, b] : [b, a];
        expect(Number(formatNumber(low))).toBeLessThanOrEqual(Number(formatNumber(high)));
      }),
    );
  });
});
