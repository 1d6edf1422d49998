import { type FeedProfile, formatSeriesKey, type PriceKind, RULE_CALENDARS } from '../../src/domain/index.ts';
import { openDatabase, queryColumns } from '../../src/lake/database.ts';
import type { DerivedTable, ServingLibrary, ServingReader } from '../../src/lake/index.ts';

/** A series of a serving file, with what a test does not care about filled in. */
export interface SeriesRow {
  readonly item: string;
  readonly itemName?: string;
  readonly variety?: string;
  readonly market?: string;
  readonly marketName?: string;
  readonly priceKind?: PriceKind;
  readonly unit?: string;
}

/** One version of one series and day; `series` is the index of its series. */
export interface DailyRow {
  readonly series: number;
  readonly day: string;
  readonly price: number | null;
  readonly volumeKg?: number | null;
  readonly amount?: number | null;
  readonly units?: number | null;
  readonly lots?: number | null;
  readonly low?: number | null;
  readonly high?: number | null;
  readonly observed?: boolean;
  /** ISO instants; by default known at 09:00 UTC of its day, for ever. */
  readonly knownFrom?: string;
  readonly knownTo?: string;
}

export const TEST_PROFILE: FeedProfile = {
  id: 'testing',
  name: { ko: '시험', en: 'Testing' },
  recordKind: 'quote',
  priceKinds: ['auction'],
  currency: 'KRW',
  granularity: 'day',
  utcOffsetMinutes: 540,
  publicationLagHours: 18,
  liveWindowHours: 48,
  calendar: 'learned',
  rangeMeaning: 'extremes',
  simulated: true,
  ways: ['file'],
  historyFrom: null,
  lateWindowDays: 7,
  silentAfterHours: 72,
  licence: { name: 'none', attribution: { ko: '시험 자료', en: 'Test data' } },
};

export interface ServingInMemory {
  readonly reader: ServingReader;
  readonly library: ServingLibrary;
  /** Announces a new version to whoever listens. */
  announce(version: string): void;
  close(): void;
}

/** The serving tables of one feed in a real database without files: what a publication would have made of these rows. */
export async function serveInMemory(
  series: readonly SeriesRow[],
  daily: readonly DailyRow[],
  options: { profile?: FeedProfile; derive?: readonly DerivedTable[]; more?: readonly string[] } = {},
): Promise<ServingInMemory> {
  const profile = options.profile ?? TEST_PROFILE;
  const instance = await openDatabase({ threads: 1 });
  const connection = await instance.connect();
  await connection.run(`create table series (series_id integer, series varchar, price_kind varchar, item_code varchar, item_name varchar,
    variety varchar, grade varchar, package varchar, unit_value double, unit varchar, market_code varchar, market_name varchar,
    method varchar, currency varchar)`);
  await connection.run(`create table daily (series_id integer, day date, known_from timestamp, known_to timestamp, observed boolean,
    price double, low double, high double, volume_kg double, amount double, units double, lots integer, unpaired integer)`);
  await insert(
    connection,
    'series',
    series.map((row, id) => seriesValues(row, id, profile)),
  );
  await insert(connection, 'daily', daily.map(dailyValues));
  for (const { name, sql } of options.derive ?? []) await connection.run(`create table ${name} as ${sql}`);
  for (const sql of options.more ?? []) await connection.run(sql);

  const listeners = new Set<(feed: string, version: string) => void>();
  let version = `${profile.id}-1.0`;
  const reader = (): ServingReader => ({
    profile,
    calendar: RULE_CALENDARS.named(profile.calendar),
    rests: () => undefined,
    version,
    builtAt: '2026-01-01T00:00:00.000Z',
    receivedAt: '2026-01-01T00:00:00.000Z',
    outcomes: { accepted: daily.length, flagged: 0, duplicate: 0, aggregate: 0, rejected: 0 },
    hasForecasts: (options.more ?? []).some((sql) => sql.includes('forecast_cell')),
    isOfAnotherLayout: false,
    query: (sql, params) => queryColumns(connection, sql, params),
    once: (_fact, ask) => ask(),
  });
  return {
    reader: reader(),
    library: {
      feeds: () => [profile.id],
      read: (feed, fn) =>
        feed === profile.id
          ? fn(reader())
          : Promise.reject(new RangeError(`the feed ${feed} has not been published`)),
      catchUp: async () => {},
      onChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close: async () => undefined,
    },
    announce: (next) => {
      version = next;
      for (const listener of listeners) listener(profile.id, next);
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The text form of a test series. */
export function testSeries(row: SeriesRow, profile: FeedProfile = TEST_PROFILE): string {
  return formatSeriesKey({
    feed: profile.id,
    priceKind: row.priceKind ?? 'auction',
    currency: profile.currency,
    item: row.item,
    variety: row.variety ?? '',
    grade: '',
    package: '',
    unitValue: 1,
    unit: row.unit ?? 'kg',
    market: row.market ?? '',
    method: '',
  });
}

type Value = string | number | boolean | null;

function seriesValues(row: SeriesRow, id: number, profile: FeedProfile): Value[] {
  const market = row.market ?? '';
  return [
    id,
    testSeries(row, profile),
    row.priceKind ?? 'auction',
    row.item,
    row.itemName ?? row.item,
    row.variety ?? '',
    '',
    '',
    1,
    row.unit ?? 'kg',
    market,
    row.marketName ?? market,
    '',
    profile.currency,
  ];
}

function dailyValues(row: DailyRow): Value[] {
  const volume = row.volumeKg ?? null;
  const amount =
    row.amount === undefined
      ? row.price !== null && volume !== null
        ? row.price * volume
        : null
      : row.amount;
  return [
    row.series,
    row.day,
    row.knownFrom?.replace('Z', '') ?? `${row.day} 09:00:00`,
    row.knownTo?.replace('Z', '') ?? 'infinity',
    row.observed ?? false,
    row.price,
    row.low ?? null,
    row.high ?? null,
    volume,
    amount,
    row.units === undefined ? volume : row.units,
    row.lots ?? null,
    0,
  ];
}

async function insert(
  connection: { run(sql: string): Promise<unknown> },
  table: string,
  rows: readonly (readonly Value[])[],
): Promise<void> {
  const value = (cell: Value) =>
    typeof cell === 'string' ? `'${cell.replaceAll("'", "''")}'` : String(cell);
  for (let start = 0; start < rows.length; start += 5000) {
    const text = rows.slice(start, start + 5000).map((row) => `(${row.map(value).join(', ')})`);
    await connection.run(`insert into ${table} values ${text.join(', ')}`);
  }
}
