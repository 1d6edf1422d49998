import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localDate } from '../../domain/index.ts';
import { handOver } from '../feed.ts';
import { FAULT_RATES, type Fault } from './faults.ts';
import { demoFeed, demoOptions, simulate } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'sihwang-demo-'));
let db: DuckDBConnection;
let lots = 0;

/** Rows as objects; counts as numbers. */
async function ask(sql: string): Promise<Record<string, number | string | null>[]> {
  const rows = (await db.runAndReadAll(sql)).getRowObjectsJson();
  return rows as Record<string, number | string | null>[];
}

async function count(sql: string): Promise<number> {
  const [row] = await ask(`SELECT count(*)::DOUBLE AS n FROM ${sql}`);
  return row!.n as number;
}

/** About as many as the rate says: within five standard deviations of a Poisson count. */
function expectAbout(found: number, rate: number): void {
  const mean = rate * lots;
  expect(found).toBeGreaterThan(mean - 5 * Math.sqrt(mean));
  expect(found).toBeLessThan(mean + 5 * Math.sqrt(mean));
}

beforeAll(async () => {
  // Three years, so that the rarest fault comes some thirty times.
  const run = simulate(demoOptions({ years: 3, through: localDate('2024-12-31') }));
  const files = new Map<string, Uint8Array[]>();
  let next = run.next();
  for (; !next.done; next = run.next()) {
    const { fileName, chunk } = next.value;
    files.set(fileName, [...(files.get(fileName) ?? []), chunk]);
  }
  lots = next.value;
  for (const [name, parts] of files) writeFileSync(join(folder, name), Buffer.concat(parts));

  db = await (await DuckDBInstance.create(':memory:')).connect();
  const { shape, rules } = handOver(demoFeed, demoFeed.shapes[0]!);
  const columns = shape.header.map((name) => `'${name}': 'VARCHAR'`).join(', ');
  const values = Object.entries({ ...shape.project, ...shape.evidence }).map(
    ([name, sql]) => `${sql} AS "${name}"`,
  );
  const reason = `CASE ${rules.map(({ id, sql }) => `WHEN ${sql} THEN '${id}'`).join(' ')} ELSE 'accepted' END`;
  await db.run(`CREATE TABLE judged AS SELECT *, ${reason} AS reason FROM (SELECT ${values.join(', ')}
    FROM read_csv('${join(folder, '*.csv')}', columns = {${columns}}, header = true, delim = ',', quote = '"',
                  escape = '"', auto_detect = false, store_rejects = true))`);
});

afterAll(() => {
  db.closeSync();
  rmSync(folder, { recursive: true, force: true });
});

describe('every fault meets its rule, at its stated rate', () => {
  const RULE_OF: Partial<Record<Fault, string>> = {
    priceNegative: 'negative-price',
    unknownItem: 'unknown-item',
    impossibleDay: 'bad-date',
    unreadableNumber: 'bad-number',
  };

  it.each(Object.entries(RULE_OF))('%s → %s', async (fault, id) => {
    expectAbout(await count(`judged WHERE reason = '${id}'`), FAULT_RATES[fault as Fault]);
  });

  it('a missing price and a price of 0 are no price', async () => {
    expectAbout(
      await count(`judged WHERE reason = 'no-price'`),
      FAULT_RATES.priceMissing + FAULT_RATES.priceZero,
    );
  });

  it('amounts that do not fit are flagged, and so is the tenfold price that left its amount behind', async () => {
    expectAbout(
      await count(`judged WHERE reason = 'amount-mismatch'`),
      FAULT_RATES.amountMismatch + FAULT_RATES.priceTenfold / 2,
    );
  });

  it('lines that break off are refused by the reader', async () => {
    expectAbout(
      await count(`(SELECT DISTINCT scan_id, file_id, line FROM reject_errors)`),
      FAULT_RATES.truncated,
    );
  });

  it('the nation as a market is an aggregate, and truckloads are flagged', async () => {
    expect(await count(`judged WHERE reason = 'total-row'`)).toBeGreaterThan(80);
    expect(await count(`judged WHERE reason = 'truck-lot' AND unit_value = 5000`)).toBeGreaterThan(300);
    expect(
      await count(`judged WHERE reason = 'accepted' AND (unit_value > 1000 OR market_code = '9000')`),
    ).toBe(0);
  });

  it('nothing else is refused or flagged', async () => {
    const reasons = (await ask('SELECT DISTINCT reason FROM judged')).map((row) => row.reason);
    expect(reasons.toSorted()).toEqual([
      'accepted',
      'amount-mismatch',
      'bad-date',
      'bad-number',
      'negative-price',
      'no-price',
      'price-too-high',
      'total-row',
      'truck-lot',
      'unknown-item',
    ]);
  });

  it('a price above the ceiling is ten times the price, never a dear day', async () => {
    const flagged = await ask(`SELECT price / usual AS times FROM judged
      JOIN (SELECT item_code, unit_value, grade, variety, date_trunc('month', market_day) AS month, median(price) AS usual
            FROM judged WHERE reason = 'accepted' GROUP BY ALL) usual USING (item_code, unit_value, grade, variety)
      WHERE month = date_trunc('month', market_day) AND reason = 'price-too-high'`);
    expect(flagged.length).toBeGreaterThan(8);
    for (const { times } of flagged) expect(times).toBeGreaterThan(4.5);
  });
});

describe('what is published again', () => {
  it('is late by whole market days and known only then', async () => {
    const late = `judged WHERE recorded_at > market_day + INTERVAL 12 HOUR AND reason <> 'bad-date'`;
    const { late: l, cancelled, unpairedCancellation, corrected, priceTenfold } = FAULT_RATES;
    expectAbout(await count(late), l + cancelled + unpairedCancellation + corrected + priceTenfold / 4);
    expect(await count(`${late} AND recorded_at < market_day + INTERVAL 32 HOUR`)).toBe(0);
  });

  it('repeats a lot byte for byte, or corrects its price at the same key', async () => {
    const content = 'recorded_at, item_code, variety, price, quantity, amount, origin';
    const key = 'market_day, market_code, corporation, lot';
    const repeated = `(SELECT ${key} FROM judged GROUP BY ${key}, ${content} HAVING count(*) = 2)`;
    expectAbout(await count(repeated), FAULT_RATES.duplicated);
    const corrected = `(SELECT ${key} FROM judged WHERE reason = 'accepted' AND quantity > 0 GROUP BY ${key}
                        HAVING count(DISTINCT price) = 2 AND max(price) < 2 * min(price))`;
    expectAbout(await count(corrected), FAULT_RATES.corrected);
  });

  it('cancels a lot that is alike in everything a pair is known by, but for the stated few', async () => {
    const cancelled = await count('judged WHERE quantity < 0');
    expectAbout(cancelled, FAULT_RATES.cancelled + FAULT_RATES.unpairedCancellation);
    const alike =
      'market_day, market_code, corporation, item_code, variety, package, unit_value, grade, origin, price';
    const paired =
      await count(`judged n SEMI JOIN (SELECT *, -quantity AS taken FROM judged WHERE quantity > 0) p
      ON (${alike
        .split(', ')
        .map((name) => `n.${name} = p.${name}`)
        .join(' AND ')} AND n.quantity = p.taken)
      WHERE n.quantity < 0`);
    expectAbout(cancelled - paired, FAULT_RATES.unpairedCancellation);
    expect(cancelled - paired).toBeGreaterThan(5);
  });
});
