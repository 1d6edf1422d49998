import {
  AT_SURVEY_ITEMS,
  addDays,
  type Calendars,
  isMarketDay,
  type LocalDate,
  localDate,
} from '../../domain/index.ts';
import { readEnvelope } from '../data-go-kr/envelope.ts';
import { cellText, type Item, missingMember } from '../data-go-kr/item.ts';
import { acceptPage } from '../data-go-kr/page.ts';
import { CALLS_PER_DAY, cond, keyFor, MANNERS, SERVICE_KEY } from '../data-go-kr/request.ts';
import type { Chunk, Connector, DayRange, Verdict } from '../fetch/connector.ts';

const ROWS_ASKED = 1000;
/** An item's rows of a full year, as the whole history has them on average. */
const ROWS_PER_ITEM_YEAR = 700;
const REQUIRED = ['exmn_ymd', 'se_cd', 'item_cd', 'mrkt_cd', 'exmn_dd_prc', 'unit', 'unit_sz'];

/** By item and year: without an item the service answers with no rows and no error. Items of a scope are `245` or `200-245`. */
export const connector: Connector = {
  keys: [keyFor('https://www.data.go.kr/data/15156057/openapi.do')],
  manners: MANNERS,
  callsPerDay: { perDay: CALLS_PER_DAY },
  plan: (range, scope) => {
    const items = scope?.items ?? AT_SURVEY_ITEMS.map((item) => item.code);
    const markets: readonly (string | undefined)[] = scope?.markets ?? [undefined];
    return yearsOf(range).flatMap((year) =>
      items.flatMap((item) => markets.map((market) => chunkOf(year, item, market))),
    );
  },
  request: (chunk, index) => {
    const { category = '', item = '', market } = chunk.parameters;
    return {
      url: 'https://apis.data.go.kr/B552845/perDay/price',
      query: {
        returnType: 'JSON',
        numOfRows: String(ROWS_ASKED),
        pageNo: String(index + 1),
        ...cond('exmn_ymd', 'GTE', compact(chunk.firstDay)),
        ...cond('exmn_ymd', 'LTE', compact(chunk.lastDay)),
        ...cond('ctgry_cd', 'EQ', category),
        ...cond('item_cd', 'EQ', item),
        ...(market ? cond('mrkt_cd', 'EQ', market) : {}),
      },
      secrets: [SERVICE_KEY],
    };
  },
  judge,
  expected: (chunk, calendars) => (isSurveyed(chunk, calendars) ? 'unknown' : 'closed'),
};

function chunkOf(days: DayRange, item: string, market: string | undefined): Chunk {
  const [category, code] = categoryAndCode(item);
  const year = days.firstDay.slice(0, 4);
  const whole = days.firstDay.endsWith('-01-01') && days.lastDay.endsWith('-12-31');
  const span = whole ? year : `${days.firstDay}..${days.lastDay}`;
  const share = (Date.parse(days.lastDay) - Date.parse(days.firstDay)) / (365 * 86_400_000);
  return {
    ...days,
    id: ['survey', `${category}-${code}`, ...(market ? [market] : []), span].join('/'),
    shape: 'per-day',
    parameters: { category, item: code, ...(market ? { market } : {}) },
    budget: 'perDay',
    expectedCalls: Math.max(1, Math.ceil((share * ROWS_PER_ITEM_YEAR) / ROWS_ASKED)),
  };
}

function categoryAndCode(item: string): [category: string, code: string] {
  const [first = '', code] = item.split('-');
  if (code !== undefined) return [first, code];
  const known = AT_SURVEY_ITEMS.find((one) => one.code === item);
  // A code of the survey begins with its category, but for the few that the catalogue knows better.
  return [known?.surveyCategory ?? `${item.slice(0, 1)}00`, item];
}

function judge(
  answer: { readonly status: number; readonly body: string },
  chunk: Chunk,
  index: number,
): Verdict {
  const envelope = readEnvelope(answer);
  if (!envelope.ok) return envelope;
  const missing = missingMember(envelope.items, REQUIRED);
  if (missing)
    return {
      ok: false,
      kind: 'schema',
      detail: `no row has \`${missing}\`: the service changed its columns`,
    };
  for (const row of envelope.items) {
    const other = otherThanAsked(row, chunk);
    if (other) return { ok: false, kind: 'echo_mismatch', detail: `${other}: the condition was ignored` };
  }
  return acceptPage(envelope, index, ROWS_ASKED);
}

function otherThanAsked(row: Item, chunk: Chunk): string | undefined {
  const day = cellText(row.exmn_ymd)?.trim();
  if (day !== undefined && (day < compact(chunk.firstDay) || day > compact(chunk.lastDay)))
    return `\`exmn_ymd\` ${chunk.firstDay} to ${chunk.lastDay} was asked for and ${day.slice(0, 40)} came`;
  const { category, item, market } = chunk.parameters;
  const asked = { ctgry_cd: category, item_cd: item, mrkt_cd: market };
  for (const [member, value] of Object.entries(asked)) {
    const came = cellText(row[member])?.trim();
    if (value !== undefined && came !== undefined && came !== value)
      return `\`${member}\` ${value} was asked for and ${came.slice(0, 40)} came`;
  }
  return undefined;
}

/** Whether the survey was taken on any of the days; which of its items it covered on them cannot be foretold. */
function isSurveyed(chunk: Chunk, calendars: Calendars): boolean {
  const calendar = calendars.named('kamis-survey');
  const last = localDate(chunk.lastDay);
  for (let day = localDate(chunk.firstDay); day <= last; day = addDays(day, 1))
    if (!calendar || isMarketDay(calendar, day)) return true;
  return false;
}

/** The range by calendar years, oldest first. */
function yearsOf(range: DayRange): DayRange[] {
  const years: DayRange[] = [];
  const last = localDate(range.lastDay);
  let firstDay: LocalDate = localDate(range.firstDay);
  while (firstDay <= last) {
    const yearEnd = localDate(`${firstDay.slice(0, 4)}-12-31`);
    const goesOn = yearEnd < last;
    const lastDay = goesOn ? yearEnd : last;
    years.push({ firstDay, lastDay });
    firstDay = addDays(lastDay, 1);
  }
  return years;
}

function compact(day: string): string {
  return day.replaceAll('-', '');
}
