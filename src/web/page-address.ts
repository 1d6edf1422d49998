import { LANGUAGES, type Language } from '../show/index.ts';

/** Columns the board can be sorted by; `distance` is the first order: furthest from the normal year. */
export const SORT_COLUMNS = ['item', 'price', 'previous', 'week', 'year', 'normal', 'volume'] as const;
export type SortColumn = (typeof SORT_COLUMNS)[number];
export type SortDirection = 'asc' | 'desc';

export const RANGES = ['1M', '1Y', '3Y', '10Y'] as const;
export type Range = (typeof RANGES)[number];

/** Everything the board shows is in its address. Absent = the page's default. */
export interface BoardAddress {
  readonly feed?: string;
  readonly date?: string;
  readonly asOf?: string;
  readonly category?: string;
  readonly market?: string;
  readonly priceKind?: string;
  readonly scope: 'headline' | 'all';
  readonly sort?: SortColumn;
  readonly direction: SortDirection;
  readonly limit: number;
  readonly lang?: Language;
}

export interface ItemAddress {
  readonly series?: string;
  readonly asOf?: string;
  readonly range: Range;
  readonly lang?: Language;
}

/** Rows shown before "show all": more than a desk reads, few enough to draw at once. */
export const FIRST_ROWS = 200;
const ALL_ROWS = 9999;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function oneOf<T extends string>(value: string | null, allowed: readonly T[]): T | undefined {
  return allowed.find((candidate) => candidate === value);
}

function dayOf(value: string | null): string | undefined {
  return value !== null && DAY.test(value) ? value : undefined;
}

/** Drops what is absent, so that `exactOptionalPropertyTypes`-like readers never meet an undefined key. */
function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}

/** Reads the board's address; anything malformed counts as absent. */
export function readBoardAddress(search: string): BoardAddress {
  const query = new URLSearchParams(search);
  return present({
    feed: query.get('feed') || undefined,
    date: dayOf(query.get('date')),
    asOf: dayOf(query.get('asOf')),
    category: query.get('category') || undefined,
    market: query.get('market') || undefined,
    priceKind: query.get('priceKind') || undefined,
    scope: oneOf(query.get('scope'), ['headline', 'all'] as const) ?? 'headline',
    sort: oneOf(query.get('sort'), SORT_COLUMNS),
    direction: oneOf(query.get('dir'), ['asc', 'desc'] as const) ?? 'desc',
    limit: query.get('rows') === 'all' ? ALL_ROWS : FIRST_ROWS,
    lang: oneOf(query.get('lang'), LANGUAGES),
  });
}

function address(path: string, parts: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parts)) if (value) query.set(name, value);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** Writes the board's address; defaults are left out. `readBoardAddress` reads it back. */
export function boardHref(board: Partial<BoardAddress>): string {
  return address('/', {
    feed: board.feed,
    date: board.date,
    asOf: board.asOf,
    category: board.category,
    market: board.market,
    priceKind: board.priceKind,
    scope: board.scope === 'all' ? 'all' : undefined,
    sort: board.sort,
    dir: board.sort && board.direction === 'asc' ? 'asc' : undefined,
    rows: board.limit === ALL_ROWS ? 'all' : undefined,
    lang: board.lang,
  });
}

/** The same board without its cut. */
export function withAllRows(board: BoardAddress): BoardAddress {
  return { ...board, limit: ALL_ROWS };
}

export function readItemAddress(search: string): ItemAddress {
  const query = new URLSearchParams(search);
  return present({
    series: query.get('series') || undefined,
    asOf: dayOf(query.get('asOf')),
    range: oneOf(query.get('range'), RANGES) ?? '1Y',
    lang: oneOf(query.get('lang'), LANGUAGES),
  });
}

export function itemHref(item: Partial<ItemAddress>): string {
  return address('/items', {
    series: item.series,
    asOf: item.asOf,
    range: item.range === '1Y' ? undefined : item.range,
    lang: item.lang,
  });
}

export interface RunsAddress {
  /** The run that is shown; absent = the newest. */
  readonly run?: string;
  readonly lang?: Language;
}

export function readRunsAddress(search: string): RunsAddress {
  const query = new URLSearchParams(search);
  return present({ run: query.get('run') || undefined, lang: oneOf(query.get('lang'), LANGUAGES) });
}

export function runsHref(runs: RunsAddress): string {
  return address('/runs', { run: runs.run, lang: runs.lang });
}
