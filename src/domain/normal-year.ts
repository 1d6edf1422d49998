import type { DayNumber, LocalDate } from './local-date.ts';
import { dayNumber, fromDayNumber, parseLocalDate } from './local-date.ts';

/**
 * 평년, the normal year, exactly as domain.md §6 has it and in the plainest words: the reference that the SQL of the
 * daily build is tested against. Documented by KAMIS and KREI: the mean of the five previous years without the
 * highest and the lowest; the five-day window around the date is our reading of their "5-day moving average".
 */

/** One market day of a series: Σ amount and Σ kg. For a survey price, amount is the price and kg is 1. */
export interface NormalYearPoint {
  readonly day: DayNumber;
  readonly amount: number;
  readonly kg: number;
}

/** What one earlier year says. `price` null: fewer than two market days near the date. */
export interface YearlyMean {
  readonly year: number;
  readonly anchor: LocalDate;
  readonly price: number | null;
  /** Daily prices in the window, in order of day: 0 to 5. */
  readonly daily: readonly number[];
}

export interface NormalYear {
  /** `normal-year` from five years; `n-year-mean` from three or four, never to be called 평년; else `none`. */
  readonly kind: 'normal-year' | 'n-year-mean' | 'none';
  /** Years that had a mean, 0 to 5. */
  readonly years: number;
  /** In the series' own price unit; null when `none`. */
  readonly price: number | null;
  /** Lowest and highest yearly mean; null when `none`. */
  readonly low: number | null;
  readonly high: number | null;
  /** The five previous years, latest first. */
  readonly yearly: readonly YearlyMean[];
}

const YEARS = 5;
const POSITIONS_EACH_SIDE = 2;
const REACH_DAYS = 7;
const LEAST_VALUES = 2;
const LEAST_YEARS = 3;

/** The same month-day in the five previous years, latest first; 29 February is 28 February in common years. */
export function normalYearAnchors(date: LocalDate): LocalDate[] {
  return Array.from({ length: YEARS }, (_, index) => {
    const year = String(Number(date.slice(0, 4)) - 1 - index).padStart(4, '0');
    return parseLocalDate(`${year}${date.slice(4)}`) ?? (`${year}-02-28` as LocalDate);
  });
}

/** 평년 for a day, from a series in ascending order of day without repeats. */
export function normalYear(series: readonly NormalYearPoint[], target: DayNumber): NormalYear {
  const yearly = normalYearAnchors(fromDayNumber(target)).map((anchor) => yearlyMean(series, anchor));
  const prices = yearly.flatMap(({ price }) => (price === null ? [] : [price]));
  if (prices.length < LEAST_YEARS)
    return { kind: 'none', years: prices.length, price: null, low: null, high: null, yearly };
  const low = Math.min(...prices);
  const high = Math.max(...prices);
  const sum = prices.reduce((total, price) => total + price);
  const complete = prices.length === YEARS;
  return {
    kind: complete ? 'normal-year' : 'n-year-mean',
    years: prices.length,
    price: complete ? (sum - high - low) / (YEARS - 2) : sum / prices.length,
    low,
    high,
    yearly,
  };
}

function yearlyMean(series: readonly NormalYearPoint[], anchor: LocalDate): YearlyMean {
  const anchorDay = dayNumber(anchor);
  const window = windowAround(series, anchorDay).filter(({ day }) => Math.abs(day - anchorDay) <= REACH_DAYS);
  let amount = 0;
  let kg = 0;
  for (const point of window) {
    amount += point.amount;
    kg += point.kg;
  }
  return {
    year: Number(anchor.slice(0, 4)),
    anchor,
    price: window.length >= LEAST_VALUES ? amount / kg : null,
    daily: window.map((point) => point.amount / point.kg),
  };
}

/** Five positions around a market day; around a closed day the two before and the two after. */
function windowAround(series: readonly NormalYearPoint[], anchorDay: DayNumber): readonly NormalYearPoint[] {
  let at = series.findIndex(({ day }) => day >= anchorDay);
  if (at < 0) at = series.length;
  const after = at + POSITIONS_EACH_SIDE + (series[at]?.day === anchorDay ? 1 : 0);
  return series.slice(Math.max(0, at - POSITIONS_EACH_SIDE), after);
}

/** How dear a price is for the time of year. */
export const PRICE_LEVELS = ['very-cheap', 'cheap', 'normal', 'dear', 'very-dear'] as const;
export type PriceLevel = (typeof PRICE_LEVELS)[number];

export interface PriceStanding {
  /** 0 to 100: the share of earlier daily prices below this one, equal ones counted half. */
  readonly percentile: number;
  readonly level: PriceLevel;
}

/**
 * Where a price stands among the daily prices around this date in the five previous years: up to 10 very cheap,
 * up to 30 cheap, below 70 normal, below 90 dear, else very dear. null when fewer than three years speak.
 */
export function priceStanding(normal: NormalYear, price: number): PriceStanding | null {
  if (normal.kind === 'none' || !Number.isFinite(price)) return null;
  const daily = normal.yearly.flatMap((year) => (year.price === null ? [] : year.daily));
  let rank = 0;
  for (const earlier of daily) rank += earlier < price ? 1 : earlier === price ? 0.5 : 0;
  const percentile = (100 * rank) / daily.length;
  return { percentile, level: levelOf(percentile) };
}

function levelOf(percentile: number): PriceLevel {
  if (percentile <= 10) return 'very-cheap';
  if (percentile <= 30) return 'cheap';
  if (percentile < 70) return 'normal';
  return percentile < 90 ? 'dear' : 'very-dear';
}
