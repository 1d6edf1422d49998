import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { playScene } from '../support/feed-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'sihwang-sources-check-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const YEAR = String(new Date(Date.now() + 9 * 3_600_000 - 86_400_000).getUTCFullYear());
const HOLIDAY = { dateKind: '01', dateName: '1월1일', isHoliday: 'Y', locdate: `${YEAR}0101`, seq: 1 };
const WELL = JSON.stringify({
  response: {
    header: { resultCode: '00', resultMsg: 'NORMAL SERVICE.' },
    body: { items: { item: [HOLIDAY] }, numOfRows: 100, pageNo: 1, totalCount: 1 },
  },
});
const XML =
  '<OpenAPI_ServiceResponse><cmmMsgHeader><errMsg>SERVICE ERROR</errMsg><returnAuthMsg>SERVICE_KEY_IS_NOT_REGISTERED_ERROR</returnAuthMsg><returnReasonCode>30</returnReasonCode></cmmMsgHeader></OpenAPI_ServiceResponse>';
const PAGE = '<!DOCTYPE html><html><body>Access denied</body></html>';

it.each([
  ['an answer with rows', WELL, 0, /well: 1 rows on the first page/],
  ['an XML error in a JSON call', XML, 75, /^auth: /m],
  ['a page for people', PAGE, 75, /^blocked: /m],
])('says in words what came: %s', async (name, body, code, words) => {
  const server = await playScene({
    exchanges: [{ path: '/B090041/openapi/service/SpcdeInfoService/getRestDeInfo', answer: { body } }],
  });
  const home = join(folder, name.replaceAll(' ', '-'));
  try {
    const origins = { 'https://apis.data.go.kr': server.origin };
    const env = { DATA_GO_KR_KEY: 'false-key', SIHWANG_ORIGINS: JSON.stringify(origins) };
    const ran = await runCli(['sources', 'check', 'kasi-special-days', '--home', home], { env });
    expect(server.complaints).toEqual([]);
    expect([ran.code, ran.stderr], ran.stdout).toEqual([code, '']);
    expect(ran.stdout).toMatch(words);
    expect(ran.stdout).toContain(`solYear=${YEAR}`);
    expect(ran.stdout).not.toContain('false-key');
    expect(server.calls).toHaveLength(1);
    const plan = await runCli(['fetch', 'kasi-special-days', '--dry-run', '--json', '--home', home], { env });
    expect(JSON.parse(plan.stdout).budgets).toMatchObject([{ usedToday: 1 }]);
  } finally {
    await server.close();
  }
});
