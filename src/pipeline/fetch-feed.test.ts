import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LotServer, lotServer, PAGES_A_DAY } from '../../test/support/lot-server.ts';
import { type Home, openHome } from '../lake/index.ts';
import { feedById } from '../sources/index.ts';
import type { AskedFeed } from './fetch-batch.ts';
import { estimateFetch, type FetchQuestion, fetchFeed } from './fetch-feed.ts';
import { readFetchState } from './fetch-journal.ts';

let folder: string;
let home: Home;
let server: LotServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-fetch-'));
  home = openHome(folder);
  server = await lotServer();
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
});

const original = feedById('at-origin') as AskedFeed;
const withLimit = (callsPerDay: number): AskedFeed => ({
  ...original,
  connector: { ...original.connector, callsPerDay: { katOrigin: callsPerDay } },
});
const QUESTION: FetchQuestion = {
  range: { firstDay: '2026-07-20', lastDay: '2026-07-24' },
  scope: { markets: ['110001'] },
  backfill: false,
};
const environment = () => ({ DATA_GO_KR_KEY: 'false-key', SIHWANG_ORIGINS: server.origins });
const fetchAt = (now: string, feed: AskedFeed, question = QUESTION, env = environment()) =>
  fetchFeed(home, feed, question, {
    waitMs: 0,
    command: 'test',
    environment: env,
    now: () => new Date(now),
    sleep: async () => {},
  });

it('stops at the day’s last call and goes on the next day, asking only for what was not finished', async () => {
  expect(original.connector.plan(QUESTION.range!, QUESTION.scope)[0]!.budget).toBe('katOrigin');
  const first = await fetchAt('2026-11-01T00:00:00Z', withLimit(7));
  expect(first).toMatchObject({ calls: 7, stop: { kind: 'quota', until: '2026-11-01T15:00:00.000Z' } });
  const again = await fetchAt('2026-11-01T01:00:00Z', withLimit(7));
  expect(again.calls).toBe(0);
  const rest = await fetchAt('2026-11-01T15:00:00Z', withLimit(20));
  expect(rest.left).toBe(0);
  expect(new Set(server.calls).size).toBe(5 * PAGES_A_DAY);
  // fifteen hours later the pages of the chunks that were under way are read anew, and no others
  expect(server.calls.length).toBeLessThanOrEqual(5 * PAGES_A_DAY + 2 * PAGES_A_DAY);
  expect(await estimateFetch(home, original, QUESTION, { environment: {} })).toMatchObject({
    ask: [],
    skipped: 5,
  });
});

it('a source that says its calls are used up is not asked again that day, by any process', async () => {
  server.refusal =
    '<OpenAPI_ServiceResponse><cmmMsgHeader><returnReasonCode>22</returnReasonCode></cmmMsgHeader></OpenAPI_ServiceResponse>';
  const one = {
    ...original,
    connector: { ...original.connector, manners: { ...original.connector.manners, parallel: 1 } },
  };
  expect(await fetchAt('2026-11-01T00:00:00Z', one)).toMatchObject({
    calls: 1,
    left: 5,
    settled: [],
    stop: { kind: 'quota' },
  });
  server.refusal = undefined;
  expect(await fetchAt('2026-11-01T14:59:00Z', one)).toMatchObject({ calls: 0, left: 5 });
  expect(await fetchAt('2026-11-01T15:00:00Z', one)).toMatchObject({ calls: 15, left: 0 });
});

it('leaves a source in peace that shows a page for people, and takes nothing in', async () => {
  server.refusal = '<html>blocked</html>';
  const blocked = await fetchAt('2026-11-01T00:00:00Z', original);
  expect(blocked).toMatchObject({ left: 5, taken: [], stop: { kind: 'blocked' } });
  expect(blocked.calls).toBeLessThanOrEqual(original.connector.manners.parallel);
  expect((await fetchAt('2026-11-01T00:10:00Z', original)).calls).toBe(0);
});

it('tells the cost without a call or a key, and a backfill leaves the daily fetch its share', async () => {
  const estimate = await estimateFetch(
    home,
    withLimit(10),
    { ...QUESTION, backfill: true },
    { environment: {} },
  );
  expect(estimate.ask.length).toBe(5);
  expect(estimate.budgets).toMatchObject([
    { budget: 'katOrigin', callsPerDay: 10, reserved: 5, usedToday: 0 },
  ]);
  expect(server.calls).toEqual([]);
  const backfill = await fetchAt('2026-11-01T00:00:00Z', withLimit(10), { ...QUESTION, backfill: true });
  expect(backfill.calls).toBe(5);
});

it('names the key that is missing and where to apply, and an unreadable map of origins', async () => {
  await expect(
    fetchAt('2026-11-01T00:00:00Z', original, QUESTION, { ...environment(), DATA_GO_KR_KEY: '' }),
  ).rejects.toMatchObject({
    exit: 78,
    code: 'KEY_MISSING',
    hint: expect.stringMatching(/data\.go\.kr.*DATA_GO_KR_KEY/),
  });
  await expect(
    fetchAt('2026-11-01T00:00:00Z', original, QUESTION, { ...environment(), SIHWANG_ORIGINS: 'x' }),
  ).rejects.toMatchObject({ exit: 78, code: 'ORIGINS_UNREADABLE' });
});

it('raises that a feed is silent when nothing newer came in time', async () => {
  await fetchAt('2026-11-01T00:00:00Z', original);
  expect(await readFetchState(home).events()).toMatchObject([{ feed: 'at-origin', id: 'silent' }]);
});
