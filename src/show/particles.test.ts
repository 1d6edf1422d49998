import { expect, test } from 'vitest';
import { particle, withParticle } from './particles.ts';

test('the particle follows the final consonant', () => {
  expect(['배추', '당근', '양파', '마늘'].map((word) => withParticle(word, 'subject'))).toEqual([
    '배추가',
    '당근이',
    '양파가',
    '마늘이',
  ]);
  expect(withParticle('무', 'topic')).toBe('무는');
  expect(withParticle('가격', 'object')).toBe('가격을');
  expect(withParticle('사과', 'with')).toBe('사과와');
});

test('으로 becomes 로 after a vowel and after ㄹ', () => {
  expect(['배추', '마늘', '당근'].map((word) => particle(word, 'means'))).toEqual(['로', '로', '으로']);
});

test('numbers, Latin letters and brackets are read as they are spoken', () => {
  expect(particle('10', 'subject')).toBe('이');
  expect(particle('2', 'subject')).toBe('가');
  expect(particle('GARLIC', 'subject')).toBe('가');
  expect(particle('Melon', 'topic')).toBe('은');
  expect(particle('배추(10kg)', 'subject')).toBe('가');
  expect(particle('', 'subject')).toBe('가');
});
