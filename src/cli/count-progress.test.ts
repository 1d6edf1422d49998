import { expect, it } from 'vitest';
import { countProgress } from './count-progress.ts';

/** What is written while the clock is moved by hand. */
function watched(isTTY: boolean, language: 'ko' | 'en' = 'en') {
  let now = 0;
  let written = '';
  const io = {
    isTTY,
    write: (text: string) => {
      written += text;
      return true;
    },
  } as unknown as NodeJS.WriteStream;
  const progress = countProgress({ ko: '묶음', en: 'chunks' }, language, io, () => now);
  return {
    at: (ms: number, done: number, total = 8) => {
      now = ms;
      written = '';
      progress.step(done, total, '2026-03-04');
      return written;
    },
    finish: () => {
      written = '';
      progress.finish();
      return written;
    },
  };
}

it('beside a terminal is a line every five seconds, with what is done and what is left to wait', () => {
  const { at, finish } = watched(false);
  expect(at(4_999, 1)).toBe('');
  const line = at(5_000, 2);
  expect(line).toMatch(/^2\D+8 .*15 s.*2026-03-04\n$/);
  expect(at(9_999, 3)).toBe('');
  expect(at(10_000, 4)).toMatch(/^4\D+8 .*10 s/);
  expect(finish()).toBe('');
});

it('speaks Korean, too', () => {
  expect(watched(false, 'ko').at(5_000, 2)).toBe('2/8 묶음, 15초 남음, 2026-03-04\n');
  expect(watched(false, 'ko').at(5_000, 0)).toBe('0/8 묶음, 2026-03-04\n');
});

it('on a terminal is a bar that fills, and is gone in the end', () => {
  const { at, finish } = watched(true);
  const cells = (text: string) => [text.split('█').length - 1, text.split('░').length - 1];
  expect(cells(at(100, 0))).toEqual([0, 24]);
  expect(cells(at(150, 1))).toEqual([0, 0]);
  expect(cells(at(1_000, 2))).toEqual([6, 18]);
  expect(cells(at(9_000, 8))).toEqual([24, 0]);
  expect(finish()).toBe('\r\x1b[K');
});

it('knows no time while nothing is done, and says nothing of nothing', () => {
  expect(watched(false).at(60_000, 0)).not.toMatch(/\d+ (s|min|h)\b/);
  expect(watched(false).at(60_000, 0, 0)).toBe('');
});
