// The cells that forecasts of Japan's wholesale prices are scored on, by fixed conventions, so that figures compare.
// Left out everywhere, from targets and inputs: item 30000 (the total), and rows under 5% of the item's median volume
// over all days to 2024-12-31 (a convention of this bench alone: the median looks at the future; the product's is
// trailing). Later days change no cell of 2024 and before: in SIHWANG_TEST_DATA they may stand behind the rows of
// japan-maff/dev_2016_2024.csv or in further files of that folder with the same header, and are scored as years of
// their own on the same items, with the median of the days to 2024.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wape } from '../src/evaluate/index.ts';

/** Prices and volumes of all items on one axis; column c is the day `firstDay + c * stepDays`. */
export interface JapanPanel {
  readonly kind: 'weekly' | 'daily';
  /** Item codes, rising; all 50, so that a model may learn from what is not scored. */
  readonly items: readonly number[];
  /** Indices into `items` of those that are scored. */
  readonly scored: readonly number[];
  /** Days since 1970-01-01; of a week its Monday. */
  readonly firstDay: number;
  readonly stepDays: 7 | 1;
  /** Steps forecast from an origin. */
  readonly horizon: number;
  /** Columns whose days the data has to the end; a week that it breaks off in is no target. */
  readonly wholeColumns: number;
  /** JPY per kg by item; of a week the volume-weighted mean. NaN = no trade. */
  readonly prices: readonly Float64Array[];
  /** Kg by item; NaN = no trade. */
  readonly volumesKg: readonly Float64Array[];
}

/** One scored item's forecasts: row j is origin j, column k is k + 1 steps after it; NaN is refused in a scored cell. */
export interface JapanPaths {
  readonly mean: Float64Array;
  /** The interval of 80%. */
  readonly lo?: Float64Array;
  readonly hi?: Float64Array;
}

export interface JapanScore {
  readonly cells: number;
  readonly wape: number;
  /** Mean pinball loss over 0.1, 0.5 and 0.9 over the mean price; NaN without intervals. */
  readonly pinball: number;
  /** Share of actuals inside the interval of 80%; NaN without intervals. */
  readonly coverage: number;
  /** The same of each year, in the order of the years scored. */
  readonly yearlyWape: readonly number[];
  readonly yearlyPinball: readonly number[];
  readonly yearlyCoverage: readonly number[];
  /** 95% interval of the coverage, from resampling blocks of three neighbouring origins. */
  readonly coverageInterval: readonly [number, number];
}

const ORIGINS_A_YEAR = 12;
const ORIGIN_EVERY_DAYS = 28;
const TOTAL_OF_ALL_ITEMS = 30_000;

const dayOf = (date: string): number => Date.parse(`${date}T00:00Z`) / 86_400_000;
const dateOf = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
const LAST_DAY = dayOf('2024-12-31');
/** Where the last origin's first target lies in 2024. */
const LAST_FIRST_TARGET = { weekly: dayOf('2024-12-02'), daily: LAST_DAY - 27 };

const folder = join(process.env.SIHWANG_TEST_DATA ?? '../shared/data', 'japan-maff');
const path = join(folder, 'dev_2016_2024.csv');
const HEADER = 'date,item_code,item,volume_kg,price_jpy_per_kg';

/** Why the cells cannot be made here, or undefined when the data is there. */
export function japanMissing(): string | undefined {
  if (existsSync(path)) return undefined;
  return `${path} is not there; set SIHWANG_TEST_DATA to the folder that holds japan-maff/`;
}

/** Monday-to-Sunday volume-weighted prices; the 43 items with 240 or more days in the 366 to 2024-12-31 are scored. */
export function weeklyPanel(): JapanPanel {
  const table = readTable();
  return panelOf(table, 'weekly', scoredItems(table));
}

/** Calendar days; of the 43 scored weekly, sorted by code, the 20 at round(i 42/19), i = 0..19. */
export function dailyPanel(): JapanPanel {
  const table = readTable();
  const items = scoredItems(table);
  const chosen = Array.from({ length: 20 }, (_, i) => items[Math.round((i * (items.length - 1)) / 19)]!);
  return panelOf(table, 'daily', chosen);
}

/** 2024, and the years after it of which the panel has a target. */
export function scoredYears(panel: JapanPanel): number[] {
  const years = [2024];
  while (originsOf(panel, [years.at(-1)! + 1]).length > 0) years.push(years.at(-1)! + 1);
  return years;
}

/**
 * The origins of the years given, each the number of columns known there, rising: 12 a year, 28 days apart, those of
 * an earlier year 364 days (13 such steps) before the next year's, so that weekdays and seasons agree. Fewer of a year
 * that the data breaks off in: those with a target.
 */
export function originsOf(panel: JapanPanel, years: readonly number[]): Int32Array {
  const last = (LAST_FIRST_TARGET[panel.kind] - panel.firstDay) / panel.stepDays;
  const step = ORIGIN_EVERY_DAYS / panel.stepDays;
  const origins = years.flatMap((year) =>
    Array.from(
      { length: ORIGINS_A_YEAR },
      (_, j) => last - step * (13 * (2024 - year) + ORIGINS_A_YEAR - 1 - j),
    ),
  );
  return Int32Array.from(origins).filter((origin) => origin < panel.wholeColumns);
}

/** The values after each origin in the order of {@link JapanPaths}; NaN where the cell is not scored. */
export function actualsOf(panel: JapanPanel, item: number, origins: Int32Array): Float64Array {
  const values = panel.prices[item]!;
  const actual = new Float64Array(origins.length * panel.horizon);
  origins.forEach((origin, j) => {
    for (let k = 0; k < panel.horizon; k++) {
      const target = origin + k;
      actual[j * panel.horizon + k] = target < panel.wholeColumns ? values[target]! : Number.NaN;
    }
  });
  return actual;
}

/** Keys of the scored cells, `item,first day not known,target day`, a cell a line: no prices. */
export function cellKeys(panel: JapanPanel, years: readonly number[]): string[] {
  const origins = originsOf(panel, years);
  const day = (column: number) => dateOf(panel.firstDay + column * panel.stepDays);
  return panel.scored.flatMap((item) => {
    const actual = actualsOf(panel, item, origins);
    return [...actual.keys()]
      .filter((at) => !Number.isNaN(actual[at]!))
      .map((at) => {
        const origin = origins[Math.floor(at / panel.horizon)]!;
        return `${panel.items[item]},${day(origin)},${day(origin + (at % panel.horizon))}`;
      });
  });
}

/** How many cells and items, the first and last cell, and the sha256 of all keys joined by line feeds. */
export function cellsDigest(panel: JapanPanel, years: readonly number[]) {
  const keys = cellKeys(panel, years);
  return {
    kind: panel.kind,
    years,
    items: panel.scored.map((item) => panel.items[item]!),
    cells: keys.length,
    first: keys[0]!,
    last: keys.at(-1)!,
    sha256: createHash('sha256').update(keys.join('\n')).digest('hex'),
  };
}

/** The last traded price before each origin. */
export function naivePaths(panel: JapanPanel, origins: Int32Array): JapanPaths[] {
  return panel.scored.map((item) => {
    const values = panel.prices[item]!;
    const mean = new Float64Array(origins.length * panel.horizon);
    origins.forEach((origin, j) => {
      let at = origin - 1;
      while (at > 0 && Number.isNaN(values[at]!)) at--;
      mean.fill(values[at]!, j * panel.horizon, (j + 1) * panel.horizon);
    });
    return { mean };
  });
}

/** Scores forecasts given in the order of `panel.scored`. Throws when a scored cell has no forecast. */
export function scoreJapan(
  panel: JapanPanel,
  years: readonly number[],
  paths: readonly JapanPaths[],
): JapanScore {
  const origins = originsOf(panel, years);
  // By origin, since origins are what a year and a block of the bootstrap are made of.
  const inside = new Float64Array(origins.length);
  const counts = new Float64Array(origins.length);
  const actuals: number[][] = Array.from(origins, () => []);
  const means: number[][] = Array.from(origins, () => []);
  const pinball = new Float64Array(origins.length);
  panel.scored.forEach((item, i) => {
    const { mean, lo, hi } = paths[i]!;
    actualsOf(panel, item, origins).forEach((y, at) => {
      if (Number.isNaN(y)) return;
      if (!Number.isFinite(mean[at]))
        throw new RangeError(`item ${panel.items[item]}: no forecast of a cell`);
      const j = Math.floor(at / panel.horizon);
      actuals[j]!.push(y);
      means[j]!.push(mean[at]!);
      const low = lo?.[at] ?? Number.NaN;
      const high = hi?.[at] ?? Number.NaN;
      pinball[j]! += (loss(y, low, 0.1) + loss(y, mean[at]!, 0.5) + loss(y, high, 0.9)) / 3;
      counts[j]!++;
      if (y >= low && y <= high) inside[j]!++;
    });
  });
  const all = Array.from(origins.keys());
  const wapeOf = (js: readonly number[]) =>
    wape(
      js.flatMap((j) => actuals[j]!),
      js.flatMap((j) => means[j]!),
    );
  const pinballOf = (js: readonly number[]) =>
    sum(js.map((j) => pinball[j]!)) / sum(js.flatMap((j) => actuals[j]!));
  const shareOf = (js: readonly number[]) => {
    if (js.some((j) => Number.isNaN(pinball[j]!))) return Number.NaN;
    return sum(js.map((j) => inside[j]!)) / sum(js.map((j) => counts[j]!));
  };
  let from = 0;
  const byYear = years.map((year) => {
    const count = originsOf(panel, [year]).length;
    from += count;
    return all.slice(from - count, from);
  });
  return {
    cells: sum(all.map((j) => counts[j]!)),
    wape: wapeOf(all),
    pinball: pinballOf(all),
    coverage: shareOf(all),
    yearlyWape: byYear.map(wapeOf),
    yearlyPinball: byYear.map(pinballOf),
    yearlyCoverage: byYear.map(shareOf),
    coverageInterval: blockBootstrap(all, shareOf),
  };
}

/** The 2.5% and 97.5% points of `statistic` over 4,000 resamples of circular blocks of three origins; seeded. */
function blockBootstrap(
  origins: readonly number[],
  statistic: (js: readonly number[]) => number,
): [number, number] {
  let state = 20_241_231;
  const random = () => {
    // Mulberry32 (T. Ettinger): enough for resampling, and the same on every machine.
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), 1 | state);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 4_294_967_296;
  };
  const found = Array.from({ length: 4000 }, () => {
    const drawn: number[] = [];
    while (drawn.length < origins.length) {
      const start = Math.floor(random() * origins.length);
      for (let k = 0; k < 3 && drawn.length < origins.length; k++) {
        drawn.push(origins[(start + k) % origins.length]!);
      }
    }
    return statistic(drawn);
  }).sort((a, b) => a - b);
  return [found[99]!, found[3899]!];
}

const loss = (y: number, q: number, tau: number): number => Math.max(tau * (y - q), (tau - 1) * (y - q));
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

interface Row {
  readonly day: number;
  readonly kg: number;
  readonly price: number;
}

/** The rows that count, by item, in the order of days; of a day that two files have, the row of the later name. */
function readTable(): Map<number, Row[]> {
  const byItem = new Map<number, Map<number, Row>>();
  for (const line of pricesFiles().flat()) {
    const [date, code, , kg, price] = line.trim().split(',');
    const item = Number(code);
    if (item === TOTAL_OF_ALL_ITEMS) continue;
    const row = { day: dayOf(date!), kg: Number(kg), price: price ? Number(price) : Number.NaN };
    const rows = byItem.get(item);
    if (rows) rows.set(row.day, row);
    else byItem.set(item, new Map([[row.day, row]]));
  }
  const counted = new Map<number, Row[]>();
  for (const [item, byDay] of byItem) {
    const rows = [...byDay.values()].sort((a, b) => a.day - b.day);
    const kgs = rows
      .filter(({ day }) => day <= LAST_DAY)
      .map((row) => row.kg)
      .sort((a, b) => a - b);
    if (kgs.length === 0) continue;
    const median = (kgs[(kgs.length - 1) >> 1]! + kgs[kgs.length >> 1]!) / 2;
    counted.set(
      item,
      rows.filter((row) => row.kg >= 0.05 * median && !Number.isNaN(row.price)),
    );
  }
  return counted;
}

/** The lines of every file of the folder that has the header of daily wholesale prices, in the order of their names. */
function pricesFiles(): string[][] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.csv'))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .filter(([header]) => header?.trim() === HEADER)
    .map((lines) => lines.slice(1));
}

function scoredItems(table: Map<number, Row[]>): number[] {
  const enough = [...table].filter(
    ([, rows]) => rows.filter(({ day }) => day > LAST_DAY - 366 && day <= LAST_DAY).length >= 240,
  );
  return enough.map(([item]) => item).sort((a, b) => a - b);
}

function panelOf(table: Map<number, Row[]>, kind: 'weekly' | 'daily', scored: readonly number[]): JapanPanel {
  const stepDays = kind === 'weekly' ? 7 : 1;
  const items = [...table.keys()].sort((a, b) => a - b);
  // 1970-01-01 was a Thursday, so 1970-01-05, day 4, was a Monday.
  const columnStart = (day: number) => (kind === 'weekly' ? day - ((((day - 4) % 7) + 7) % 7) : day);
  const days = [...table.values()].flatMap((rows) => rows.map(({ day }) => day));
  const firstDay = columnStart(days.reduce((a, b) => Math.min(a, b)));
  const lastDay = days.reduce((a, b) => Math.max(a, b), LAST_DAY);
  const columns = (columnStart(lastDay) - firstDay) / stepDays + 1;
  // Markets are closed on Sundays, so a week is whole with its Saturday.
  const isWhole = stepDays === 1 || lastDay >= columnStart(lastDay) + 5;
  const amounts = items.map(() => new Float64Array(columns));
  const volumesKg = items.map(() => new Float64Array(columns));
  items.forEach((item, i) => {
    for (const { day, kg, price } of table.get(item)!) {
      const column = (columnStart(day) - firstDay) / stepDays;
      amounts[i]![column]! += kg * price;
      volumesKg[i]![column]! += kg;
    }
  });
  return {
    kind,
    items,
    scored: scored.map((item) => items.indexOf(item)),
    firstDay,
    stepDays,
    horizon: kind === 'weekly' ? 4 : 28,
    wholeColumns: isWhole ? columns : columns - 1,
    prices: amounts.map((kgYen, i) => kgYen.map((amount, c) => amount / volumesKg[i]![c]!)),
    volumesKg: volumesKg.map((kgs) => kgs.map((kg) => (kg > 0 ? kg : Number.NaN))),
  };
}
