import type { LocalDate } from './local-date.ts';
import { addDays, addMonths, localDate } from './local-date.ts';

/**
 * 순, the ten-day period of Korean market talk: 상순 1–10, 중순 11–20, 하순 21 to the last day of a month, 36 a year.
 * Counted through time as `(year · 12 + month − 1) · 3 + part` with part 0, 1, 2, so that the next 순 is always
 * `k + 1` and the same 순 of last year `k − 36`. Never a ten-day frequency, which drifts.
 */
export type DekadIndex = number;

export const DEKADS_PER_YEAR = 36;

const PARTS_KO = ['상순', '중순', '하순'] as const;
const PARTS_EN = ['early', 'mid', 'late'] as const;
const MONTHS_EN = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;

export function dekadOf(date: LocalDate): DekadIndex {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  return dekadIndex(year, month, Math.min(2, Math.floor((day - 1) / 10)));
}

/** First and last day, both included. */
export function dekadRange(dekad: DekadIndex): { readonly first: LocalDate; readonly last: LocalDate } {
  const { year, month, part } = partsOf(dekad);
  const monthStart = localDate(`${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`);
  return {
    first: addDays(monthStart, part * 10),
    last: part === 2 ? addDays(addMonths(monthStart, 1), -1) : addDays(monthStart, part * 10 + 9),
  };
}

/** `2024년 1월 상순`, `early Jan 2024`, or the compact `202401상순` of files. */
export function formatDekad(dekad: DekadIndex, form: 'ko' | 'en' | 'compact'): string {
  const { year, month, part } = partsOf(dekad);
  if (form === 'en') return `${PARTS_EN[part]} ${MONTHS_EN[month - 1]} ${year}`;
  if (form === 'ko') return `${year}년 ${month}월 ${PARTS_KO[part]}`;
  return `${String(year).padStart(4, '0')}${String(month).padStart(2, '0')}${PARTS_KO[part]}`;
}

const COMPACT = /^(\d{4})(\d{2})\s*([상중하])순$/;
const KOREAN = /^(\d{4})년\s*(\d{1,2})월\s*([상중하])순$/;

/** Reads both Korean forms; undefined for anything else. */
export function parseDekad(text: string): DekadIndex | undefined {
  const trimmed = text.normalize('NFKC').trim();
  const match = COMPACT.exec(trimmed) ?? KOREAN.exec(trimmed);
  if (!match) return undefined;
  const month = Number(match[2]);
  if (month < 1 || month > 12) return undefined;
  return dekadIndex(Number(match[1]), month, '상중하'.indexOf(match[3] ?? ''));
}

function dekadIndex(year: number, month: number, part: number): DekadIndex {
  return (year * 12 + month - 1) * 3 + part;
}

function partsOf(dekad: DekadIndex): { year: number; month: number; part: 0 | 1 | 2 } {
  return {
    year: Math.floor(dekad / DEKADS_PER_YEAR),
    month: (Math.floor(dekad / 3) % 12) + 1,
    part: (dekad % 3) as 0 | 1 | 2,
  };
}
