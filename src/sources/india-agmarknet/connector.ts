import { cellText, type Item, isRecord, missingMember, wholeNumber } from '../data-go-kr/item.ts';
import type { Chunk, Connector, DayRange, FetchScope, Verdict } from '../fetch/connector.ts';
import { pageMark, type Refused, readJson, refusal, rowsOf } from '../json-answer.ts';
import { ANSWER_HEADER } from './answer.ts';

const URL = 'https://api.data.gov.in/resource/9ef84268-d588-465a-a308-a864a43d0070';
const KEY = 'DATA_GOV_IN_KEY';
const PAGE_ROWS = 1_000;
/** The interface refuses offset + limit above this (`max_result_window`). */
const REACH = 10_000;

/**
 * India's open-data interface of mandi prices. It holds the current day alone, so a chunk is that day: of the whole
 * country, or of each state that the scope's `markets` names, because no more than 10,000 rows of one question can be
 * read. Facts: sources.md §13.
 */
export const connector: Connector = {
  keys: [{ id: KEY, from: 'https://data.gov.in' }],
  // 502 to 504 are common
  manners: { timeoutMs: 60_000, parallel: 2, attempts: 5 },
  callsPerDay: {},
  plan,
  request: (chunk, index) => ({
    url: URL,
    query: {
      format: 'json',
      limit: String(PAGE_ROWS),
      offset: String(index * PAGE_ROWS),
      ...(chunk.parameters.state ? { 'filters[state.keyword]': chunk.parameters.state } : {}),
    },
    secrets: [{ in: 'query', name: 'api-key', key: KEY }],
  }),
  judge,
  expected: () => 'unknown',
};

function plan(range: DayRange, scope?: FetchScope): readonly Chunk[] {
  const states = scope?.markets?.length ? scope.markets : [''];
  return states.map((state) => ({
    id: `current/${range.lastDay}/${state || 'all'}`,
    shape: 'open-data',
    ...range,
    parameters: { state },
    budget: 'data-gov-in',
    expectedCalls: state ? 2 : 8,
  }));
}

function judge(
  answer: { readonly status: number; readonly body: string },
  chunk: Chunk,
  index: number,
): Verdict {
  const json = readJson(answer);
  if (!json.ok) return json;
  const { value } = json;
  if (!isRecord(value)) return json.byStatus ?? refusal('schema', 'the answer is no object');
  const said = cellText(value.error);
  if (said !== null) return sourceError(said, json.byStatus);
  if (json.byStatus) return json.byStatus;
  const rows = rowsOf(value.records);
  if (!rows) return refusal('schema', 'the answer has no `records`');
  const total = wholeNumber(value.total);
  if (total === null) return refusal('schema', 'the answer has no `total`');
  const missing = missingMember(rows, ANSWER_HEADER);
  if (missing !== undefined) return refusal('schema', `no row has ${missing}`);
  if (total > REACH) {
    return refusal(
      'partial',
      `${total} rows match and no more than ${REACH} can be read: name states, e.g. --markets Karnataka,Kerala`,
    );
  }
  const offset = wholeNumber(value.offset);
  if (offset !== null && offset !== index * PAGE_ROWS)
    return refusal('echo_mismatch', `rows from ${index * PAGE_ROWS} were asked for and came from ${offset}`);
  return otherAnswer(rows, chunk) ?? page(rows, total, index);
}

function page(rows: readonly Item[], total: number, index: number): Verdict {
  const due = Math.min(PAGE_ROWS, Math.max(0, total - index * PAGE_ROWS));
  if (rows.length < due)
    return refusal('partial', `${rows.length} of ${due} rows came: a public trial key is served 10 at most`);
  return {
    ok: true,
    page: { rows: rows.length, total, mark: pageMark(rows), more: (index + 1) * PAGE_ROWS < total },
  };
}

/** A filter that was ignored, or a day that is not the one wanted. */
function otherAnswer(rows: readonly Item[], chunk: Chunk): Refused | undefined {
  const state = chunk.parameters.state?.toLowerCase();
  for (const row of rows) {
    const given = cellText(row.state)?.trim() ?? '';
    if (state && given.toLowerCase() !== state)
      return refusal('echo_mismatch', `${chunk.parameters.state} was asked for and ${given} came`);
    const [day = '', month = '', year = ''] = (cellText(row.arrival_date) ?? '').trim().split('/');
    const iso = `${year}-${month}-${day}`;
    if (/^\d{4}-\d{2}-\d{2}$/.test(iso) && (iso < chunk.firstDay || iso > chunk.lastDay)) {
      return refusal('echo_mismatch', `the interface holds the current day alone, and that is ${iso}`);
    }
  }
  return undefined;
}

function sourceError(said: string, byStatus: Refused | undefined): Refused {
  const detail = `the source says: ${said.slice(0, 200)}`;
  if (byStatus) return { ...byStatus, detail };
  return refusal(/key/i.test(said) ? 'auth' : 'bad_request', detail);
}
