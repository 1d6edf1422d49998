import { addDays, addMonths, localDate, parseLocalDate } from '../../domain/index.ts';
import { cellText, type Item, isRecord, missingMember } from '../data-go-kr/item.ts';
import type { Chunk, Connector, DayRange, FetchScope, Verdict } from '../fetch/connector.ts';
import { pageMark, type Refused, readJson, refusal, rowsOf } from '../json-answer.ts';
import { REQUIRED } from './answer.ts';

const URL = 'https://api.tech.ec.europa.eu/agrifood/api/fruitAndVegetable/pricesSupplyChain';
/** Prices are weekly: a week that begins in the month before may end in this one. */
const MARGIN_DAYS = 6;

/**
 * The Union's weekly fruit and vegetable prices, a calendar month a chunk, six days wider at both ends so that no week is
 * cut whichever way the service compares dates. A scope's `markets` are member states (`ES`), its `items` product names.
 * Facts: sources.md §12.
 */
export const connector: Connector = {
  keys: [],
  manners: { timeoutMs: 90_000, parallel: 1, attempts: 4 },
  callsPerDay: {},
  plan,
  request: (chunk) => {
    const { first, last } = asked(chunk);
    return {
      url: URL,
      query: {
        ...chunk.parameters,
        beginDate: dayFirst(first),
        endDate: dayFirst(last),
      },
    };
  },
  judge,
  expected: () => 'unknown',
};

function plan({ firstDay, lastDay }: DayRange, scope?: FetchScope): readonly Chunk[] {
  const parameters = {
    ...(scope?.markets?.length ? { memberStateCodes: scope.markets.join(',') } : {}),
    ...(scope?.items?.length ? { products: scope.items.join(',') } : {}),
  };
  const narrowed = Object.values(parameters).join('/');
  const chunks: Chunk[] = [];
  for (let month = localDate(`${firstDay.slice(0, 7)}-01`); month <= lastDay; month = addMonths(month, 1)) {
    chunks.push({
      id: `prices/${month.slice(0, 7)}${narrowed && `/${narrowed}`}`,
      shape: 'supply-chain',
      firstDay: month,
      lastDay: addDays(addMonths(month, 1), -1),
      parameters,
      budget: 'eu-agrifood',
      expectedCalls: 1,
    });
  }
  return chunks;
}

function asked(chunk: Chunk): { first: string; last: string } {
  return {
    first: addDays(localDate(chunk.firstDay), -MARGIN_DAYS),
    last: addDays(localDate(chunk.lastDay), MARGIN_DAYS),
  };
}

function judge(answer: { readonly status: number; readonly body: string }, chunk: Chunk): Verdict {
  const retryAt = answer.status === 429 ? nextAccess(answer.body) : undefined;
  if (retryAt) return { ...refusal('rate', 'HTTP 429: the source says when to come again'), retryAt };
  const json = readJson(answer);
  if (!json.ok) return json;
  if (json.byStatus) return json.byStatus;
  if (isRecord(json.value)) {
    const said = cellText(json.value.description);
    if (said !== null) return refusal('blocked', `the service is suspended: ${said.slice(0, 200)}`);
  }
  const rows = rowsOf(json.value);
  if (!rows) return refusal('schema', 'the answer is no list of rows');
  const missing = missingMember(rows, REQUIRED);
  if (missing !== undefined) return refusal('schema', `no row has ${missing}`);
  return (
    otherAnswer(rows, chunk) ?? {
      ok: true,
      page: { rows: rows.length, mark: pageMark(rows), more: false },
    }
  );
}

function otherAnswer(rows: readonly Item[], chunk: Chunk): Refused | undefined {
  const { first, last } = asked(chunk);
  const among = (list: string | undefined, value: unknown): boolean =>
    list === undefined ||
    list
      .toLowerCase()
      .split(',')
      .includes((cellText(value) ?? '').trim().toLowerCase());
  for (const row of rows) {
    const begin = isoDay(row.beginDate);
    const end = isoDay(row.endDate);
    if ((end !== undefined && end < first) || (begin !== undefined && begin > last))
      return refusal('echo_mismatch', `${first} to ${last} was asked for and ${begin} to ${end} came`);
    if (!among(chunk.parameters.memberStateCodes, row.memberStateCode))
      return refusal('echo_mismatch', `a row of ${cellText(row.memberStateCode)} came that nobody asked for`);
    if (!among(chunk.parameters.products, row.product))
      return refusal('echo_mismatch', `a row of ${cellText(row.product)} came that nobody asked for`);
  }
  if (rows.length > 0 && !rows.some((row) => isoDay(row.endDate) !== undefined))
    return refusal('schema', 'no row has an endDate that is a day, DD/MM/YYYY');
  return undefined;
}

function dayFirst(isoDayText: string): string {
  return isoDayText.split('-').reverse().join('/');
}

function isoDay(value: unknown): string | undefined {
  const match = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec((cellText(value) ?? '').trim());
  return match ? parseLocalDate(`${match[3]}-${match[2]}-${match[1]}`) : undefined;
}

/** When a refused caller may come again: ISO, or `2026-Sep-08 10:00:00+0000 UTC` as gateways of this kind write it. */
function nextAccess(body: string): Date | undefined {
  const text = /nextAccessTime\W{1,10}(\d[^"'<}]{9,40})/.exec(body)?.[1]?.trim() ?? '';
  const instant = new Date(text.replace(/\s*UTC$/, '').replace(/-([A-Z][a-z]{2})-(\d{2}) /, ' $1 $2 '));
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}
