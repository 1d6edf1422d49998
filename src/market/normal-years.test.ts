import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DailyRow, serveInMemory, TEST_PROFILE } from '../../test/doubles/serving-in-memory.ts';
import { propertyRuns } from '../../test/support/whole-suites.ts';
import { addDays, dayNumber, fromDayNumber, type LocalDate, localDate, normalYear } from '../domain/index.ts';
import { conditionTables } from './derived-tables.ts';

interface Day {
  readonly day: LocalDate;
  readonly price: number;
  readonly volumeKg: number | null;
}

interface Normal {
  readonly day: string;
  readonly years: number;
  readonly price: number;
  readonly low: number;
  readonly high: number;
}

/** The same definition in domain's plain words. A series with volume is weighted by it, one without is not. */
function normalByLoop(days: readonly Day[]): Normal[] {
  const points = days.map(({ day, price, volumeKg }) => ({
    day: dayNumber(day),
    amount: price * (volumeKg ?? 1),
    kg: volumeKg ?? 1,
  }));
  return points.flatMap(({ day }) => {
    const { years, price, low, high } = normalYear(points, day);
    return price === null || low === null || high === null
      ? []
      : [{ day: fromDayNumber(day), years, price, low, high }];
  });
}

async function normalBySql(days: readonly Day[]): Promise<Normal[]> {
  const rows: DailyRow[] = days.map((row) => ({ series: 0, ...row }));
  const serving = await serveInMemory([{ item: '1' }], rows, { derive: conditionTables(TEST_PROFILE) });
  const { rowCount, columns } = await serving.reader.query(
    'select day, years, price, low, high from normals order by day',
  );
  serving.close();
  return Array.from({ length: rowCount }, (_, row) => ({
    day: String(columns.day![row]),
    years: Number(columns.years![row]),
    price: Number(columns.price![row]),
    low: Number(columns.low![row]),
    high: Number(columns.high![row]),
  }));
}

/** Every day of six years within 15 days of one month-day, then holes by chance: closed days, long gaps, late starts. */
const seriesWithGaps = fc
  .record({
    monthDay: fc.constantFrom('-02-28', '-03-01', '-01-02', '-12-30', '-06-15'),
    lastYear: fc.constantFrom(2020, 2021, 2024, 2025),
    keep: fc.constantFrom(0.15, 0.5, 0.85, 1),
    weighted: fc.boolean(),
    seed: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
  })
  .map(({ monthDay, lastYear, keep, weighted, seed }): Day[] => {
    const days: Day[] = [];
    for (let year = lastYear - 6; year <= lastYear; year++) {
      for (let shift = -15; shift <= 15; shift++) {
        const chance = seed.next().value;
        const price = 50 + Math.round(100 * seed.next().value);
        const volumeKg = weighted ? 20 + Math.round(9 * seed.next().value) : null;
        if (chance < keep)
          days.push({ day: addDays(localDate(`${year}${monthDay}`), shift), price, volumeKg });
      }
    }
    return days.sort((a, b) => (a.day < b.day ? -1 : 1)).filter((d, i, all) => d.day !== all[i - 1]?.day);
  });

test('평년 in SQL is the plain loop, on series with gaps and across leap years', async () => {
  await fc.assert(
    fc.asyncProperty(seriesWithGaps, async (days) => {
      const [sql, loop] = [await normalBySql(days), normalByLoop(days)];
      expect(sql.map(({ day, years }) => [day, years])).toEqual(loop.map(({ day, years }) => [day, years]));
      for (const [index, normal] of sql.entries()) {
        expect(normal.price).toBeCloseTo(loop[index]!.price, 9);
        expect(normal.low).toBeCloseTo(loop[index]!.low, 9);
        expect(normal.high).toBeCloseTo(loop[index]!.high, 9);
      }
    }),
    { numRuns: propertyRuns(8, 15) },
  );
});

/** Five trading days centred on a date, all at one price. */
function around(date: string, price: number): Day[] {
  return [-2, -1, 0, 1, 2].map((shift) => ({
    day: fromDayNumber(dayNumber(localDate(date)) + shift),
    price,
    volumeKg: null,
  }));
}

test('five years: the highest and the lowest drop out, the band keeps them', async () => {
  const years = [100, 900, 120, 110, 130].flatMap((price, index) => around(`${2019 + index}-06-12`, price));
  const normals = await normalBySql([...years, { day: localDate('2024-06-12'), price: 500, volumeKg: null }]);
  expect(normals.at(-1)).toEqual({ day: '2024-06-12', years: 5, price: 120, low: 100, high: 900 });
});

test('three years: the plain mean of three; two years: nothing', async () => {
  const target = { day: localDate('2024-06-12'), price: 500, volumeKg: null };
  const three = [100, 200, 600].flatMap((price, index) => around(`${2021 + index}-06-12`, price));
  expect((await normalBySql([...three, target])).at(-1)).toMatchObject({ years: 3, price: 300 });
  expect(await normalBySql([...three.slice(5), target])).toEqual([]);
});

test('29 February looks at 28 February of common years and at itself in leap years', async () => {
  const common = [2019, 2021, 2022, 2023].flatMap((year) => [
    { day: localDate(`${year}-02-27`), price: 100, volumeKg: null },
    { day: localDate(`${year}-02-28`), price: 100, volumeKg: null },
    // on an axis this far away only the anchor 28 February, not 1 March, reaches two days
    { day: localDate(`${year}-03-08`), price: 900, volumeKg: null },
    { day: localDate(`${year}-03-09`), price: 900, volumeKg: null },
  ]);
  const leap = [26, 27, 28].map((day) => ({ day: localDate(`2020-02-${day}`), price: 130, volumeKg: null }));
  const target = { day: localDate('2024-02-29'), price: 500, volumeKg: null };
  const days = [...common, ...leap, target].sort((a, b) => (a.day < b.day ? -1 : 1));
  expect((await normalBySql(days)).at(-1)).toEqual({
    day: '2024-02-29',
    years: 5,
    price: 100,
    low: 100,
    high: 130,
  });
});

test('one day without volume makes the mean of its window a plain one', async () => {
  const year = (date: number, volumes: readonly (number | null)[]): Day[] =>
    volumes.map((volumeKg, index) => ({
      day: localDate(`${date}-06-${11 + index}`),
      price: 100 * (index + 1),
      volumeKg,
    }));
  const target = { day: localDate('2024-06-12'), price: 500, volumeKg: null };
  const weighted = [1, 1, 8];
  const days = [year(2021, weighted), year(2022, weighted), year(2023, [1, null, 8])].flat();
  const normals = await normalBySql([...days, target]);
  expect(normals.at(-1)).toEqual({
    day: '2024-06-12',
    years: 3,
    price: (270 + 270 + 200) / 3,
    low: 200,
    high: 270,
  });
});
