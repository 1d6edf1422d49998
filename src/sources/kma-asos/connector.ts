import { fromDayNumber } from '../../domain/index.ts';
import { byYear } from '../by-year.ts';
import { readEnvelope } from '../data-go-kr/envelope.ts';
import { cellText, type Item, itemCells, missingMember } from '../data-go-kr/item.ts';
import { acceptPage } from '../data-go-kr/page.ts';
import { CALLS_PER_DAY, keyFor, MANNERS, SERVICE_KEY } from '../data-go-kr/request.ts';
import type { Chunk, Connector, DayRange, FetchScope } from '../fetch/connector.ts';

const URL = 'https://apis.data.go.kr/1360000/AsosDalyInfoService/getWthrDataList';
const BUDGET = 'kma-asos';
/** A year has fewer days, so one call is one year of a station. */
const ROWS = 999;
/** Seoul; any other station is asked for by its number. */
const DEFAULT_STATIONS = ['108'];
const KOREA_OFFSET_MS = 9 * 3_600_000;

/** The members that are read, in the order of the shape's header. */
export const HEADER = [
  'stnId',
  'stnNm',
  'tm',
  'avgTa',
  'minTa',
  'maxTa',
  'sumRn',
  'avgRhm',
  'sumSsHr',
  'sumGsr',
  'avgWs',
] as const;
/** Not every station measures sunshine, radiation, humidity and wind; without these a row is no day of weather. */
const REQUIRED = ['stnId', 'tm', 'avgTa', 'minTa', 'maxTa', 'sumRn'];

export const connector: Connector = {
  keys: [keyFor('https://www.data.go.kr/data/15059093/openapi.do')],
  manners: MANNERS,
  callsPerDay: { [BUDGET]: CALLS_PER_DAY },
  plan,
  request: ({ firstDay, lastDay, parameters }, index) => ({
    url: URL,
    query: {
      dataType: 'JSON',
      dataCd: 'ASOS',
      dateCd: 'DAY',
      startDt: compact(firstDay),
      endDt: compact(lastDay),
      stnIds: parameters.station!,
      numOfRows: String(ROWS),
      pageNo: String(index + 1),
    },
    secrets: [SERVICE_KEY],
  }),
  judge: (answer, chunk, index) => {
    if (REFUSED_RANGE.test(answer.body))
      return {
        ok: false,
        kind: 'bad_request',
        detail: 'code 99: the weather service refuses a range that reaches into today; ask until yesterday',
      };
    const envelope = readEnvelope(answer);
    if (!envelope.ok) return envelope;
    const missing = missingMember(envelope.items, REQUIRED);
    if (missing) return { ok: false, kind: 'schema', detail: `no row has the member \`${missing}\`` };
    const strange = envelope.items.find((item) => !isAsked(item, chunk));
    if (strange)
      return {
        ok: false,
        kind: 'echo_mismatch',
        detail: `asked for station ${chunk.parameters.station} and ${chunk.firstDay} to ${chunk.lastDay}; a row is of station ${cellText(strange.stnId)} and ${cellText(strange.tm)}`,
      };
    return acceptPage(envelope, index, ROWS);
  },
  // Weather happens every day.
  expected: () => 'open',
};

/** The service's own 99, not the gateway's: it stands in the JSON header of an answer to a range that is not over. */
const REFUSED_RANGE = /^\s*\{[^[]*"resultCode"\s*:\s*"?99"?/;

function plan(range: DayRange, scope?: FetchScope, now?: Date): readonly Chunk[] {
  const yesterday = now && fromDayNumber(Math.floor((now.getTime() + KOREA_OFFSET_MS) / 86_400_000) - 1);
  const end = yesterday && yesterday < range.lastDay ? yesterday : range.lastDay;
  const stations = scope?.markets?.length ? scope.markets : DEFAULT_STATIONS;
  return byYear(range.firstDay, end).flatMap(({ firstDay, lastDay }) =>
    stations.map((station) => ({
      id: `${station}/${firstDay}/${lastDay}`,
      shape: 'daily',
      firstDay,
      lastDay,
      parameters: { station },
      budget: BUDGET,
      expectedCalls: 1,
    })),
  );
}

function isAsked(item: Item, { firstDay, lastDay, parameters }: Chunk): boolean {
  const day = cellText(item.tm)?.trim() ?? '';
  return cellText(item.stnId)?.trim() === parameters.station && day >= firstDay && day <= lastDay;
}

function compact(day: string): string {
  return day.replaceAll('-', '');
}

/** The rows of one answer as cells of text. */
export function decode(answer: string): readonly (string | null)[][] {
  const envelope = readEnvelope({ status: 200, body: answer });
  return envelope.ok ? envelope.items.map((item) => itemCells(item, HEADER)) : [];
}
