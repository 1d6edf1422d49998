import type { DayNumber } from '../../domain/index.ts';
import { dayNumber, fromDayNumber, localDate, lunarHolidays } from '../../domain/index.ts';
import type { DemoItem } from './products.ts';
import { hashNormal, Random } from './random.ts';

/** Every constant of the price model in one place; README.md of this folder says what they mean together. */
const INFLATION_PER_YEAR = 0.022;
/** The slow level: reverts over about three years, stays within about ±16 %, one standard deviation. */
const LEVEL_KEEP = Math.exp(-1 / 1_000);
const LEVEL_DEVIATION = 0.16;
/** Ordinary shocks: half of one is gone after some twenty days, too slow for next week, fast enough for next month. */
const SHOCK_KEEP = 0.965;
/** A weather event's effect grows for about a week and halves every fifteen days. */
const WEATHER_GATHERS = 0.75;
const WEATHER_KEEPS = 0.955;
const WEATHER_GAIN = 0.36;
const WEATHER_SEVERITY = 0.3;
const SUPPLY_ELASTICITY = -0.55;
const PEAK_SHIFT_DAYS = 7;
const SWING_CHANGE = 0.16;
const SECOND_HARMONIC = 0.25;
const DAYS_A_YEAR = 365.2425;
const SEASON_EDGE_DAYS = 18;
const KIMJANG_PEAK_DAY = 326;
const KIMJANG_WIDTH_DAYS = 11;
/** Sunday … Saturday: the market fills up after its closed day and empties towards it. */
const WEEKDAY_PRICE = [0, 0.025, 0.005, -0.01, 0, 0.01, -0.025] as const;
const WEEKDAY_VOLUME = [0, 0.16, 0.04, -0.04, 0, 0.03, -0.2] as const;
const PRICE_BASE_DAY = dayNumber(localDate('2018-01-01'));

const LATENT_STREAM = 1;
const YEAR_STREAM = 2;

/**
 * The hidden state that all markets share: the log price per kg and the log volume of each item, one day at a time.
 * Days must be stepped in order from the same first day; what is drawn on a day depends on the seed and the day.
 */
export class PriceWorld {
  /** Of the reference specification, natural log of won per kg; also set while an item is out of season. */
  readonly logPrice: Float64Array;
  /** Log of the day's volume against the item's ordinary day. */
  readonly logVolume: Float64Array;
  /** 0 = out of season … 1 = in full season. */
  readonly availability: Float64Array;
  readonly #items: readonly DemoItem[];
  readonly #seed: number;
  readonly #level: Float64Array;
  readonly #shock: Float64Array;
  readonly #gathering: Float64Array;
  readonly #weather: Float64Array;
  readonly #random = new Random();
  #year = Number.NaN;
  #yearBegins = 0;
  #feasts: readonly DayNumber[] = [];
  readonly #yearlyChange: Float64Array;

  constructor(items: readonly DemoItem[], seed: number) {
    const size = items.length;
    this.#items = items;
    this.#seed = seed;
    this.logPrice = new Float64Array(size);
    this.logVolume = new Float64Array(size);
    this.availability = new Float64Array(size);
    this.#level = new Float64Array(size);
    this.#shock = new Float64Array(size);
    this.#gathering = new Float64Array(size);
    this.#weather = new Float64Array(size);
    this.#yearlyChange = new Float64Array(4 * size);
  }

  /** Moves the hidden shocks on to a day without working out its prices. */
  step(day: DayNumber): void {
    const random = this.#random;
    random.reseed(this.#seed, LATENT_STREAM, day);
    const severity = this.#weatherEvent(day);
    const levelNoise = LEVEL_DEVIATION * Math.sqrt(1 - LEVEL_KEEP * LEVEL_KEEP);
    const shockNoise = Math.sqrt(1 - SHOCK_KEEP * SHOCK_KEEP);
    for (let index = 0; index < this.#items.length; index += 1) {
      const item = this.#items[index]!;
      this.#level[index] = LEVEL_KEEP * this.#level[index]! + levelNoise * random.normal();
      this.#shock[index] = SHOCK_KEEP * this.#shock[index]! + item.deviation * shockNoise * random.normal();
      // No event strikes all growing districts alike.
      const strikes = severity * item.sensitivity * (0.3 + 1.2 * random.uniform());
      this.#gathering[index] = WEATHER_GATHERS * this.#gathering[index]! + strikes;
      this.#weather[index] = WEATHER_KEEPS * this.#weather[index]! + WEATHER_GAIN * this.#gathering[index]!;
    }
  }

  /** Works out `logPrice`, `logVolume` and `availability` of the day just stepped to. */
  observe(day: DayNumber): void {
    this.#turnYear(day);
    const dayOfYear = day - this.#yearBegins + 1;
    const yearPart = dayOfYear / DAYS_A_YEAR;
    const weekday = (day + 4) % 7;
    const inflation = ((day - PRICE_BASE_DAY) / DAYS_A_YEAR) * INFLATION_PER_YEAR;
    const kimjang = Math.exp(-(((dayOfYear - KIMJANG_PEAK_DAY) / KIMJANG_WIDTH_DAYS) ** 2));
    const before = beforeFeast(day, this.#feasts);
    const after = afterFeast(day, this.#feasts);
    const change = this.#yearlyChange;
    for (let index = 0; index < this.#items.length; index += 1) {
      const { traits } = this.#items[index]!;
      const at = 4 * index;
      const shift = change[at]! + (change[at + 1]! - change[at]!) * yearPart;
      const swing = traits.swing * (1 + change[at + 2]! + (change[at + 3]! - change[at + 2]!) * yearPart);
      const angle = (2 * Math.PI * (dayOfYear - traits.peakDay - shift)) / DAYS_A_YEAR;
      const season = swing * (Math.cos(angle) + SECOND_HARMONIC * Math.cos(2 * angle));
      const supply = this.#shock[index]! + this.#weather[index]!;
      const ritual = traits.ritual ?? 0.05;
      const kimchi = kimjang * (traits.kimjang ?? 0);
      this.logPrice[index] =
        Math.log(traits.priceKrwPerKg) +
        inflation +
        this.#level[index]! +
        season +
        supply +
        WEEKDAY_PRICE[weekday]! +
        0.17 * ritual * before -
        0.06 * after +
        0.12 * kimchi;
      this.logVolume[index] =
        SUPPLY_ELASTICITY * supply -
        0.45 * season +
        WEEKDAY_VOLUME[weekday]! +
        0.6 * ritual * before -
        0.25 * after +
        0.8 * kimchi;
      this.availability[index] = traits.season ? inSeason(dayOfYear, traits.season) : 1;
    }
  }

  /** Severity of a national weather event that begins on this day, mostly 0. */
  #weatherEvent(day: DayNumber): number {
    const random = this.#random;
    const dayOfYear = ((day - PRICE_BASE_DAY) % DAYS_A_YEAR) + 1;
    const place = dayOfYear < 0 ? dayOfYear + DAYS_A_YEAR : dayOfYear;
    const summer = place > 172 && place < 256;
    const winter = place > 344 || place < 50;
    const happens = random.uniform() < (summer ? 1 / 30 : winter ? 1 / 50 : 1 / 160);
    const severity = WEATHER_SEVERITY * Math.exp(0.45 * random.normal());
    return happens ? severity : 0;
  }

  #turnYear(day: DayNumber): void {
    const year = Number(fromDayNumber(day).slice(0, 4));
    if (year === this.#year) return;
    this.#year = year;
    this.#yearBegins = dayNumber(localDate(`${year}-01-01`));
    this.#feasts = [year - 1, year, year + 1].flatMap((around) => {
      const { seollal, chuseok } = lunarHolidays(around);
      return [dayNumber(seollal), dayNumber(chuseok)];
    });
    for (let index = 0; index < this.#items.length; index += 1) {
      // No two years peak on the same day or as high; one year's peculiarity passes into the next without a jump.
      for (const next of [0, 1]) {
        const about = [this.#seed, YEAR_STREAM, index, year + next] as const;
        this.#yearlyChange[4 * index + next] = PEAK_SHIFT_DAYS * hashNormal(...about, 1);
        this.#yearlyChange[4 * index + 2 + next] = SWING_CHANGE * hashNormal(...about, 2);
      }
    }
  }
}

/** 0–1: buying for a feast begins eighteen days before it and is strongest four days before. */
function beforeFeast(day: DayNumber, feasts: readonly DayNumber[]): number {
  let most = 0;
  for (const feast of feasts) {
    const ahead = feast - day;
    if (ahead > 0 && ahead <= 4) most = Math.max(most, ahead / 4);
    else if (ahead > 4 && ahead < 18) most = Math.max(most, (18 - ahead) / 14);
  }
  return most;
}

/** 0–1: the dull fortnight after a feast. */
function afterFeast(day: DayNumber, feasts: readonly DayNumber[]): number {
  let most = 0;
  for (const feast of feasts) {
    const since = day - feast;
    if (since >= 0 && since < 14) most = Math.max(most, (14 - since) / 14);
  }
  return most;
}

/** 0 out of season, 1 in full season, rising and falling at its edges; days of the year from 1. */
export function inSeason(dayOfYear: number, [first, last]: readonly [number, number]): number {
  const length = (last - first + 366) % 366;
  const since = (dayOfYear - first + 366) % 366;
  if (since > length) return 0;
  const edge = Math.min(since, length - since) + 1;
  return Math.min(1, edge / SEASON_EDGE_DAYS);
}
