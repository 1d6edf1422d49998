import type {
  Asked,
  Board,
  BoardLive,
  Drift,
  FeedList,
  Forecast,
  ItemList,
  Ledger,
  PackedSeries,
  Problem,
  RunDetail,
  RunList,
  Series,
} from '../api/contract.ts';
import { type Language, unpackSeries } from '../show/index.ts';
import type { BoardAddress } from './page-address.ts';

const BASE = '/api/v1';

/** What a page shows of a request that did not succeed; nothing where no answer came. */
type Shown = Readonly<Record<Language, { readonly title: string; readonly hint: string }>>;

/** A request that did not succeed: `shown` says what is wrong and what to do, `requestId` finds it in the server's log. */
export class RequestFailed extends Error {
  readonly status: number;
  readonly shown: Shown;
  readonly requestId: string | null;

  constructor(status: number, shown: Shown, requestId: string | null) {
    super(shown.en.title);
    this.name = 'RequestFailed';
    this.status = status;
    this.shown = shown;
    this.requestId = requestId;
  }

  /** No answer at all: the server is off or the network is gone. */
  get unreachable(): boolean {
    return this.status === 0;
  }
}

/** A failure that no answer of the API describes. */
function unsaid(title: string): Shown {
  return { ko: { title, hint: '' }, en: { title, hint: '' } };
}

async function problemOf(response: Response): Promise<RequestFailed> {
  try {
    const { title, hint, ko, requestId } = (await response.json()) as Problem;
    return new RequestFailed(response.status, { ko, en: { title, hint } }, requestId);
  } catch {
    return new RequestFailed(response.status, unsaid(response.statusText || `HTTP ${response.status}`), null);
  }
}

function url(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) parts.set(name, value);
  const text = parts.toString();
  return `${BASE}${path}${text ? `?${text}` : ''}`;
}

async function get<T>(address: string, signal: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(address, { signal, headers: { accept: 'application/json' } });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new RequestFailed(0, unsaid('unreachable'), null);
  }
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}

interface Query<T> {
  readonly queryKey: readonly (string | undefined)[];
  readonly queryFn: (context: { signal: AbortSignal }) => Promise<T>;
}

/** A question to the API: its key is its address, so equal questions share one answer. */
function question<T>(
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  feed?: string,
): Query<T> {
  const address = url(path, query);
  return { queryKey: [path, feed, address], queryFn: ({ signal }) => get<T>(address, signal) };
}

export const feedsQuestion = () => question<FeedList>('/feeds', {});

const boardQuery = (board: BoardAddress, feed: string) => ({
  feed,
  date: board.date,
  asOf: board.asOf,
  category: board.category,
  market: board.market,
  priceKind: board.priceKind,
  scope: board.scope,
  limit: String(board.limit),
});

export const boardQuestion = (board: BoardAddress, feed: string) =>
  question<Board>('/board', boardQuery(board, feed), feed);

/** Where no records are, asking again at once brings nothing: the event stream tells when they are open. */
const ONCE = { retry: false } as const;

/** What the forecasts beside the rows of a board have earned live. */
export const boardLiveQuestion = (board: BoardAddress, feed: string) => ({
  ...question<BoardLive>('/board/live', boardQuery(board, feed), feed),
  ...ONCE,
});

export const itemsQuestion = (feed: string | undefined, q: string) =>
  question<ItemList>('/items', { feed, q }, feed);

export function seriesQuestion(series: string, asOf: string | undefined): Query<Series> {
  const asked = question<PackedSeries>('/series', { series, asOf }, feedOfSeries(series));
  return { ...asked, queryFn: async (context) => unpackSeries(await asked.queryFn(context)) };
}

export const forecastQuestion = (series: string, asOf: string | undefined) =>
  question<Forecast>('/forecast', { series, asOf }, feedOfSeries(series));

/** What was said of a series, and what came. */
export const ledgerQuestion = (series: string, asOf: string | undefined) => ({
  ...question<Ledger>('/ledger', { series, asOf }, feedOfSeries(series)),
  ...ONCE,
});

export const csvHref = (series: string, asOf: string | undefined) => url('/series.csv', { series, asOf });

/** The rows that a number of one day is made of, with their raw files and lines. */
export const explainHref = (series: string, date: string, asOf: string | undefined) =>
  url('/explain.csv', { series, date, asOf });

/** Open drift alarms of every feed. */
export const driftQuestion = () => ({ ...question<Drift>('/models/drift', {}), ...ONCE });

export const runsQuestion = () => question<RunList>('/runs', {});

export const runQuestion = (id: string) => question<RunDetail>(`/runs/${encodeURIComponent(id)}`, {});

/** Asks that a run be done again or ended; whoever carries runs out acts on it. */
export async function askOfRun(id: string, deed: 'retry' | 'cancel'): Promise<Asked> {
  let response: Response;
  try {
    response = await fetch(`${BASE}/runs/${encodeURIComponent(id)}/${deed}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
  } catch {
    throw new RequestFailed(0, unsaid('unreachable'), null);
  }
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Asked;
}

export const EVENTS_ADDRESS = `${BASE}/events`;

/** The feed is the first of a series' parts. */
export function feedOfSeries(series: string): string {
  const first = series.split('~')[0] ?? '';
  try {
    return decodeURIComponent(first);
  } catch {
    return first;
  }
}
