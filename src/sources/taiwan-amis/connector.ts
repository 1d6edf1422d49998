import { addDays, localDate } from '../../domain/index.ts';
import { cellText, missingMember } from '../data-go-kr/item.ts';
import type { Chunk, Connector, DayRange, Verdict } from '../fetch/connector.ts';
import { pageMark, readJson, refusal, rowsOf } from '../json-answer.ts';
import { ANSWER_HEADER, plainNames } from './answer.ts';
import { isoDayOfRoc, rocDayText } from './roc-day.ts';

const URL = 'https://data.moa.gov.tw/Service/OpenData/FromM/FarmTransData.aspx';
/** More than 10,000 rows asked or matched are refused as a whole; a weekday has about 3,500. */
const PAGE_ROWS = 5_000;

/**
 * Taiwan's open-data service of auctions, one day a chunk. A day without rows was a closed one when all markets had
 * announced that they rest; in a month without announced rest days nobody can say. Facts: sources.md §10.1.
 */
export const connector: Connector = {
  keys: [],
  // a day takes 6 to 11 seconds
  manners: { timeoutMs: 120_000, parallel: 3, attempts: 4 },
  callsPerDay: {},
  plan,
  request: (chunk, index) => ({
    url: URL,
    query: {
      $top: String(PAGE_ROWS),
      $skip: String(index * PAGE_ROWS),
      StartDate: rocDayText(chunk.firstDay),
      EndDate: rocDayText(chunk.lastDay),
    },
  }),
  judge,
  expected: ({ firstDay }, calendars) => {
    const allRest = calendars.allRest('taiwan-amis', localDate(firstDay));
    if (allRest === undefined) return 'unknown';
    return allRest ? 'closed' : 'open';
  },
};

/** The service finds crops and markets by parts of their names, so a scope is not passed on: a day is one call anyway. */
function plan({ firstDay, lastDay }: DayRange): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let day = localDate(firstDay); day <= lastDay; day = addDays(day, 1)) {
    chunks.push({
      id: `day/${day}`,
      shape: 'answer',
      firstDay: day,
      lastDay: day,
      parameters: {},
      budget: 'taiwan-amis',
      expectedCalls: 1,
    });
  }
  return chunks;
}

function judge(answer: { readonly status: number; readonly body: string }, chunk: Chunk): Verdict {
  const json = readJson(answer);
  if (!json.ok) return json;
  const rows = rowsOf(json.value);
  const said = rows?.length === 1 ? cellText(rows[0]?.errMsg) : null;
  if (said !== null) {
    const tooMany = said.includes('10000');
    return refusal(tooMany ? 'bad_request' : 'transient', `the source says: ${said.slice(0, 200)}`);
  }
  if (json.byStatus) return json.byStatus;
  if (!rows) return refusal('schema', 'the answer is no list of rows');
  const plain = rows.map(plainNames);
  const missing = missingMember(plain, ANSWER_HEADER);
  if (missing !== undefined) return refusal('schema', `no row has ${missing}`);
  for (const row of plain) {
    const text = cellText(row.交易日期) ?? '';
    const day = isoDayOfRoc(text);
    if (day !== chunk.firstDay) {
      return refusal('echo_mismatch', `${rocDayText(chunk.firstDay)} was asked for and ${text} came`);
    }
  }
  return {
    ok: true,
    page: { rows: rows.length, mark: pageMark(rows), more: rows.length >= PAGE_ROWS },
  };
}
