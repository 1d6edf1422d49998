import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  FAULTS,
  type FaultScore,
  faultScorer,
  japanMarket,
  type Table,
  taiwanMarkets,
} from '../support/rule-quality/injected-faults.ts';
import { REAL_DATA } from '../support/rule-quality/judged-table.ts';
import {
  caughtOfRejected,
  INDIAN_FILES,
  takenOutOfAccepted,
} from '../support/rule-quality/rejected-by-others.ts';

/**
 * What the rules must go on catching in real prices, and what they may take out of sound ones. The faults and their places
 * are the same in every run, so a figure moves only when the rules, their thresholds or the way of a row do.
 */
const folder = mkdtempSync(join(tmpdir(), 'sihwang-rule-quality-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One line a figure, for the report of the long tests. */
function note(figure: object): void {
  const file = process.env.SIHWANG_FIGURES;
  if (file) appendFileSync(file, `${JSON.stringify(figure)}\n`);
}

const missing = (files: readonly string[]) => files.find((file) => !existsSync(join(REAL_DATA, file)));
const skipped = (name: string, file: string | undefined) =>
  file === undefined ? name : `${name} (skipped: no ${file} below SIHWANG_TEST_DATA)`;

const noIndia = missing(INDIAN_FILES);
describe.skipIf(noIndia)(skipped('the markets of Malabar', noIndia), () => {
  it('four in five of the rows that others refused are taken out', async () => {
    const { rows, caught, recall } = await caughtOfRejected(folder);
    note({ of: 'india refused by others', rows, caught, recall });
    expect(rows).toBe(687);
    expect(recall).toBeGreaterThanOrEqual(0.85);
  });

  it('at most one in two hundred of the rows that others accepted is', async () => {
    const { rows, out, rate } = await takenOutOfAccepted(folder);
    note({ of: 'india accepted by others', rows, out, rate });
    expect(rows).toBeGreaterThan(100_000);
    expect(out).toBeGreaterThan(0);
    expect(rate).toBeLessThanOrEqual(0.005);
  });
});

/** The least share taken out, taken out or warned of, and right among what is taken out; nothing stated, nothing held. */
interface Floor {
  readonly out?: number;
  readonly outOrWarned?: number;
  readonly precision?: number;
}

const MARKETS: readonly {
  readonly name: string;
  readonly file: string;
  readonly table: () => Table;
  /** A move of 30 % is a market day, so nothing is asked of it. */
  readonly floors: Readonly<Record<string, Floor>>;
}[] = [
  {
    name: 'Japan',
    file: 'japan-maff/dev_2016_2024.csv',
    table: japanMarket,
    floors: {
      'price ×10': { out: 0.99, precision: 0.83 },
      'price ÷10': { out: 0.99, precision: 0.83 },
      'price ×2': { out: 0.73, outOrWarned: 0.9, precision: 0.79 },
      'unit ×10 for a week': { out: 0.97, precision: 0.93 },
      'unit ×0.6 for a week': { out: 0.14, outOrWarned: 0.26, precision: 0.8 },
      'stuck for a week': { out: 0.65, precision: 0.93 },
      'volume 0': { out: 0.99, precision: 0.83 },
      'volume ×100': { outOrWarned: 0.85 },
      'price and volume in each other’s column': { out: 0.97, precision: 0.83 },
      'day sent twice': { out: 0.08, outOrWarned: 0.98, precision: 0.66 },
    },
  },
  {
    name: 'Taiwan',
    file: 'taiwan-amis/taiwan_amis_daily_2015_2025.csv',
    table: taiwanMarkets,
    floors: {
      'price ×10': { out: 0.94, outOrWarned: 0.95, precision: 0.93 },
      'price ÷10': { out: 0.95, precision: 0.93 },
      'price ×2': { out: 0.08, outOrWarned: 0.3, precision: 0.63 },
      'low and high swapped': { out: 0.95, precision: 0.87 },
      'unit ×10 for a week': { out: 0.84, precision: 0.93 },
      'stuck for a week': { out: 0.64, outOrWarned: 0.67, precision: 0.95 },
      'volume 0': { out: 0.99, precision: 0.87 },
      'volume ×100': { outOrWarned: 0.38 },
      'price and volume in each other’s column': { out: 0.97, precision: 0.87 },
      'day sent twice': { out: 0.07, outOrWarned: 0.68, precision: 0.7 },
    },
  },
];

describe.each(MARKETS)('faults in the prices of $name from 2023 on', ({ name, file, table, floors }) => {
  const gone = missing([file]);
  let score: Promise<(fault: string) => Promise<FaultScore>> | undefined;

  it.skipIf(gone).each(FAULTS.filter((fault) => fault in floors))(
    `%s${gone === undefined ? '' : ` (skipped: no ${gone} below SIHWANG_TEST_DATA)`}`,
    async (fault) => {
      score ??= faultScorer(folder, table());
      const { reasons, ...figures } = await (await score)(fault);
      note({ of: name, ...figures });
      const { out = 0, outOrWarned = 0, precision = 0 } = floors[fault]!;
      expect(figures.rows).toBeGreaterThan(100);
      expect(figures.recallOut, 'taken out').toBeGreaterThanOrEqual(out);
      expect(figures.recallOutOrWarned, 'taken out or warned of').toBeGreaterThanOrEqual(outOrWarned);
      expect(figures.precisionOut ?? 0, 'of what is taken out, spoiled').toBeGreaterThanOrEqual(precision);
    },
  );

  it('has no floor for a fault that there is not', () => {
    expect(Object.keys(floors).filter((fault) => !FAULTS.includes(fault))).toEqual([]);
  });
});
