import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DailyRow, serveInMemory, TEST_PROFILE } from '../../test/doubles/serving-in-memory.ts';
import { propertyRuns } from '../../test/support/whole-suites.ts';
import { addDays, localDate, type PastRule } from '../domain/index.ts';
import { conditionTables } from './derived-tables.ts';

const RULES: readonly PastRule[] = [
  { kind: 'trickle', severity: 'flag' },
  { kind: 'price-jump', severity: 'flag', times: 5, lookBackDays: 60, fewestPrices: 10 },
  { kind: 'item-level', severity: 'flag', times: 2.5, fewestMarkets: 2 },
  { kind: 'price-step', severity: 'flag', timesUsual: 8, leastRatio: 1.8, withinDays: 31 },
  { kind: 'stuck', severity: 'flag', marketDays: 3, withinDays: 14, of: 'price-and-volume' },
  { kind: 'price-step', severity: 'warn', timesUsual: 4, leastRatio: 1.3, withinDays: 31 },
  { kind: 'price-spread', severity: 'warn', timesUsual: 3, leastRatio: 1.5 },
  { kind: 'volume-share', severity: 'warn', timesUsual: 6 },
  { kind: 'stuck', severity: 'warn', marketDays: 4, withinDays: 31, of: 'price' },
  { kind: 'noise', severity: 'warn', leastCorrelation: 0.3 },
  { kind: 'few-series', severity: 'warn', share: 0.6 },
  { kind: 'repeated-day', severity: 'warn', share: 0.6 },
];
const PROFILE = { ...TEST_PROFILE, pastRules: RULES };
const MARKETS = ['A', 'A', 'A', 'B'];
const ITEMS = ['x', 'x', 'y', 'x'];

interface Row extends DailyRow {
  readonly price: number;
  readonly volumeKg: number;
  readonly low: number;
  readonly high: number;
}

/** Numbers from 0 to 1 that look like chance: fast-check's own streams prefer the ends, where nothing moves. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Four series of two markets that walk about, with slips of every kind among them. */
const worlds: fc.Arbitrary<readonly Row[]> = fc
  .record({
    days: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 125, max: 170 })),
    jitter: fc.constantFrom(0, 0.2),
    keep: fc.constantFrom(0.75, 0.95, 1),
    slips: fc.constantFrom(0, 0.05, 0.2),
    walk: fc.constantFrom(0.002, 0.05),
    seed: fc.integer(),
  })
  .map(({ days, keep, slips, walk, jitter, seed }) => {
    const draw = chances(seed);
    return MARKETS.flatMap((_, series) => {
      let level = 100 * (series + 1);
      let last: Row | undefined;
      const rows: Row[] = [];
      for (let place = 0; place < days; place++) {
        level *= Math.exp(walk * (draw() - 0.5));
        if (draw() > keep) continue;
        const slip = draw() < slips ? Math.floor(draw() * 6) : -1;
        const price = level * Math.exp(jitter * draw()) * ([10, 0.1, 2, 1.3][slip] ?? 1);
        const next: Row = {
          series,
          day: addDays(localDate('2024-01-01'), place),
          price,
          volumeKg: (50 + 100 * draw()) * (draw() < slips / 5 ? 0.01 : 1) * (slip === 4 ? 30 : 1),
          low: price * 0.9,
          high: price * (1.05 + 0.1 * draw()) * (slip === 5 ? 4 : 1),
          ...(last && draw() < slips * 2 ? { price: last.price, volumeKg: last.volumeKg } : {}),
        };
        rows.push(next);
        last = next;
      }
      return rows;
    });
  });

const dayNumber = (day: string) => Date.parse(`${day}T00:00:00Z`) / 86_400_000;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function deviation(values: readonly number[]): number {
  return Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
}

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const [x, y] = [mean(pairs.map(([a]) => a)), mean(pairs.map(([, b]) => b))];
  const sum = (of: (a: number, b: number) => number) =>
    pairs.reduce((all, [a, b]) => all + of(a - x, b - y), 0);
  return sum((a, b) => a * b) / Math.sqrt(sum((a) => a * a) * sum((_, b) => b * b));
}

const monthOf = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));

/** The level of an item: of its markets with three prices in the two months before, of which there are two. */
function itemLevel(rows: readonly Row[], item: string, month: number): number | null {
  const levels = [...new Set(MARKETS)].flatMap((market) => {
    const prices = rows.flatMap((row) => {
      const back = month - monthOf(row.day);
      const own = ITEMS[row.series] === item && MARKETS[row.series] === market;
      return own && (back === 1 || back === 2) ? [row.price] : [];
    });
    return prices.length >= 3 ? [median(prices)] : [];
  });
  return levels.length >= 2 ? median(levels) : null;
}

/** What the rules say, looked up one price at a time; `day series reason`, sorted. */
function judge(rows: readonly Row[]): { leftOut: string[]; warned: string[] } {
  const leftOut = new Map<string, string>();
  const warned: string[] = [];
  const totals = new Map<string, number>();
  for (const row of rows) {
    const key = `${MARKETS[row.series]} ${row.day}`;
    totals.set(key, (totals.get(key) ?? 0) + row.volumeKg);
  }
  const isOpen = (row: Row) => {
    const market = MARKETS[row.series]!;
    const before = [...totals]
      .filter(([key]) => key.startsWith(market))
      .filter(([key]) => {
        const back = dayNumber(row.day) - dayNumber(key.slice(2));
        return back >= 1 && back <= 60;
      })
      .map(([, kg]) => kg);
    return before.length < 5 || totals.get(`${market} ${row.day}`)! >= 0.05 * median(before);
  };
  const levels = new Map<string, number | null>();
  const open = rows.filter(isOpen);
  for (const row of rows) if (!open.includes(row)) leftOut.set(`${row.day} ${row.series}`, 'trickle');

  MARKETS.forEach((market, series) => {
    const own = open.filter((row) => row.series === series);
    const day = own.map((row) => dayNumber(row.day));
    const within = (at: number, days: number) =>
      own.map((_, index) => index).filter((index) => index < at && day[at]! - day[index]! <= days);
    const step = own.map((row, at) =>
      at >= 5 && day[at]! - day[at - 5]! <= 31
        ? Math.abs(Math.log(row.price / median(own.slice(at - 5, at).map((one) => one.price))))
        : null,
    );
    const spread = own.map((row) => (row.high >= row.low ? Math.log(row.high / row.low) : null));
    const odds = own.map((row) => {
      const others = totals.get(`${market} ${row.day}`)! - row.volumeKg;
      return others > 0 ? Math.log(row.volumeKg / others) : null;
    });
    const usual = (values: readonly (number | null)[], at: number) => {
      const before = within(at, 60).flatMap((index) => values[index] ?? []);
      return before.length >= 10 ? mean(before) : null;
    };
    const noise = (at: number, least: number) => {
      const pairs = own
        .map((row, index) => [Math.log(row.price), Math.log(own[index - 1]?.price ?? Number.NaN)] as const)
        .slice(Math.max(0, at - 250), Math.max(0, at))
        .filter(([, before]) => !Number.isNaN(before));
      return (
        pairs.length > 100 &&
        [0, 1].every((of) => deviation(pairs.map((pair) => pair[of]!)) > 0.001) &&
        correlation(pairs) < least
      );
    };
    const meets = (rule: PastRule, at: number): boolean => {
      const row = own[at]!;
      switch (rule.kind) {
        case 'price-jump': {
          const before = within(at, rule.lookBackDays).map((index) => own[index]!.price);
          const ratio = row.price / median(before);
          return before.length >= rule.fewestPrices && (ratio >= rule.times || ratio * rule.times <= 1);
        }
        case 'item-level': {
          const item = ITEMS[series]!;
          const month = monthOf(row.day);
          const key = `${item} ${month}`;
          if (!levels.has(key)) levels.set(key, itemLevel(rows, item, month));
          const level = levels.get(key)!;
          return level !== null && (row.price >= rule.times * level || row.price * rule.times <= level);
        }
        case 'price-step':
        case 'price-spread': {
          const values = rule.kind === 'price-step' ? step : spread;
          const [value, level] = [values[at] ?? null, usual(values, at)];
          const around = median(within(at, 60).map((index) => own[index]!.price));
          return (
            value !== null &&
            level !== null &&
            (rule.kind === 'price-spread' ||
              Math.abs(Math.log(row.price / around)) >= Math.log(rule.leastRatio)) &&
            value >= Math.log(rule.leastRatio) &&
            value >= rule.timesUsual * level
          );
        }
        case 'volume-share': {
          const [value, level] = [odds[at] ?? null, usual(odds, at)];
          return value !== null && level !== null && value - level >= Math.log(rule.timesUsual);
        }
        case 'stuck': {
          const first = at - rule.marketDays + 1;
          return (
            first >= 0 &&
            day[at]! - day[first]! <= rule.withinDays &&
            own
              .slice(first, at)
              .every(
                (one) => one.price === row.price && (rule.of === 'price' || one.volumeKg === row.volumeKg),
              )
          );
        }
        case 'noise': {
          return noise(at, rule.leastCorrelation) && !noise(at - 1, rule.leastCorrelation);
        }
        default:
          return false;
      }
    };
    const first = (severity: string, at: number) =>
      RULES.find((rule) => rule.severity === severity && meets(rule, at))?.kind;
    own.forEach((row, at) => {
      const [flag, warn] = [first('flag', at), first('warn', at)];
      if (flag) leftOut.set(`${row.day} ${series}`, flag);
      else if (warn) warned.push(`${row.day} ${series} ${warn}`);
    });
  });

  for (const market of new Set(MARKETS)) {
    const counts = new Map<string, number>();
    for (const row of open)
      if (MARKETS[row.series] === market) counts.set(row.day, (counts.get(row.day) ?? 0) + 1);
    for (const [day, count] of counts) {
      const weeks = [...counts]
        .filter(([other]) => other < day && (dayNumber(day) - dayNumber(other)) % 7 === 0)
        .sort()
        .slice(-8)
        .map(([, series]) => series);
      if (weeks.length >= 4 && count < 0.6 * median(weeks)) warned.push(`${day} ${market} few-series`);
      const repeated = open.filter((row) => {
        if (row.day !== day || MARKETS[row.series] !== market) return false;
        const before = open.filter((one) => one.series === row.series && one.day < day).at(-1);
        return before?.price === row.price && before.volumeKg === row.volumeKg;
      }).length;
      if (repeated >= 2 && repeated >= 0.6 * count) warned.push(`${day} ${market} repeated-day`);
    }
  }
  return {
    leftOut: [...leftOut].map(([key, reason]) => `${key} ${reason}`).sort(),
    warned: warned.sort(),
  };
}

async function judgedBySql(rows: readonly DailyRow[]): Promise<{ leftOut: string[]; warned: string[] }> {
  const serving = await serveInMemory(
    MARKETS.map((market, index) => ({ item: ITEMS[index]!, variety: `${index}`, market })),
    rows,
    { profile: PROFILE, derive: conditionTables(PROFILE).slice(0, 6) },
  );
  const read = async (sql: string) =>
    ((await serving.reader.query(sql)).columns.said as string[] | undefined) ?? [];
  try {
    return {
      leftOut: (
        await read(`select concat_ws(' ', cast(day as varchar), series_id, reason) as said from left_out`)
      ).sort(),
      warned: (
        await read(
          `select concat_ws(' ', cast(day as varchar), coalesce(series_id::varchar, market_code), reason) as said from warned`,
        )
      ).sort(),
    };
  } finally {
    serving.close();
  }
}

const seen = new Set<string>();

test('the rules in SQL are the plain loop', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async (rows) => {
      const loop = judge(rows);
      for (const said of [...loop.leftOut, ...loop.warned]) seen.add(said.split(' ').at(-1)!);
      expect(await judgedBySql(rows)).toEqual(loop);
    }),
    { numRuns: propertyRuns(20, 40), seed: 20230101 },
  );
  // a property over worlds in which nothing happens would prove nothing
  expect([...seen].sort()).toEqual([...new Set(RULES.map((rule) => rule.kind))].sort());
}, 240_000);

test('later market days change no earlier judgement, and the order of rows says nothing', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, fc.double({ min: 0, max: 1, noNaN: true }), async (rows, cut) => {
      const days = [...new Set(rows.map((row) => row.day))].sort();
      const last = days[Math.floor(cut * (days.length - 1))] ?? '';
      const until = (said: readonly string[]) => said.filter((one) => one.slice(0, 10) <= last);
      const whole = await judgedBySql([...rows].reverse());
      const early = await judgedBySql(rows.filter((row) => row.day <= last));
      expect(until(whole.leftOut)).toEqual(early.leftOut);
      expect(until(whole.warned)).toEqual(early.warned);
    }),
    { numRuns: propertyRuns(12, 25) },
  );
}, 240_000);

test('without rules of its own a feed has the standard two', async () => {
  const rows = Array.from({ length: 15 }, (_, place) => ({
    series: 0,
    day: addDays(localDate('2024-01-01'), place),
    price: place === 14 ? 600 : 100,
    volumeKg: place === 13 ? 1 : 100,
  }));
  const serving = await serveInMemory([{ item: '1' }], rows, { derive: conditionTables(TEST_PROFILE) });
  const { columns } = await serving.reader.query(
    'select cast(day as varchar) as day, reason from left_out order by day',
  );
  const warned = await serving.reader.query('from warned');
  serving.close();
  expect(columns).toEqual({ day: ['2024-01-14', '2024-01-15'], reason: ['trickle', 'price-jump'] });
  expect(warned.rowCount).toBe(0);
});
