import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialConsonants, matchesName } from './initial-consonants.ts';

describe('initialConsonants', () => {
  it.each([
    ['배추', 'ㅂㅊ'],
    ['쪽파', 'ㅉㅍ'],
    ['힣가', 'ㅎㄱ'],
    ['GAP 사과 5kg', 'GAP ㅅㄱ 5kg'],
    ['배추'.normalize('NFD'), 'ㅂㅊ'],
    ['ㅂㅊ', 'ㅂㅊ'],
    ['', ''],
  ])('of %j is %j', (text, initials) => {
    expect(initialConsonants(text)).toBe(initials);
  });

  it('gives one consonant a syllable, and is stable when asked again', () => {
    const syllable = fc.integer({ min: 0xac00, max: 0xd7a3 }).map((code) => String.fromCodePoint(code));
    fc.assert(
      fc.property(fc.array(syllable), (syllables) => {
        const initials = initialConsonants(syllables.join(''));
        expect(initials).toMatch(new RegExp(`^[ㄱ-ㅎ]{${syllables.length}}$`));
        expect(initialConsonants(initials)).toBe(initials);
      }),
    );
  });
});

describe('matchesName', () => {
  it.each([
    ['얼갈이배추', 'ㅂㅊ', true],
    ['얼갈이배추', '배추', true],
    ['얼갈이배추', '얼ㅂ', false],
    ['양파', 'ㅂㅊ', false],
    ['Napa cabbage', 'CABB', true],
    ['방울 토마토', '방울토', true],
    ['방울 토마토', 'ㅂㅇㅌㅁㅌ', true],
    ['무', '', true],
  ])('%j for %j: %j', (name, query, expected) => {
    expect(matchesName(name, query)).toBe(expected);
  });
});
