import type { PriceKind } from '../domain/index.ts';
import type { ServingReader } from '../lake/index.ts';
import { type BoardRow, type Meta, metaOf } from './answers.ts';
import { parseAsOf, parseDay } from './as-of.ts';
import { type BoardRowsWanted, boardRows } from './board-rows.ts';
import { boardHorizon } from './forecast-cell.ts';
import { lastDays } from './full-day.ts';
import { restsOnAssumedTimes } from './known-basis.ts';

/** What was traded on a day? */
export interface BoardQuestion {
  /** A day (its end in the feed's zone) or an instant; absent = everything known now. */
  readonly asOf?: string | undefined;
  /** Absent = the last full day (`lastDays`). */
  readonly day?: string | undefined;
  readonly category?: string | undefined;
  readonly market?: string | undefined;
  /** Only prices of this kind. */
  readonly priceKind?: PriceKind | undefined;
  /** headline = the representative series of each item (default); all = every series that traded. */
  readonly scope?: 'headline' | 'all' | undefined;
  readonly limit?: number | undefined;
}

/** How many of the rows went which way against their previous market day; `without` have none to compare with. */
export interface Breadth {
  readonly up: number;
  readonly down: number;
  readonly unchanged: number;
  readonly without: number;
}

export interface Board {
  readonly meta: Meta;
  readonly breadth: Breadth;
  readonly rows: BoardRow[];
  /** Rows that matched before `limit` cut the list; the breadth counts them all. */
  readonly total: number;
  /** A newer day with too few prices to open on, and how many rows this very question would have on it. */
  readonly newer: { readonly day: string; readonly rows: number } | null;
}

/** Changes are read to one decimal: less than half of it is no change. */
const FLAT_PERCENT = 0.05;

/** The market board of a day, furthest from the normal year first. */
export async function board(reader: ServingReader, question: BoardQuestion): Promise<Board> {
  const asOf = parseAsOf(question.asOf, reader.profile);
  const newest = await lastDays(reader, asOf);
  const last = newest?.last ?? null;
  const full = newest?.full ?? null;
  let day: string | null = question.day === undefined ? full : parseDay(question.day, 'date');
  if (day === null)
    return {
      meta: metaOf(reader, { asOf, day, assumed: false }),
      breadth: breadthOf([]),
      rows: [],
      total: 0,
      newer: null,
    };
  const { category, market, priceKind } = question;
  const on = async (wanted: Pick<BoardRowsWanted, 'day' | 'horizon'>) => {
    const { scope = 'headline' } = question;
    const found = await boardRows(reader, { ...wanted, asOf, scope, market, priceKind });
    return found.filter((row) => category === undefined || row.category.code === category);
  };
  const withForecast = asOf === null && (day === last || day === full);
  let rows = await on({ day, horizon: withForecast ? boardHorizon(reader.profile) : null });
  // a rule may leave out every price of a day, as on a feed of one series
  const whole = [question.day, category, market, priceKind].every((one) => one === undefined);
  const before = whole ? [...newest!.before] : [];
  while (rows.length === 0 && before.length > 0) {
    day = before.shift()!;
    rows = await on({ day, horizon: asOf === null ? boardHorizon(reader.profile) : null });
  }
  rows.sort((a, b) => distance(b) - distance(a) || (a.series < b.series ? -1 : 1));
  const later =
    question.day === undefined && last !== null && last !== day
      ? (await on({ day: last, horizon: null })).length
      : 0;
  return {
    meta: metaOf(reader, { asOf, day, assumed: await restsOnAssumedTimes(reader, day, asOf) }),
    breadth: breadthOf(rows),
    rows: rows.slice(0, question.limit ?? rows.length),
    total: rows.length,
    newer: later > 0 && last !== null ? { day: last, rows: later } : null,
  };
}

/** Which way a row's price went against its previous market day; null = nothing to compare with. */
export function directionOf({ previous }: BoardRow): 'up' | 'down' | 'unchanged' | null {
  if (previous === null) return null;
  if (Math.abs(previous.changePercent) < FLAT_PERCENT) return 'unchanged';
  return previous.changePercent > 0 ? 'up' : 'down';
}

function breadthOf(rows: readonly BoardRow[]): Breadth {
  const count = (which: ReturnType<typeof directionOf>) =>
    rows.filter((row) => directionOf(row) === which).length;
  return { up: count('up'), down: count('down'), unchanged: count('unchanged'), without: count(null) };
}

function distance({ normal }: BoardRow): number {
  return normal === null ? -1 : Math.abs(normal.changePercent);
}
