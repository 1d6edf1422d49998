import { type Direction, directionOf } from './change.ts';
import { formatDay } from './dates.ts';
import type { Language } from './language.ts';
import { formatCount, formatPercent, roundTo } from './numbers.ts';
import { particle } from './particles.ts';

/** The series with the largest rise or fall of the day. */
export interface SummaryMover {
  readonly name: string;
  readonly series: string;
  /** Price against the previous market day. */
  readonly changePercent: number;
  /** Arrivals against the previous market day; null = not published. */
  readonly volumeChangePercent: number | null;
}

export interface SummaryFacts {
  /** Market day, `YYYY-MM-DD`. */
  readonly day: string;
  readonly up: number;
  readonly down: number;
  readonly unchanged: number;
  /** Rows without a previous market day to compare with. */
  readonly without: number;
  readonly risen: SummaryMover | null;
  readonly fallen: SummaryMover | null;
  /** Shown forecasts whose whole 80% interval lies above or below today's price, and those around it. */
  readonly outlook: { readonly higher: number; readonly lower: number; readonly around: number } | null;
  /** Forecasts still being computed. */
  readonly computing: number;
}

/** A stretch of a sentence: plain words, or words that lead to a series and carry a direction. */
export interface Piece {
  readonly text: string;
  readonly series?: string;
  readonly direction?: Direction;
}
export type Sentence = readonly Piece[];

interface Words {
  breadth(facts: SummaryFacts): Sentence;
  movers(risen: SummaryMover | null, fallen: SummaryMover | null): Sentence;
  outlook(outlook: NonNullable<SummaryFacts['outlook']>): Sentence;
  computing(count: number): Sentence;
}

/** Size without sign: the word beside it carries the direction. */
function size(percent: number, language: Language): string {
  return formatPercent(Math.abs(roundTo(percent, 1)), language);
}

function mover(from: SummaryMover): Piece {
  return { text: from.name, series: from.series };
}

const KOREAN_ARRIVALS = { up: '늘고', down: '줄고', flat: '그대로이고' } as const;
const KOREAN_MOVED = { up: '올랐습니다', down: '내렸습니다', flat: '그대로입니다' } as const;

function koreanArrivals(percent: number | null): string {
  if (percent === null) return '';
  const direction = directionOf(percent);
  const amount = direction === 'flat' ? '' : `${size(percent, 'ko')} `;
  return `반입이 ${amount}${KOREAN_ARRIVALS[direction]} `;
}

function koreanMover(superlative: string, from: SummaryMover): Sentence {
  const direction = directionOf(from.changePercent);
  return [
    { text: `가장 크게 ${superlative} 품목은 ` },
    mover(from),
    { text: `${particle(from.name, 'means')}, ${koreanArrivals(from.volumeChangePercent)}값이 ` },
    { text: `${size(from.changePercent, 'ko')} ${KOREAN_MOVED[direction]}`, direction },
    { text: '. ' },
  ];
}

const KOREAN: Words = {
  breadth: ({ day, up, down, unchanged, without }) => [
    {
      text: `${formatDay(day, 'ko')}, 직전 거래일과 견준 ${formatCount(up + down + unchanged, 'ko')}개 가운데 `,
    },
    { text: `${formatCount(up, 'ko')}개가 올랐고`, ...(up > 0 ? { direction: 'up' as const } : {}) },
    { text: ' ' },
    { text: `${formatCount(down, 'ko')}개가 내렸으며`, ...(down > 0 ? { direction: 'down' as const } : {}) },
    { text: ` ${formatCount(unchanged, 'ko')}개는 보합입니다.` },
    ...(without > 0 ? [{ text: ` 견줄 값이 없는 것은 ${formatCount(without, 'ko')}개입니다.` }] : []),
  ],
  movers: (risen, fallen) => [
    ...(risen ? koreanMover('오른', risen) : []),
    ...(fallen ? koreanMover('내린', fallen) : []),
  ],
  outlook: ({ higher, lower, around }) => [
    {
      text: `4주 예측 ${formatCount(higher + lower + around, 'ko')}개 가운데 80% 구간이 통째로 오늘보다 높은 것은 ${formatCount(higher, 'ko')}개, 낮은 것은 ${formatCount(lower, 'ko')}개이고, ${formatCount(around, 'ko')}개는 오늘 값이 구간 안에 있어 방향을 말하지 않습니다.`,
    },
  ],
  computing: (count) => [{ text: `4주 예측 ${formatCount(count, 'ko')}개는 아직 계산하고 있습니다.` }],
};

const ENGLISH_ARRIVALS = { up: 'more', down: 'less', flat: 'unchanged' } as const;
const ENGLISH_MOVED = { up: 'rose', down: 'fell', flat: 'did not move' } as const;

function englishArrivals(percent: number | null): string {
  if (percent === null) return '';
  const direction = directionOf(percent);
  return direction === 'flat'
    ? ' with arrivals unchanged'
    : ` with ${size(percent, 'en')} ${ENGLISH_ARRIVALS[direction]} arriving`;
}

function englishMover(superlative: string, from: SummaryMover): Sentence {
  const direction = directionOf(from.changePercent);
  const amount = direction === 'flat' ? '' : ` ${size(from.changePercent, 'en')}`;
  return [
    { text: `${superlative}: ` },
    mover(from),
    { text: ', which ' },
    { text: `${ENGLISH_MOVED[direction]}${amount}`, direction },
    { text: `${englishArrivals(from.volumeChangePercent)}. ` },
  ];
}

const ENGLISH: Words = {
  breadth: ({ day, up, down, unchanged, without }) => [
    {
      text: `${formatDay(day, 'en')}: of ${formatCount(up + down + unchanged, 'en')} compared with the previous market day, `,
    },
    { text: `${formatCount(up, 'en')} rose`, ...(up > 0 ? { direction: 'up' as const } : {}) },
    { text: ', ' },
    { text: `${formatCount(down, 'en')} fell`, ...(down > 0 ? { direction: 'down' as const } : {}) },
    { text: ` and ${formatCount(unchanged, 'en')} did not move.` },
    ...(without > 0 ? [{ text: ` ${formatCount(without, 'en')} had nothing to compare with.` }] : []),
  ],
  movers: (risen, fallen) => [
    ...(risen ? englishMover('Largest rise', risen) : []),
    ...(fallen ? englishMover('Largest fall', fallen) : []),
  ],
  outlook: ({ higher, lower, around }) => [
    {
      text: `Of ${formatCount(higher + lower + around, 'en')} four-week forecasts, ${formatCount(higher, 'en')} have their whole 80% interval above today’s price and ${formatCount(lower, 'en')} below it; for ${formatCount(around, 'en')} today’s price lies inside, so no direction is claimed.`,
    },
  ],
  computing: (count) => [
    { text: `${formatCount(count, 'en')} four-week forecasts are still being computed.` },
  ],
};

/**
 * The board in at most four sentences: breadth, the largest movers with their arrivals, what the forecasts expect,
 * and what is still being computed. A word of direction and the number beside it come from the same rounded value;
 * a mover that rounds to no change, or that moved the other way, is not named.
 */
export function summarise(facts: SummaryFacts, language: Language): readonly Sentence[] {
  const words = language === 'ko' ? KOREAN : ENGLISH;
  const risen = facts.risen && directionOf(facts.risen.changePercent) === 'up' ? facts.risen : null;
  const fallen = facts.fallen && directionOf(facts.fallen.changePercent) === 'down' ? facts.fallen : null;
  const sentences = [words.breadth(facts), words.movers(risen, fallen)];
  if (facts.outlook) sentences.push(words.outlook(facts.outlook));
  if (facts.computing > 0) sentences.push(words.computing(facts.computing));
  return sentences.filter((sentence) => sentence.length > 0);
}
