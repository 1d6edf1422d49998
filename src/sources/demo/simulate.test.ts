import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propertyRuns } from '../../../test/support/whole-suites.ts';
import { dayNumber, localDate, RULE_CALENDARS, SihwangError } from '../../domain/index.ts';
import { FAULT_RATES } from './faults.ts';
import { type DemoOptions, demoOptions, generatedName, simulate } from './index.ts';
import { HEADER } from './lot-row.ts';
import { DEMO_CALENDAR } from './options.ts';

/** Whole files by name. */
function filesOf(asked: Partial<DemoOptions>): Map<string, string> {
  const chunks = new Map<string, Uint8Array[]>();
  for (const { fileName, chunk } of simulate(demoOptions(asked))) {
    const known = chunks.get(fileName);
    if (known) known.push(chunk);
    else chunks.set(fileName, [chunk]);
  }
  return new Map([...chunks].map(([name, parts]) => [name, Buffer.concat(parts).toString('utf8')]));
}

function rowsOf(files: Map<string, string>): string[][] {
  return [...files.values()].flatMap((text) =>
    text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')),
  );
}

function hashOf(asked: Partial<DemoOptions>): string {
  const hash = createHash('sha256');
  for (const { fileName, chunk } of simulate(demoOptions(asked))) hash.update(fileName).update(chunk);
  return hash.digest('hex');
}

const at = Object.fromEntries(HEADER.map((name, index) => [name, index])) as Record<
  (typeof HEADER)[number],
  number
>;
const SMALL = { years: 1, items: 6, markets: 2, lotsPerDay: 30, through: localDate('2024-06-29') } as const;
const YEAR = { years: 1, through: localDate('2024-12-31') } as const;

describe('the same bytes', () => {
  it('come from the same options, and others from another seed', () => {
    expect(hashOf(SMALL)).toBe(hashOf(SMALL));
    expect(hashOf({ ...SMALL, seed: 2 })).not.toBe(hashOf(SMALL));
  });

  it('came from every version so far: a changed hash is a changed market history', () => {
    expect(hashOf(SMALL)).toMatchInlineSnapshot(
      `"c6afbce671ec85145c2cdd96dad3bbba8107bfc14e49fb032b844907c4f52a25"`,
    );
  });

  it('are the rest of the same history when only what came since a day is asked for', () => {
    const since = localDate('2024-05-20');
    const before = rowsOf(filesOf({ ...SMALL, through: localDate('2024-05-19') }));
    const parts = [...simulate(demoOptions(SMALL), { since })].map(({ chunk }) => chunk);
    const rest = rowsOf(new Map([['rest', Buffer.concat(parts).toString('utf8')]]));
    const whole = rowsOf(filesOf({ ...SMALL, years: 2 }));
    expect(rest.length).toBeGreaterThan(100);
    expect(whole.slice(whole.length - rest.length)).toEqual(rest);
    expect(whole[whole.length - rest.length - 1]).toEqual(before.at(-1));
  });

  it('stand in a file whatever is published after it and however early the run begins', () => {
    const short = filesOf({ ...SMALL, through: localDate('2023-12-31') });
    const longer = filesOf({ ...SMALL, years: 2, through: localDate('2024-12-31') });
    expect([...longer.keys()]).toEqual(['demo-2023.csv', 'demo-2024.csv']);
    expect(longer.get('demo-2023.csv')).toBe(short.get('demo-2023.csv'));
    const partly = filesOf({ ...SMALL, through: localDate('2023-08-18') }).get('demo-2023.csv')!;
    expect(short.get('demo-2023.csv')!.slice(-1)).toBe('\n');
    const inYear = partly.split('\n').filter((line) => line.startsWith('2023-'));
    const whole = new Set(short.get('demo-2023.csv')!.split('\n'));
    expect(inYear.length).toBeGreaterThan(1_000);
    expect(inYear.filter((line) => !whole.has(line))).toEqual([]);
  });
});

describe('a year of the market', () => {
  const files = filesOf(YEAR);
  const rows = rowsOf(files);
  const whole = rows.filter((row) => row.length === HEADER.length && row[at.market_code] !== '9000');
  const dated = whole.filter((row) => row[at.market_day]!.slice(5) !== '02-30');

  it('has about 125,000 lots of 40 items at 8 markets, so that eight years have a million', () => {
    expect(rows.length).toBeGreaterThan(112_000);
    expect(rows.length).toBeLessThan(140_000);
    expect(new Set(whole.map((row) => row[at.market_code])).size).toBe(8);
    expect(new Set(whole.map((row) => row[at.item_code])).size).toBe(41);
  });

  it('trades on the calendar alone, on every day of it', () => {
    const days = new Set(dated.map((row) => row[at.market_day]!));
    const calendar = RULE_CALENDARS.named('garak-auction')!;
    expect([...days].filter((day) => !calendar.isOpen(dayNumber(localDate(day))))).toEqual([]);
    const open = Array.from({ length: 366 }, (_, offset) => dayNumber(localDate('2024-01-01')) + offset);
    expect(days.size).toBe(open.filter((day) => calendar.isOpen(day)).length);
  });

  it('records every row after it was sold, in order, and no market day before its own', () => {
    const misplaced = dated.filter((row) => !(row[at.sold_at]! < row[at.recorded_at]!));
    expect(misplaced).toEqual([]);
    const recorded = whole.map((row) => row[at.recorded_at]!);
    expect(recorded.every((time, index) => index === 0 || recorded[index - 1]! <= time)).toBe(true);
  });

  it('numbers each lot once within its market day, market and corporation, but for what is published again', () => {
    const key = (row: string[]) =>
      [at.market_day, at.market_code, at.corporation, at.lot].map((index) => row[index]).join();
    const first = dated.filter((row) => row[at.recorded_at] === `${row[at.market_day]}T02:00:00Z`);
    const repeats = first.length - new Set(first.map(key)).size;
    const duplicates = first.length - new Set(first.map((row) => row.join())).size;
    expect(repeats).toBe(duplicates);
  });

  it('states the amount as price times quantity but for the mismatches', () => {
    const numbered = dated.filter((row) => /^-?\d+$/.test(row[at.price]!));
    const wrong = numbered.filter(
      (row) => Number(row[at.amount]) !== Number(row[at.price]) * Number(row[at.quantity]),
    );
    // A tenfold price leaves the amount behind half of the time.
    const expected = (FAULT_RATES.amountMismatch + FAULT_RATES.priceTenfold / 2) * rows.length;
    expect(wrong.length).toBeGreaterThan(expected * 0.6);
    expect(wrong.length).toBeLessThan(expected * 1.5);
  });

  it('sells the reference specification of every item in season at the main market nearly every day', () => {
    const days = new Set(
      dated
        .filter(
          (row) => row[at.item_code] === '101' && row[at.market_code] === '9001' && row[at.grade] === '상',
        )
        .map((row) => row[at.market_day]),
    );
    expect(days.size).toBeGreaterThan(300);
    const peachMonths = new Set(
      dated
        .filter((row) => row[at.item_code] === '505')
        .map((row) => Number(row[at.market_day]!.slice(5, 7))),
    );
    expect([...peachMonths].sort((a, b) => a - b)).toEqual([6, 7, 8, 9]);
  });

  it('pays more for the top grade and for scarce cabbage, and sells more in the kimchi weeks', () => {
    const cabbage = dated.filter(
      (row) => row[at.item_code] === '101' && row[at.unit_weight] === '10' && Number(row[at.quantity]) > 0,
    );
    const sums = (keep: (row: string[]) => boolean) => {
      const kept = cabbage.filter(keep).filter((row) => Number(row[at.price]) > 0);
      const packages = kept.reduce((sum, row) => sum + Number(row[at.quantity]), 0);
      const won = kept.reduce((sum, row) => sum + Number(row[at.quantity]) * Number(row[at.price]), 0);
      return { packages, price: won / packages };
    };
    const month = (number: string) => (row: string[]) => row[at.market_day]!.slice(5, 7) === number;
    expect(sums((row) => row[at.grade] === '특').price).toBeGreaterThan(
      1.1 * sums((row) => row[at.grade] === '상').price,
    );
    expect(sums(month('09')).price).toBeGreaterThan(1.2 * sums(month('05')).price);
    expect(sums(month('11')).packages).toBeGreaterThan(1.3 * sums(month('09')).packages);
  });
});

it('changes the radish box from 18 to 20 kg with the year 2021', () => {
  const rows = rowsOf(
    filesOf({ years: 2, items: 11, markets: 1, lotsPerDay: 40, through: localDate('2021-12-31') }),
  );
  const boxes = (year: string) =>
    new Set(
      rows
        .filter((row) => row[at.market_day]?.startsWith(year) && row[at.item_code] === '201')
        .filter((row) => row[at.variety] === '무' && row[at.package] === '상자')
        .map((row) => row[at.unit_weight]),
    );
  expect([...boxes('2020')]).toEqual(['18']);
  expect([...boxes('2021')]).toEqual(['20']);
});

describe('options', () => {
  it('end with the last market day before today in Korea', () => {
    const clock = (time: string) => () => Date.parse(time);
    // Monday morning in Korea is still Sunday in UTC; the last market day is Saturday.
    expect(demoOptions({}, clock('2024-06-09T22:00:00Z')).through).toBe('2024-06-08');
    // Chuseok 2024-09-17 closes three days.
    expect(demoOptions({}, clock('2024-09-20T03:00:00Z')).through).toBe('2024-09-16');
  });

  it('are refused with a hint when they cannot be met', () => {
    const through = localDate('2024-06-29');
    for (const asked of [
      { years: 0 },
      { items: 1.5 },
      { markets: -1 },
      { lotsPerDay: Number.NaN },
      { years: 25 },
    ]) {
      expect(() => demoOptions({ through, ...asked })).toThrow(SihwangError);
    }
  });

  it('give generated items and markets beyond the named ones, which say so', () => {
    const rows = rowsOf(filesOf({ ...SMALL, items: 45, markets: 10, lotsPerDay: 300 })).filter(
      (row) => row.length === HEADER.length,
    );
    expect(rows.some((row) => row[at.item] === '생성 품목 41' && row[at.item_code] === '70041')).toBe(true);
    expect(rows.some((row) => row[at.market] === '생성 시장 9')).toBe(true);
    expect(generatedName('70041')?.en).toBe('Generated item 41');
    expect(generatedName('90009')?.en).toBe('Generated market 9');
    for (const code of ['101', '9001', '70040', '90008', '', '7004x'])
      expect(generatedName(code)).toBeUndefined();
  });

  it('give files that hold together, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.record({
          items: fc.integer({ min: 1, max: 60 }),
          markets: fc.integer({ min: 1, max: 12 }),
          lotsPerDay: fc.integer({ min: 1, max: 60 }),
          seed: fc.integer({ min: 0, max: 0xffff_ffff }),
          through: fc.integer({
            min: dayNumber(localDate('2010-01-01')),
            max: dayNumber(localDate('2030-12-31')),
          }),
        }),
        ({ through, ...asked }) => {
          const day = new Date(through * 86_400_000).toISOString().slice(0, 10);
          const files = filesOf({ ...asked, years: 1, through: localDate(day) });
          for (const [name, text] of files) {
            expect(name).toMatch(/^demo-\d{4}\.csv$/);
            expect(text.startsWith(`${HEADER.join(',')}\n`) && text.endsWith('\n')).toBe(true);
          }
          for (const row of rowsOf(files)) {
            if (row.length !== HEADER.length || row[at.market_day]!.endsWith('02-30')) continue;
            expect(DEMO_CALENDAR.isOpen(dayNumber(localDate(row[at.market_day]!)))).toBe(true);
            expect(row[at.market_day]! <= day).toBe(true);
          }
        },
      ),
      { numRuns: propertyRuns(4, 8) },
    );
  });
});

it('writes its rows faster than the same rows can be split and joined', () => {
  const fastest = (work: () => void): number => {
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 3; run += 1) {
      const begins = performance.now();
      work();
      best = Math.min(best, performance.now() - begins);
    }
    return best;
  };
  const text = [...filesOf(YEAR).values()].join('');
  const copying = fastest(() =>
    Buffer.from(
      text
        .split('\n')
        .map((line) => line.split(',').join(','))
        .join('\n'),
    ),
  );
  const simulating = fastest(() => {
    for (const _ of simulate(demoOptions(YEAR)));
  });
  expect(simulating / copying).toBeLessThan(1);
});
