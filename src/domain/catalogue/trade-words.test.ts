import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GRADES, gradeName, PACKAGES, packageName, TRADE_METHODS, tradeMethodName } from './trade-words.ts';

describe('the words of the trade', () => {
  it.each(Object.entries({ GRADES, PACKAGES, TRADE_METHODS }))(
    '%s stand in both languages, the English in Latin letters',
    (_, words) => {
      for (const [word, { ko, en }] of Object.entries(words)) {
        expect(ko).toBe(word);
        expect(en).toMatch(/^[a-z\d -]+$/);
      }
    },
  );

  it('names what a reader of English could not read', () => {
    expect([gradeName('특').en, packageName('그물망').en, tradeMethodName('정가수의').en]).toEqual([
      'top grade',
      'net',
      'negotiated',
    ]);
  });

  it('leaves a word it does not know as the feed wrote it, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('toString', '__proto__', '')), (word) => {
        fc.pre(!(word in GRADES) || !Object.hasOwn(GRADES, word));
        expect(gradeName(word)).toEqual({ ko: word, en: word });
      }),
    );
  });
});
