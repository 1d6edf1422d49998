import { readEnvelope } from '../data-go-kr/envelope.ts';
import { cellText, itemCells, missingMember } from '../data-go-kr/item.ts';
import { acceptPage } from '../data-go-kr/page.ts';
import { CALLS_PER_DAY, keyFor, MANNERS, SERVICE_KEY } from '../data-go-kr/request.ts';
import type { Connector } from '../fetch/connector.ts';

const URL = 'https://apis.data.go.kr/B090041/openapi/service/SpcdeInfoService/getRestDeInfo';
const BUDGET = 'kasi-special-days';
const ROWS = 100;

export const HEADER = ['locdate', 'dateName', 'isHoliday'] as const;

export const connector: Connector = {
  keys: [keyFor('https://www.data.go.kr: 한국천문연구원 특일 정보 (SpcdeInfoService)')],
  manners: MANNERS,
  callsPerDay: { [BUDGET]: CALLS_PER_DAY },
  // The service answers by year; half a year's holidays would look like a year without the others.
  plan: ({ firstDay, lastDay }) => {
    const first = Number(firstDay.slice(0, 4));
    const last = Number(lastDay.slice(0, 4));
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => ({
      id: `${first + index}`,
      shape: 'rest-days',
      firstDay: `${first + index}-01-01`,
      lastDay: `${first + index}-12-31`,
      parameters: { year: `${first + index}` },
      budget: BUDGET,
      expectedCalls: 1,
    }));
  },
  request: ({ parameters }, index) => ({
    url: URL,
    query: {
      solYear: parameters.year!,
      numOfRows: String(ROWS),
      pageNo: String(index + 1),
      _type: 'json',
    },
    secrets: [SERVICE_KEY],
  }),
  judge: (answer, { parameters }, index) => {
    const envelope = readEnvelope(answer);
    if (!envelope.ok) return envelope;
    const missing = missingMember(envelope.items, HEADER);
    if (missing) return { ok: false, kind: 'schema', detail: `no row has the member \`${missing}\`` };
    const strange = envelope.items.find(
      (item) => cellText(item.locdate)?.trim().slice(0, 4) !== parameters.year,
    );
    if (strange)
      return {
        ok: false,
        kind: 'echo_mismatch',
        detail: `the year ${parameters.year} was asked for; a row is of ${cellText(strange.locdate)}`,
      };
    return acceptPage(envelope, index, ROWS);
  },
  // Every year has holidays: a year without rows is not announced yet, and is asked for again.
  expected: () => 'open',
};

/** The rows of one answer as cells of text, the day as an ISO day. */
export function decode(answer: string): readonly (string | null)[][] {
  const envelope = readEnvelope({ status: 200, body: answer });
  if (!envelope.ok) return [];
  return envelope.items.map((item) => {
    const [day, ...rest] = itemCells(item, HEADER);
    return [day?.trim().replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3') ?? null, ...rest];
  });
}
