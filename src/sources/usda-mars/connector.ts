import { addDays, addMonths, dayNumber, localDate, parseLocalDate } from '../../domain/index.ts';
import type { Item } from '../data-go-kr/item.ts';
import type {
  Chunk,
  Connector,
  DayRange,
  FetchScope,
  Page,
  SourceRequest,
  Verdict,
} from '../fetch/connector.ts';
import { pageMark, type Refused, readJson, refusal } from '../json-answer.ts';
import { detailRows, memberText, missingName } from './answer.ts';

const URL = 'https://marsapi.ams.usda.gov/services/v1.2/reports';
const KEY = 'USDA_MARS_KEY';
/** An answer with as many rows was cut. */
const MOST_ROWS = 100_000;
/** Terminal markets, fruit and vegetables: Los Angeles, New York, Chicago, Atlanta, Boston, Philadelphia. */
const TERMINALS = ['2306', '2307', '2314', '2315', '2290', '2277', '2285', '2318'];
const REQUIRED = ['report_date', 'slug_id', 'commodity', 'package', 'low', 'high'];

/**
 * USDA's Market News, a report and calendar month a chunk. A scope's `markets` are numeric report ids (names are
 * refused), its `items` commodities as USDA writes them. A window that comes back cut is halved until it fits; the next
 * one is as long as the last that fitted. Facts: sources.md §11.
 */
export const connector: Connector = {
  keys: [{ id: KEY, from: 'https://mymarketnews.ams.usda.gov' }],
  manners: { timeoutMs: 120_000, parallel: 2, attempts: 4 },
  callsPerDay: {},
  plan,
  request,
  judge,
  expected: () => 'unknown',
};

interface Window {
  readonly first: string;
  readonly last: string;
}

function plan({ firstDay, lastDay }: DayRange, scope?: FetchScope): readonly Chunk[] {
  const reports = scope?.markets?.length ? scope.markets : TERMINALS;
  const commodities = scope?.items?.length ? scope.items.map(quoted).join(',') : '';
  const chunks: Chunk[] = [];
  for (let month = localDate(`${firstDay.slice(0, 7)}-01`); month <= lastDay; month = addMonths(month, 1)) {
    for (const report of reports) {
      chunks.push({
        id: `${report}/${month.slice(0, 7)}${commodities && `/${commodities}`}`,
        shape: 'details',
        firstDay: month,
        lastDay: addDays(addMonths(month, 1), -1),
        parameters: { report, commodities },
        budget: 'usda-mars',
        expectedCalls: 1,
      });
    }
  }
  return chunks;
}

/** A comma means "or" and a semicolon "and", unless they stand between quotation marks. */
function quoted(commodity: string): string {
  const plain = commodity.replaceAll('"', '');
  return /[,;]/.test(plain) ? `"${plain}"` : plain;
}

function request(chunk: Chunk, _index: number, previous?: Page): SourceRequest {
  const [first = chunk.firstDay, last = chunk.lastDay] = previous?.next?.split('/') ?? [];
  const { report, commodities } = chunk.parameters;
  const q = `report_begin_date=${monthFirst(first)}:${monthFirst(last)}`;
  return {
    url: `${URL}/${report}/Report%20Details`,
    query: { q: commodities ? `${q};commodity=${commodities}` : q },
    secrets: [{ in: 'basic', key: KEY }],
  };
}

function judge(
  answer: { readonly status: number; readonly body: string },
  chunk: Chunk,
  _index: number,
  { query }: SourceRequest,
): Verdict {
  const json = readJson(answer);
  if (!json.ok) return json;
  if (json.byStatus) return json.byStatus;
  const rows = detailRows(json.value);
  if (!rows) return refusal('schema', 'the answer has no report details');
  const missing = missingName(rows, REQUIRED);
  if (missing !== undefined) return refusal('schema', `no row has ${missing}`);
  const window = windowOf(query.q ?? '', chunk);
  return otherAnswer(rows, chunk, window) ?? page(rows, chunk, window);
}

function page(rows: readonly Item[], chunk: Chunk, { first, last }: Window): Verdict {
  const days = dayNumber(localDate(last)) - dayNumber(localDate(first)) + 1;
  const mark = `${first}/${last}\n${pageMark(rows)}`;
  if (rows.length >= MOST_ROWS) {
    if (days === 1)
      return refusal(
        'partial',
        `${first} alone has ${MOST_ROWS} rows or more: name commodities with --items`,
      );
    const next = `${first}/${addDays(localDate(first), Math.floor(days / 2) - 1)}`;
    return { ok: true, page: { rows: 0, mark, more: true, keep: false, next } };
  }
  if (last >= chunk.lastDay) return { ok: true, page: { rows: rows.length, mark, more: false } };
  const after = addDays(localDate(last), 1);
  const longest = addDays(localDate(last), days);
  const beyond = longest > chunk.lastDay;
  const next = `${after}/${beyond ? chunk.lastDay : longest}`;
  return { ok: true, page: { rows: rows.length, mark, more: true, next } };
}

function otherAnswer(rows: readonly Item[], chunk: Chunk, { first, last }: Window): Refused | undefined {
  const { report, commodities = '' } = chunk.parameters;
  for (const row of rows) {
    const slug = memberText(row, 'slug_id');
    if (slug !== null && slug !== report)
      return refusal('echo_mismatch', `report ${report} was asked for and ${slug} came`);
    const day = isoDay(memberText({ report_date: row.report_begin_date ?? row.report_date }, 'report_date'));
    if (day !== undefined && (day < first || day > last))
      return refusal('echo_mismatch', `${first} to ${last} was asked for and ${day} came`);
    const commodity = memberText(row, 'commodity');
    if (
      commodities !== '' &&
      commodity !== null &&
      !commodities.toLowerCase().includes(commodity.toLowerCase())
    )
      return refusal('echo_mismatch', `${commodities} was asked for and ${commodity} came`);
  }
  return undefined;
}

/** The days that a question was about, read back out of it. */
function windowOf(q: string, chunk: Chunk): Window {
  const match = /report_begin_date=([\d/]+):([\d/]+)/.exec(q);
  return {
    first: isoDay(match?.[1] ?? null) ?? chunk.firstDay,
    last: isoDay(match?.[2] ?? null) ?? chunk.lastDay,
  };
}

function monthFirst(iso: string): string {
  const [year, month, day] = iso.split('-');
  return `${month}/${day}/${year}`;
}

function isoDay(text: string | null): string | undefined {
  const match = /^(\d{2})\/(\d{2})\/(\d{4})/.exec(text ?? '');
  return match ? parseLocalDate(`${match[3]}-${match[1]}-${match[2]}`) : undefined;
}
