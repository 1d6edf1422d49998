import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { CompiledRule, FeedProfile, HandOver } from '../../src/domain/index.ts';
import { cleanRowsSql } from '../../src/lake/clean-rows.ts';
import { openDatabase, queryColumns } from '../../src/lake/database.ts';
import { type Commit, type Home, openHome, readCommits, type TakenIn, takeIn } from '../../src/lake/index.ts';
import type { SqlValue } from '../../src/lake/result-columns.ts';

/** Two invented feeds, one of quotes and one of trades, whose files say each of our columns in so many words. */

export type Row = Readonly<Record<string, SqlValue>>;

const profile: FeedProfile = {
  id: 'quotes',
  name: { ko: '시험', en: 'Testing' },
  recordKind: 'quote',
  priceKinds: ['auction'],
  currency: 'KRW',
  granularity: 'day',
  utcOffsetMinutes: 540,
  publicationLagHours: 11,
  liveWindowHours: 72,
  calendar: 'learned',
  rangeMeaning: 'extremes',
  simulated: true,
  ways: ['file'],
  historyFrom: null,
  lateWindowDays: 7,
  silentAfterHours: 72,
  licence: { name: 'none', attribution: { ko: '시험 자료', en: 'Test data' } },
};

const says = { ko: '시험', en: 'testing' };
const RULES: readonly CompiledRule[] = [
  { id: 'total', outcome: 'aggregate', sql: `market_code = 'total'`, says },
  { id: 'suspicious', outcome: 'flagged', sql: 'price > 1000', says },
  { id: 'refused', outcome: 'rejected', sql: `item_code = 'other'`, says },
];

const text = (name: string) => `coalesce("${name}", '')`;
const number = (name: string) => `try_cast("${name}" as double)`;
const common = {
  market_day: 'try_cast("day" as date)',
  recorded_at: 'try_cast("recorded" as timestamp)',
  item_code: '"item"',
  item_name: text('name'),
  variety: "''",
  grade: text('grade'),
  package: "''",
  unit_value: number('unit_value'),
  unit: '"unit"',
  market_code: '"market"',
  market_name: text('market'),
  method: "''",
  price_kind: "'auction'",
  price: number('price'),
};

export const QUOTE_HEADER = [
  ...['day', 'recorded', 'item', 'name', 'grade', 'market', 'unit', 'unit_value'],
  ...['price', 'low', 'high', 'kg', 'source'],
] as const;

export const quotes: HandOver = {
  profile,
  rules: RULES,
  shape: {
    id: 'plain',
    header: QUOTE_HEADER,
    delimiter: ',',
    project: {
      ...common,
      low: number('low'),
      high: number('high'),
      volume_kg: number('kg'),
      sub_source: text('source'),
      source_rank: `case "source" when 'first' then 0 when 'second' then 1 else 2 end`,
    },
  },
};

export const TRADE_HEADER = [
  ...['day', 'recorded', 'item', 'name', 'grade', 'market', 'unit', 'unit_value'],
  ...['corporation', 'origin', 'lot', 'quantity', 'price', 'amount'],
] as const;

export const trades: HandOver = {
  profile: { ...profile, id: 'trades', recordKind: 'trade' },
  rules: RULES,
  shape: {
    id: 'plain',
    header: TRADE_HEADER,
    delimiter: ',',
    project: {
      ...common,
      sold_at: 'cast(null as timestamp)',
      corporation: '"corporation"',
      origin: text('origin'),
      lot: '"lot"',
      quantity: number('quantity'),
      amount: number('amount'),
    },
  },
};

type Cells = Readonly<Record<string, string | number>>;

const QUOTE: Cells = {
  ...{ day: '2024-03-04', item: 'cabbage', market: 'garak', unit: 'kg', unit_value: 1, price: 100 },
};
const TRADE: Cells = { ...QUOTE, corporation: 'A', lot: '1', quantity: 1 };

/** One line of a quotes file; what is not given is an ordinary cabbage of 4 March 2024. */
export function quoteLine(cells: Cells = {}): string {
  return line(QUOTE_HEADER, { ...QUOTE, ...cells });
}

/** One line of a trades file; the amount is price × quantity unless given. */
export function tradeLine(cells: Cells = {}): string {
  const row = { ...TRADE, ...cells };
  return line(TRADE_HEADER, { amount: Number(row.price) * Number(row.quantity), ...row });
}

function line(header: readonly string[], cells: Cells): string {
  return header.map((name) => cells[name] ?? '').join(',');
}

export function fileText(handOver: HandOver, lines: readonly string[]): string {
  return `${[handOver.shape.header.join(','), ...lines].join('\n')}\n`;
}

/** A fresh home and the ways to use it, gone afterwards. */
export class SmallLake {
  readonly folder = mkdtempSync(join(tmpdir(), 'sihwang-lake-'));
  readonly home: Home = openHome(join(this.folder, 'home'));
  private files = 0;

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  write(content: string | Uint8Array): string {
    const path = join(this.folder, `file-${this.files++}.csv`);
    writeFileSync(path, content);
    return path;
  }

  /** Takes in a file of these lines, received at the given instant: by default long after its days. */
  async take(
    handOver: HandOver,
    lines: readonly string[] | Uint8Array,
    receivedAt = '2026-01-01T00:00:00Z',
  ): Promise<TakenIn> {
    const content = lines instanceof Uint8Array ? lines : fileText(handOver, lines);
    return takeIn(this.home, handOver, this.write(content), { now: () => new Date(receivedAt) });
  }

  commits(feed: HandOver): readonly Commit[] {
    return readCommits(this.home, feed.profile.id);
  }

  /** Rows of the relation `clean_row`, the kept rows of all commits. */
  async clean(feed: HandOver, select = '*', order = 'commit_number, place'): Promise<Row[]> {
    const rows = cleanRowsSql(this.home, feed.profile.id, this.commits(feed));
    return ask(`select ${select} from (${rows}) order by ${order}`);
  }

  /** Rows set aside by all commits. */
  async aside(feed: HandOver, select = '*'): Promise<Row[]> {
    const files = this.commits(feed).flatMap(({ aside }) =>
      aside === null ? [] : [`'${this.home.at('aside', feed.profile.id, aside)}'`],
    );
    if (files.length === 0) return [];
    return ask(`select ${select} from read_parquet([${files.join(', ')}]) order by commit_number, raw_row`);
  }
}

async function ask(sql: string): Promise<Row[]> {
  const instance = await openDatabase({ threads: 1 });
  try {
    return asRows(await queryColumns(await instance.connect(), sql));
  } finally {
    instance.closeSync();
  }
}

export function asRows({ rowCount, columns }: Awaited<ReturnType<typeof queryColumns>>): Row[] {
  return Array.from({ length: rowCount }, (_, row) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[row]!])),
  );
}

/** Every file below a folder with the hash of its bytes. */
export function fingerprints(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
  return Object.fromEntries(
    files.sort().map((path) => {
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
      return [relative(folder, path), hash];
    }),
  );
}
