import { cellText, missingMember } from '../data-go-kr/item.ts';
import type { Connector, Verdict } from '../fetch/connector.ts';
import { pageMark, readJson, refusal, rowsOf } from '../json-answer.ts';
import { isoMonthOfRoc } from '../taiwan-amis/roc-day.ts';
import { MEMBERS } from './answer.ts';

const URL = 'https://data.moa.gov.tw/Service/OpenData/FromM/MarketRestFarm.aspx';
const PAGE_ROWS = 2_000;

/** The table of rest days cannot be asked for by month: it comes whole, a few pages each time. Facts: sources.md §10.1. */
export const connector: Connector = {
  keys: [],
  manners: { timeoutMs: 120_000, parallel: 1, attempts: 4 },
  callsPerDay: {},
  plan: (range) => [
    {
      id: 'all',
      shape: 'rest-days',
      ...range,
      parameters: {},
      budget: 'taiwan-rest-days',
      expectedCalls: 3,
    },
  ],
  request: (_chunk, index) => ({
    url: URL,
    query: { $top: String(PAGE_ROWS), $skip: String(index * PAGE_ROWS) },
  }),
  judge,
  expected: () => 'open',
};

function judge(answer: { readonly status: number; readonly body: string }): Verdict {
  const json = readJson(answer);
  if (!json.ok) return json;
  const rows = rowsOf(json.value);
  const said = rows?.length === 1 ? cellText(rows[0]?.errMsg) : null;
  if (said !== null) return refusal('bad_request', `the source says: ${said.slice(0, 200)}`);
  if (json.byStatus) return json.byStatus;
  if (!rows) return refusal('schema', 'the answer is no list of rows');
  const missing = missingMember(rows, MEMBERS);
  if (missing !== undefined) return refusal('schema', `no row has ${missing}`);
  const months = rows.map((row) => cellText(row.YearMonth) ?? '');
  if (rows.length > 0 && !months.some((month) => isoMonthOfRoc(month) !== undefined))
    return refusal('schema', `YearMonth is not a month of the ROC calendar any more: ${months[0]}`);
  return {
    ok: true,
    page: { rows: rows.length, mark: pageMark(rows), more: rows.length >= PAGE_ROWS },
  };
}
