import {
  addDays,
  type Calendars,
  isMarketDay,
  type LocalDate,
  localDate,
  RULE_CALENDARS,
} from '../../domain/index.ts';
import type { Chunk, Connector, DayRange, Page, SecretPlace, SourceRequest } from '../fetch/connector.ts';
import { type GarakRow, missingOf, readAnswer, textOf } from './answer.ts';

const URL = 'https://www.garak.co.kr/homepage/publicdata/dataJsonOpen.do';
const PAGE_ROWS = 1000;

/** Garak's number among the public wholesale markets: the code that other feeds of its trades use. */
export const MARKET_CODE = '110001';
export const MARKET_NAME = '서울가락';

/** One dataset of the market: its credentials, what each chunk asks besides the page, and what a row must be. */
interface Dataset {
  readonly dataid: 'data12' | 'data22';
  readonly required: readonly string[];
  /** The parameters of the chunks of one day; each becomes one chunk. */
  readonly asks: (
    day: LocalDate,
    scope: Parameters<Connector['plan']>[1],
  ) => readonly Readonly<Record<string, string>>[];
  /** Why a row is not of what was asked; undefined when it is. */
  readonly strange?: (row: GarakRow, chunk: Chunk) => string | undefined;
}

/** A connector for one dataset: credentials are issued for each, and a chunk is a day. */
export function garakConnector({ dataid, required, asks, strange }: Dataset): Connector {
  const prefix = `GARAK_${dataid.toUpperCase()}`;
  const from = `https://www.garak.co.kr (공공데이터 개방, ${dataid})`;
  const secrets: readonly SecretPlace[] = [
    { in: 'query', name: 'id', key: `${prefix}_ID` },
    { in: 'query', name: 'passwd', key: `${prefix}_PASSWD` },
  ];
  return {
    keys: secrets.map(({ key }) => ({ id: key, from })),
    manners: { timeoutMs: 60_000, parallel: 1, attempts: 3 },
    callsPerDay: {},
    plan: (range, scope) =>
      daysOf(range).flatMap((day) =>
        asks(day, scope).map((parameters) => ({
          id: [
            day,
            ...Object.entries(parameters).flatMap(([name, value]) => (NOT_IN_ID.has(name) ? [] : value)),
          ].join('/'),
          shape: dataid,
          firstDay: day,
          lastDay: day,
          parameters,
          budget: `garak-${dataid}`,
          expectedCalls: 1,
        })),
      ),
    request: ({ parameters }, index): SourceRequest => ({
      url: URL,
      query: {
        dataid,
        pagesize: String(PAGE_ROWS),
        pageidx: String(index + 1),
        'portal.templet': 'false',
        ...parameters,
      },
      secrets,
    }),
    judge: (answer, chunk, _index, _request, calendars = RULE_CALENDARS) => {
      const read = readAnswer(answer, isClosed(chunk, calendars));
      if (!read.ok) return read;
      const missing = missingOf(read.rows, required);
      if (missing) return { ok: false, kind: 'schema', detail: `no row has the member \`${missing}\`` };
      for (const row of read.rows) {
        const why = strange?.(row, chunk);
        if (why) return { ok: false, kind: 'echo_mismatch', detail: why };
      }
      return { ok: true, page: pageOf(read.rows) };
    },
    expected: (chunk, calendars) => (isClosed(chunk, calendars) ? 'closed' : 'open'),
  };
}

/** Parameters that repeat the chunk's day. */
const NOT_IN_ID: ReadonlySet<string> = new Set(['date', 's_date']);

/** A day as the service writes it. */
export function compactDay(day: string): string {
  return day.replaceAll('-', '');
}

function pageOf(rows: readonly GarakRow[]): Page {
  const line = (row: GarakRow | undefined): string =>
    Object.values(row ?? {})
      .map((value) => textOf(value) ?? '')
      .join('\t');
  return {
    rows: rows.length,
    mark: [rows.length, line(rows[0]), line(rows.at(-1))].join('\n'),
    more: rows.length >= PAGE_ROWS,
  };
}

function isClosed({ firstDay }: Chunk, calendars: Calendars): boolean {
  const calendar = calendars.named('garak-auction');
  return calendar !== undefined && !isMarketDay(calendar, localDate(firstDay));
}

function daysOf({ firstDay, lastDay }: DayRange): LocalDate[] {
  const days: LocalDate[] = [];
  for (let day = localDate(firstDay); day <= lastDay; day = addDays(day, 1)) days.push(day);
  return days;
}
