import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Feed, feedById } from '../../../src/sources/index.ts';
import { type Judged, publish, REAL_DATA, share, type Verdict, verdicts } from './judged-table.ts';

/** Thresholds were chosen on the days before; faults are put into the days from here on, one kind at a time. */
const SCORED_FROM = '2023-01-01';
const FAULTS_PER_KIND = 200;
const SEED = 20230101;

type Cells = string[];

/** The same numbers every time. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** A published table with the places of what can be spoiled in its rows. */
export interface Table {
  readonly feed: Feed;
  readonly header: string;
  readonly rows: readonly Cells[];
  /** Columns of prices, the day's own price first, of the kg, and what makes a series. */
  readonly prices: readonly number[];
  readonly volume: number;
  readonly series: readonly number[];
  readonly market: number | null;
}

function table(
  id: string,
  path: string,
  columns: Pick<Table, 'prices' | 'volume' | 'series' | 'market'>,
): Table {
  const [header, ...lines] = readFileSync(join(REAL_DATA, path), 'utf8').trimEnd().split(/\r?\n/);
  return { feed: feedById(id)!, header: header!, rows: lines.map((line) => line.split(',')), ...columns };
}

export const japanMarket = (): Table =>
  table('japan-maff', 'japan-maff/dev_2016_2024.csv', { prices: [4], volume: 3, series: [1], market: null });

export const taiwanMarkets = (): Table =>
  table('taiwan-amis', 'taiwan-amis/taiwan_amis_daily_2015_2025.csv', {
    prices: [7, 4, 5, 6],
    volume: 8,
    series: [1, 3],
    market: 1,
  });

type Inject = (rows: Cells[], at: number, table: Table, next: readonly number[]) => number[];

const scaled =
  (times: number): Inject =>
  (rows, at, { prices }) => {
    for (const column of prices) rows[at]![column] = (Number(rows[at]![column]) * times).toFixed(2);
    return [at];
  };

/** The week of a series from a row on. */
const week =
  (change: (row: Cells, first: Cells, table: Table) => void): Inject =>
  (rows, at, of, next) => {
    const places = [at, ...next.slice(0, 5)];
    const first = [...rows[at]!];
    for (const place of places) change(rows[place]!, first, of);
    return places;
  };

const KINDS: Readonly<Record<string, Inject>> = {
  'price ×10': scaled(10),
  'price ÷10': scaled(0.1),
  'price ×2': scaled(2),
  'price +30 %': scaled(1.3),
  'low and high swapped': (rows, at, { prices }) => {
    const [, high, , low] = prices;
    if (high === undefined || low === undefined) return [];
    [rows[at]![high], rows[at]![low]] = [rows[at]![low]!, rows[at]![high]!];
    return [at];
  },
  'unit ×10 for a week': week((row, _, { prices }) => {
    for (const column of prices) row[column] = (Number(row[column]) * 10).toFixed(2);
  }),
  'unit ×0.6 for a week': week((row, _, { prices }) => {
    for (const column of prices) row[column] = (Number(row[column]) * 0.6).toFixed(2);
  }),
  'stuck for a week': week((row, first, { prices, volume }) => {
    for (const column of [...prices, volume]) row[column] = first[column]!;
  }),
  'volume 0': (rows, at, { volume }) => {
    rows[at]![volume] = '0';
    return [at];
  },
  'volume ×100': (rows, at, { volume }) => {
    rows[at]![volume] = String(Number(rows[at]![volume]) * 100);
    return [at];
  },
  'price and volume in each other’s column': (rows, at, { prices, volume }) => {
    const price = prices[0]!;
    [rows[at]![price], rows[at]![volume]] = [rows[at]![volume]!, rows[at]![price]!];
    return [at];
  },
};

const DAY_SENT_TWICE = 'day sent twice';

export const FAULTS: readonly string[] = [...Object.keys(KINDS), DAY_SENT_TWICE];

interface Places {
  /** The rows of the same series behind each. */
  readonly next: ReadonlyMap<number, readonly number[]>;
  /** Where a fault may be put. */
  readonly candidates: readonly number[];
}

/** Rows that later rows of the series follow, and those that were sound before anything was put in. */
function placesOf(of: Table, sound: readonly boolean[]): Places {
  const bySeries = new Map<string, number[]>();
  of.rows.forEach((row, place) => {
    const key = of.series.map((column) => row[column]).join('|');
    bySeries.set(key, [...(bySeries.get(key) ?? []), place]);
  });
  const next = new Map<number, readonly number[]>();
  for (const places of bySeries.values())
    for (const [index, place] of places.entries()) next.set(place, places.slice(index + 1, index + 6));
  const candidates = of.rows.flatMap((row, place) =>
    row[0]! >= SCORED_FROM && sound[place] && next.get(place)!.length === 5 ? [place] : [],
  );
  return { next, candidates };
}

/** Whole market days that are replaced by the figures of the day before. */
function repeatDays(rows: Cells[], of: Table, draw: () => number): number[] {
  const marketOf = (row: Cells) => (of.market === null ? '' : row[of.market]!);
  const days = new Map<string, number[]>();
  rows.forEach((row, place) => {
    const key = `${marketOf(row)}|${row[0]}`;
    days.set(key, [...(days.get(key) ?? []), place]);
  });
  const keys = [...days.keys()].sort();
  const changed: number[] = [];
  for (let index = 1; index < keys.length; index++) {
    const [market, day] = keys[index]!.split('|');
    const [before] = keys[index - 1]!.split('|');
    if (market !== before || day! < SCORED_FROM || draw() > 0.05) continue;
    const earlier = days.get(keys[index - 1]!)!.map((place) => [...rows[place]!]);
    for (const place of days.get(keys[index]!)!) {
      const same = earlier.find((row) => of.series.every((column) => row[column] === rows[place]![column]));
      if (!same) continue;
      for (const column of [...of.prices, of.volume]) rows[place]![column] = same[column]!;
      changed.push(place);
    }
  }
  return changed;
}

/** How a kind of fault was met: shares of the rows that were spoiled, and of all that was then taken out. */
export interface FaultScore {
  readonly fault: string;
  readonly rows: number;
  /** Rejected, flagged or left out. */
  readonly recallOut: number | null;
  readonly recallOutOrWarned: number | null;
  /** Against what is taken out of untouched rows, trickle days aside. */
  readonly precisionOut: number | null;
  readonly newFalseAlarms: number;
  readonly standingFlags: number;
  readonly reasons: Readonly<Record<string, number>>;
}

/** Judges the untouched table once; what it gives then spoils a copy of it by one kind of fault and scores what is seen. */
export async function faultScorer(
  folder: string,
  of: Table,
): Promise<(fault: string) => Promise<FaultScore>> {
  const text = (rows: readonly Cells[]) => `${[of.header, ...rows.map((row) => row.join(','))].join('\n')}\n`;
  const judge = async (rows: readonly Cells[]) => verdicts(await publish(folder, of.feed, text(rows)));
  const clean = await judge(of.rows);
  const places = placesOf(
    of,
    clean.map(({ verdict }) => verdict === 'none' || verdict === 'warned'),
  );
  return async (fault) => {
    const rows = of.rows.map((row) => [...row]);
    const injected = inject(fault, rows, of, places);
    return { fault, ...scored(of, injected, clean, injected.size === 0 ? clean : await judge(rows)) };
  };
}

/** Spoils rows where they stand; the places of those that were. */
function inject(fault: string, rows: Cells[], of: Table, { next, candidates }: Places): Set<number> {
  const draw = chances(SEED);
  if (fault === DAY_SENT_TWICE) return new Set(repeatDays(rows, of, draw));
  const injected = new Set<number>();
  for (let count = 0; count < FAULTS_PER_KIND; count++) {
    const at = candidates[Math.floor(draw() * candidates.length)]!;
    if ([at, ...next.get(at)!].some((place) => injected.has(place))) continue;
    for (const place of KINDS[fault]!(rows, at, of, next.get(at)!)) injected.add(place);
  }
  return injected;
}

const TAKEN_OUT: readonly Verdict[] = ['rejected', 'flagged', 'left-out'];

function scored(
  of: Table,
  injected: ReadonlySet<number>,
  clean: readonly Judged[],
  seen: readonly Judged[],
): Omit<FaultScore, 'fault'> {
  const out = ({ verdict }: Judged) => TAKEN_OUT.includes(verdict);
  const untouched = (place: number) => !injected.has(place) && of.rows[place]![0]! >= SCORED_FROM;
  const within = [...injected].map((place) => seen[place]!);
  const hits = within.filter(out);
  // what the untouched file has flagged already, and trickle days, are no alarm of this fault
  const alarms = seen.filter((one, place) => untouched(place) && out(one) && !out(clean[place]!));
  const standing = clean.filter(
    (one, place) => untouched(place) && one.verdict === 'left-out' && one.reason !== 'trickle',
  );
  const reasons: Record<string, number> = {};
  for (const { reason } of within) if (reason) reasons[reason] = (reasons[reason] ?? 0) + 1;
  return {
    rows: injected.size,
    recallOut: share(hits.length, injected.size),
    recallOutOrWarned: share(within.filter(({ verdict }) => verdict !== 'none').length, injected.size),
    precisionOut: share(hits.length, hits.length + alarms.length + standing.length),
    newFalseAlarms: alarms.length,
    standingFlags: standing.length,
    reasons,
  };
}
