import { localDate, tradesWithin } from '../../domain/index.ts';
import { byYear } from '../by-year.ts';
import type { Chunk, Connector, SourceRequest } from '../fetch/connector.ts';
import { dayOf, readAnswer, type SurveyAnswer, textOf } from './answer.ts';
import {
  COUNTIES,
  categoryOf,
  LEVELS,
  type Level,
  mayBeItem,
  productsOf,
  RETAIL_COUNTIES,
  WHOLESALE_COUNTIES,
} from './codes.ts';

const BUDGET = 'kamis';
const FROM = 'https://www.kamis.or.kr (Open-API 이용신청)';

/** Rows that stand among the markets and are none: the mean of them, and the normal year. */
const NO_MARKETS: ReadonlySet<string> = new Set(['평균', '평년']);
const ROW = ['itemname', 'kindname', 'countyname', 'marketname', 'yyyy', 'regday', 'price'] as const;

/** What was asked, because rows repeat no code, then what is read of a row. */
export const HEADER = [
  'action',
  'p_itemcode',
  'p_kindcode',
  'p_productrankcode',
  'p_countycode',
  'day',
  ...ROW,
] as const;

export const connector: Connector = {
  keys: [
    { id: 'KAMIS_CERT_KEY', from: FROM },
    { id: 'KAMIS_CERT_ID', from: FROM },
  ],
  // Answers of 20 to 67 seconds are reported; one call at a time.
  manners: { timeoutMs: 75_000, parallel: 1, attempts: 3, userAgent: 'browser-like', tls: 'legacy' },
  callsPerDay: {},
  plan: ({ firstDay, lastDay }, scope) =>
    byYear(firstDay, lastDay).flatMap((range) =>
      productsOf(scope?.items).flatMap(({ item, kind, rank }) =>
        placesOf(scope?.markets).map(({ level, county }) => ({
          id: [level, item, kind, rank, county, range.firstDay, range.lastDay].join('/'),
          shape: 'period',
          ...range,
          parameters: { level, item, kind, rank, county },
          budget: BUDGET,
          expectedCalls: 1,
        })),
      ),
    ),
  request: askFor,
  judge: (answer, chunk, _, request) => {
    const read = readAnswer(answer);
    if (!read.ok) return read;
    const missing = ROW.find(
      (name) => read.rows.length > 0 && !read.rows.some((row) => Object.hasOwn(row, name)),
    );
    if (missing) return { ok: false, kind: 'schema', detail: `no row has the member \`${missing}\`` };
    const strange = strangeness(read, chunk, request);
    if (strange) return { ok: false, kind: 'echo_mismatch', detail: strange };
    return {
      ok: true,
      page: { rows: read.rows.length, mark: `${read.rows.length}`, more: false },
    };
  },
  expected: ({ firstDay, lastDay }, calendars) => {
    const calendar = calendars.named('kamis-survey');
    if (!calendar) return 'unknown';
    return tradesWithin(calendar, localDate(firstDay), localDate(lastDay)) ? 'open' : 'closed';
  },
};

function askFor({ firstDay, lastDay, parameters }: Chunk): SourceRequest {
  const { level, item, kind, rank, county } = parameters as Record<
    'level' | 'item' | 'kind' | 'rank' | 'county',
    string
  >;
  const { cls, action } = LEVELS[level as Level];
  return {
    url: 'https://www.kamis.or.kr/service/price/xml.do',
    query: {
      action,
      p_returntype: 'json',
      p_productclscode: cls,
      p_startday: firstDay,
      p_endday: lastDay,
      p_itemcategorycode: categoryOf(item),
      p_itemcode: item,
      p_kindcode: kind,
      p_productrankcode: rank,
      // The publisher's own pages spell it both ways, and a name it does not know is ignored without a word.
      p_countycode: county,
      p_countrycode: county,
      // `Y` changes the price and leaves the unit text as it was.
      p_convert_kg_yn: 'N',
    },
    secrets: [
      { in: 'query', name: 'p_cert_key', key: 'KAMIS_CERT_KEY' },
      { in: 'query', name: 'p_cert_id', key: 'KAMIS_CERT_ID' },
    ],
  };
}

function placesOf(markets: readonly string[] | undefined): { level: Level; county: string }[] {
  const of = (level: Level, counties: readonly string[]) => counties.map((county) => ({ level, county }));
  return markets?.length
    ? [
        ...of(
          'wholesale',
          markets.filter((county) => WHOLESALE_COUNTIES.includes(county)),
        ),
        ...of('retail', markets),
      ]
    : [...of('wholesale', WHOLESALE_COUNTIES), ...of('retail', RETAIL_COUNTIES)];
}

/**
 * In what an answer differs from its question; undefined when it does not. The service ignores parameters silently: an old range
 * is answered with the last year, a misspelt item with rice, an unknown city with the default one.
 */
function strangeness(
  { rows, echo }: SurveyAnswer,
  chunk: Chunk,
  { query }: SourceRequest,
): string | undefined {
  for (const [name, value] of Object.entries(echo)) {
    const repeated = textOf(value)?.trim();
    if (
      repeated &&
      Object.hasOwn(query, name) &&
      repeated.replaceAll('-', '') !== query[name]?.replaceAll('-', '')
    )
      return `${name} was asked as ${query[name]} and understood as ${repeated}`;
  }
  const { item, county } = chunk.parameters;
  for (const row of rows) {
    const place = textOf(row.countyname)?.trim() ?? '';
    const name = textOf(row.itemname)?.trim();
    if (name && !mayBeItem(item!, name)) return `item ${item} was asked for; a row is of ${name}`;
    if (NO_MARKETS.has(place)) continue;
    const day = dayOf(row);
    if (day !== null && (day < chunk.firstDay || day > chunk.lastDay))
      return `${chunk.firstDay} to ${chunk.lastDay} was asked for; a row is of ${day}: the service gives only about the last year`;
    const asked = COUNTIES[county!];
    if (asked && place !== '' && place !== asked) return `${asked} was asked for; a row is of ${place}`;
  }
  return undefined;
}

/** The rows of one answer as cells of text, beside what was asked. */
export function decode(
  answer: string,
  asked: Readonly<Record<string, string>>,
): readonly (string | null)[][] {
  const read = readAnswer({ status: 200, body: answer });
  if (!read.ok) return [];
  const question = HEADER.slice(0, 5).map((name) => asked[name] ?? null);
  return read.rows.map((row) => [...question, dayOf(row), ...ROW.map((name) => textOf(row[name]))]);
}
