import type { Language } from './language.ts';
import { formatSignedPercent, roundTo } from './numbers.ts';

export type Direction = 'up' | 'down' | 'flat';

/** Which way a change goes for a reader who sees one decimal: a change that rounds to zero goes nowhere. */
export function directionOf(percent: number): Direction {
  const rounded = roundTo(percent, 1);
  if (rounded === 0) return 'flat';
  return rounded > 0 ? 'up' : 'down';
}

/** Glyph beside the sign, so that the direction never rests on colour alone. */
export const GLYPH: Readonly<Record<Direction, string>> = { up: '▲', down: '▼', flat: '' };

/** A change with word, sign and glyph decided by one and the same rounded number. */
export interface Change {
  readonly direction: Direction;
  readonly glyph: string;
  /** `+3.2%`, `−0.4%`; `보합 0%` / `unchanged 0%` when it rounds to zero. */
  readonly label: string;
}

export function describeChange(percent: number, language: Language): Change {
  const direction = directionOf(percent);
  const flat = language === 'ko' ? '보합 0%' : 'unchanged 0%';
  return {
    direction,
    glyph: GLYPH[direction],
    label: direction === 'flat' ? flat : formatSignedPercent(percent, language),
  };
}

/** From → to in percent; null when there is nothing to compare with. */
export function changePercent(from: number | null, to: number | null): number | null {
  if (from === null || to === null || from <= 0) return null;
  return (to / from - 1) * 100;
}
