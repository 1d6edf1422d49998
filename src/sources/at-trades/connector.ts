import { AT_MARKETS, addDays, type Calendars, isMarketDay, localDate } from '../../domain/index.ts';
import { readEnvelope } from '../data-go-kr/envelope.ts';
import { cellText, type Item, missingMember } from '../data-go-kr/item.ts';
import { acceptPage } from '../data-go-kr/page.ts';
import { CALLS_PER_DAY, cond, keyFor, MANNERS, SERVICE_KEY } from '../data-go-kr/request.ts';
import type { Chunk, Connector, Verdict } from '../fetch/connector.ts';

/** One of aT's services that answer with trades of a market and a settlement day. */
export interface TradeService {
  /** Begins the names of its chunks. */
  readonly name: string;
  readonly service: string;
  readonly operation: string;
  /** The dataset's page, where a person applies for it. */
  readonly page: string;
  /** The shape of its answers. */
  readonly shape: string;
  /** Members without which an answer is of another form than the one we know. */
  readonly required: readonly string[];
  /** Rows of a large market's day, to foretell the calls. */
  readonly rowsOfLargeMarket: number;
  /** False for a service that forgets: no rows on a day of trade then says nothing. */
  readonly keepsHistory: boolean;
}

const ROWS_ASKED = 1000;
/** Garak alone trades about a sixth of the country's lots. */
const LARGE_MARKETS: ReadonlySet<string> = new Set(['110001']);
const BASE = 'https://apis.data.go.kr/B552845';

/** Asks one service for one market and settlement day at a time. Items of a scope are `class-item`, such as `10-01`. */
export function tradeConnector(service: TradeService): Connector {
  return {
    keys: [keyFor(service.page)],
    manners: MANNERS,
    callsPerDay: { [service.service]: CALLS_PER_DAY },
    plan: (range, scope) => {
      const markets = scope?.markets ?? AT_MARKETS.map((market) => market.code);
      const items: readonly (string | undefined)[] = scope?.items ?? [undefined];
      return daysOf(range).flatMap((day) =>
        markets.flatMap((market) => items.map((item) => chunkOf(service, day, market, item))),
      );
    },
    request: (chunk, index) => {
      const { market = '', item } = chunk.parameters;
      const [largeClass = '', itemOfClass = ''] = item?.split('-') ?? [];
      return {
        url: `${BASE}/${service.service}/${service.operation}`,
        query: {
          returnType: 'JSON',
          numOfRows: String(ROWS_ASKED),
          pageNo: String(index + 1),
          ...cond('whsl_mrkt_cd', 'EQ', market),
          ...cond('trd_clcln_ymd', 'EQ', chunk.firstDay),
          ...(item
            ? { ...cond('gds_lclsf_cd', 'EQ', largeClass), ...cond('gds_mclsf_cd', 'EQ', itemOfClass) }
            : {}),
        },
        secrets: [SERVICE_KEY],
      };
    },
    judge: (answer, chunk, index) => judge(service, answer, chunk, index),
    expected: (chunk, calendars) => expected(service, chunk, calendars),
  };
}

function chunkOf(service: TradeService, day: string, market: string, item: string | undefined): Chunk {
  const whole = item === undefined && LARGE_MARKETS.has(market);
  return {
    id: [service.name, day, market, ...(item ? [item] : [])].join('/'),
    shape: service.shape,
    firstDay: day,
    lastDay: day,
    parameters: { market, ...(item ? { item } : {}) },
    budget: service.service,
    expectedCalls: whole ? Math.ceil(service.rowsOfLargeMarket / ROWS_ASKED) : 1,
  };
}

function judge(
  service: TradeService,
  answer: { readonly status: number; readonly body: string },
  chunk: Chunk,
  index: number,
): Verdict {
  const envelope = readEnvelope(answer);
  if (!envelope.ok) return envelope;
  const missing = missingMember(envelope.items, service.required);
  if (missing)
    return {
      ok: false,
      kind: 'schema',
      detail: `no row has \`${missing}\`: the service changed its columns`,
    };
  const { market, item } = chunk.parameters;
  const [largeClass, itemOfClass] = item?.split('-') ?? [];
  const asked: Readonly<Record<string, string | undefined>> = {
    trd_clcln_ymd: chunk.firstDay,
    whsl_mrkt_cd: market,
    gds_lclsf_cd: largeClass,
    gds_mclsf_cd: itemOfClass,
  };
  for (const row of envelope.items) {
    const other = otherThanAsked(row, asked);
    if (other) return { ok: false, kind: 'echo_mismatch', detail: other };
  }
  return acceptPage(envelope, index, ROWS_ASKED);
}

/** A row of another day or market than was asked for: a condition was not understood, and all rows are worthless. */
function otherThanAsked(row: Item, asked: Readonly<Record<string, string | undefined>>): string | undefined {
  for (const [member, value] of Object.entries(asked)) {
    const came = cellText(row[member])?.trim();
    if (value !== undefined && came !== undefined && came !== value)
      return `\`${member}\` ${value} was asked for and ${came.slice(0, 40)} came: the condition was ignored`;
  }
  return undefined;
}

/** Only Garak's calendar is known; the other markets close on days of their own. */
function expected(service: TradeService, chunk: Chunk, calendars: Calendars): 'open' | 'closed' | 'unknown' {
  const calendar = calendars.named('garak-auction');
  if (chunk.parameters.market !== '110001' || !calendar) return 'unknown';
  if (!isMarketDay(calendar, localDate(chunk.firstDay))) return 'closed';
  return service.keepsHistory && !chunk.parameters.item ? 'open' : 'unknown';
}

function daysOf(range: { readonly firstDay: string; readonly lastDay: string }): string[] {
  const days: string[] = [];
  const last = localDate(range.lastDay);
  for (let day = localDate(range.firstDay); day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}
