import type { Connector, Verdict } from '../../fetch/connector.ts';
import { readEnvelope } from '../envelope.ts';
import { missingMember } from '../item.ts';
import { acceptPage } from '../page.ts';
import { CALLS_PER_DAY, keyFor, MANNERS, SERVICE_KEY } from '../request.ts';
import { CODE_TABLES } from './tables.ts';

const ROWS_ASKED = 1000;
const BUDGET = 'katCode';

/**
 * Asks for the code tables as they are today, one chunk a table, whatever the range: a code has no day. Its answers are
 * read by `readCodes`, not taken into the lake.
 */
export const codeTables: Connector = {
  keys: [keyFor('https://www.data.go.kr/data/15141818/openapi.do')],
  manners: MANNERS,
  callsPerDay: { [BUDGET]: CALLS_PER_DAY },
  plan: (range) =>
    Object.keys(CODE_TABLES).map((table) => ({
      id: `codes/${table}/${range.lastDay}`,
      shape: table,
      firstDay: range.lastDay,
      lastDay: range.lastDay,
      parameters: { table },
      budget: BUDGET,
      // The goods alone are many: 17,000 to 18,000 by estimate, retired ones included.
      expectedCalls: table === 'goods' ? 18 : 1,
    })),
  request: (chunk, index) => ({
    url: `https://apis.data.go.kr/B552845/katCode/${chunk.parameters.table}`,
    query: { returnType: 'JSON', numOfRows: String(ROWS_ASKED), pageNo: String(index + 1) },
    secrets: [SERVICE_KEY],
  }),
  judge: (answer, chunk, index): Verdict => {
    const envelope = readEnvelope(answer);
    if (!envelope.ok) return envelope;
    const columns = Object.entries(CODE_TABLES).find(([table]) => table === chunk.parameters.table)?.[1];
    const missing = missingMember(envelope.items, (columns ?? []).flat());
    if (missing)
      return {
        ok: false,
        kind: 'schema',
        detail: `no row of ${chunk.shape} has \`${missing}\`: its columns are others`,
      };
    return acceptPage(envelope, index, ROWS_ASKED);
  },
  // A code table is never empty.
  expected: () => 'open',
};
