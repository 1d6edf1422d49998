import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type SummaryFacts, summarise } from './summary.ts';

const QUIET: SummaryFacts = {
  day: '2026-11-21',
  up: 22,
  down: 14,
  unchanged: 4,
  without: 0,
  risen: null,
  fallen: null,
  outlook: null,
  computing: 0,
};

const read = (facts: SummaryFacts, language: 'ko' | 'en') =>
  summarise(facts, language).map((sentence) => sentence.map((piece) => piece.text).join(''));

test('breadth alone when nothing else is known', () => {
  expect(read(QUIET, 'ko')).toEqual([
    '2026년 11월 21일 (토), 직전 거래일과 견준 40개 가운데 22개가 올랐고 14개가 내렸으며 4개는 보합입니다.',
  ]);
  expect(read(QUIET, 'en')).toHaveLength(1);
});

test('the movers are named with their arrivals, and lead to their series', () => {
  const facts: SummaryFacts = {
    ...QUIET,
    risen: { name: '당근', series: 'a', changePercent: 12.34, volumeChangePercent: -8.06 },
    fallen: { name: '배추', series: 'b', changePercent: -5, volumeChangePercent: null },
  };
  expect(read(facts, 'ko')[1]).toBe(
    '가장 크게 오른 품목은 당근으로, 반입이 8.1% 줄고 값이 12.3% 올랐습니다. 가장 크게 내린 품목은 배추로, 값이 5.0% 내렸습니다. ',
  );
  expect(read(facts, 'en')[1]).toBe(
    'Largest rise: 당근, which rose 12.3% with 8.1% less arriving. Largest fall: 배추, which fell 5.0%. ',
  );
  expect(
    summarise(facts, 'ko')[1]
      ?.filter((piece) => piece.series)
      .map((piece) => piece.series),
  ).toEqual(['a', 'b']);
});

const WORDS = {
  ko: { up: '올랐습니다', down: '내렸습니다', more: '늘고', less: '줄고' },
  en: { up: 'rose ', down: 'fell ', more: 'more arriving', less: 'less arriving' },
} as const;

test('no word ever contradicts the sign of the number it stands for', () => {
  const percent = fc.double({ min: -99, max: 900, noNaN: true });
  fc.assert(
    fc.property(
      percent,
      fc.option(percent, { nil: null }),
      fc.constantFrom('ko' as const, 'en' as const),
      (changePercent, volumeChangePercent, language) => {
        const mover = { name: '무', series: 's', changePercent, volumeChangePercent };
        const rounded = Math.round(changePercent * 10) / 10;
        // The same row is offered as both: only the sentence that is true of it may be written.
        const movers = read({ ...QUIET, risen: mover, fallen: mover }, language)[1] ?? '';
        const word = WORDS[language];
        expect(movers.includes(word.up)).toBe(rounded > 0);
        expect(movers.includes(word.down)).toBe(rounded < 0);
        if (movers === '') return;
        const volume = volumeChangePercent === null ? 0 : Math.round(volumeChangePercent * 10) / 10;
        expect(movers.includes(word.more)).toBe(volume > 0);
        expect(movers.includes(word.less)).toBe(volume < 0);
        expect(movers).not.toMatch(/[-−]\d/);
      },
    ),
  );
});

test('the outlook counts every shown forecast once and says what is still being computed', () => {
  const sentences = read({ ...QUIET, outlook: { higher: 5, lower: 3, around: 22 }, computing: 10 }, 'en');
  expect(sentences[1]).toContain('Of 30 four-week forecasts, 5 have');
  expect(sentences[2]).toBe('10 four-week forecasts are still being computed.');
});
