import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { axe, findChromium, visit } from './browser.ts';
import { NOTHING_SAID } from './canned-ledger.ts';
import { boardOf, CABBAGE, COMPUTING, FEED } from './canned-market.ts';
import { type Answers, type CannedServer, FAILURE } from './canned-server.ts';
import { openSite, type Site } from './site.ts';

const chromium = findChromium();
const ITEM = `/items?series=${encodeURIComponent(CABBAGE)}`;

describe.skipIf(!chromium)('every state of the pages', () => {
  let browser: Browser;
  let server: CannedServer;
  let site: Site;

  beforeAll(async () => {
    site = await openSite(chromium ?? '');
    ({ server, browser } = site);
  });
  afterEach(() => {
    server.answer(() => undefined);
    server.streams(true);
  });
  afterAll(async () => {
    await site?.close();
  });

  async function open(address: string, answers: Answers) {
    server.answer(answers);
    const opened = await visit(browser);
    await opened.page.goto(server.origin + address);
    return opened;
  }

  test('loading: the place is held and announced as busy', async () => {
    const { page, context } = await open('/?feed=demo', (path) => (path === '/board' ? 'hold' : undefined));
    await page.waitForSelector('.loading[aria-busy=true]');
    expect(await page.locator('h1').textContent()).toContain('시황판');
    expect((await axe(page)).violations).toEqual([]);
    await context.close();
  });

  test('empty: says why, and offers the way out', async () => {
    const empty = { ...boardOf(FEED), rows: [], total: 0 };
    const { page, context } = await open('/?feed=demo&category=root', (path, query) =>
      path === '/board' && query.has('category') ? { status: 200, body: empty } : undefined,
    );
    await page.waitForSelector('.empty');
    expect(await page.locator('.empty').textContent()).toContain('이 조건에 맞는 시세가 없습니다.');
    expect((await axe(page)).violations).toEqual([]);
    await page.getByRole('button', { name: '거르기 모두 풀기' }).click();
    await page.waitForSelector('table.board tbody tr');
    await context.close();
  });

  test('a home without any feed says how to fill it', async () => {
    const { page, context } = await open('/', (path) =>
      path === '/feeds' ? { status: 200, body: { feeds: [] } } : undefined,
    );
    await page.waitForSelector('.empty');
    expect(await page.locator('.empty').textContent()).toContain('sihwang ingest');
    await context.close();
  });

  test('error: what failed, the next step, the request, and a retry that works', async () => {
    const { page, context } = await open('/?feed=demo', (path) => (path === '/board' ? FAILURE : undefined));
    await page.waitForSelector('[role=alert]');
    const said = await page.locator('[role=alert]').textContent();
    expect(said).toContain('시세표를 불러오지 못했습니다.');
    expect(said).toContain('자료를 바꾸는 중입니다. 잠시 뒤 다시 하세요.');
    expect(said).toContain('req-4711');
    expect((await axe(page)).violations).toEqual([]);
    server.answer(() => undefined);
    await page.getByRole('button', { name: '다시 시도' }).click();
    await page.waitForSelector('table.board tbody tr');
    await context.close();
  });

  test('without records the item page says so quietly, and stands; with them it fills in by itself', async () => {
    const { page, context } = await open(ITEM, (path) =>
      path === '/ledger' || path === '/board/live' ? FAILURE : undefined,
    );
    await page.waitForSelector('figure.chart[data-ready=true]');
    const ledger = page.locator('section.ledger');
    await expect.poll(() => ledger.textContent()).toContain('sihwang records status');
    expect(await page.locator('[role=alert]').count()).toBe(0);
    expect((await axe(page)).violations).toEqual([]);
    server.answer((path) => (path === '/ledger' ? { status: 200, body: NOTHING_SAID } : undefined));
    server.push({ kind: 'run', run: null });
    await expect.poll(() => ledger.textContent(), { timeout: 20_000 }).toContain('아직 없습니다');
    await context.close();
  });

  test('a failed forecast leaves the prices standing', async () => {
    const { page, context } = await open(ITEM, (path) => (path === '/forecast' ? FAILURE : undefined));
    await page.waitForSelector('[role=alert]');
    expect(await page.locator('[role=alert]').textContent()).toContain('예측을 불러오지 못했습니다.');
    expect(await page.locator('figure.chart').count()).toBe(1);
    expect(await page.locator('.kpis').count()).toBe(1);
    await context.close();
  });

  test('a series nobody knows is refused in words', async () => {
    const { page, context } = await open('/items?series=nothing', () => undefined);
    await page.waitForSelector('[role=alert]');
    expect(await page.locator('[role=alert]').textContent()).toContain(
      '없는 계열입니다. 시황판에서 고르세요.',
    );
    await context.close();
  });

  test('being computed is said, never shown as a baseline', async () => {
    const board = boardOf(FEED);
    const rows = board.rows.map((row) => ({ ...row, forecast: COMPUTING }));
    const feed = { ...FEED, forecasts: { computed: 40, total: 620, running: true } };
    const { page, context } = await open('/?feed=demo', (path) => {
      if (path === '/board') return { status: 200, body: { ...board, rows } };
      return path === '/feeds' ? { status: 200, body: { feeds: [feed] } } : undefined;
    });
    await page.waitForSelector('table.board tbody tr');
    const badges = await page.locator('.badge').allTextContents();
    expect(new Set(badges)).toEqual(new Set(['계산 중']));
    expect(await page.locator('.forecast-range').count()).toBe(0);
    expect(await page.locator('.progress').textContent()).toContain('예측 40/620 계산됨');
    expect(await page.locator('.summary').textContent()).toContain('아직 계산하고 있습니다');
    expect((await axe(page)).violations).toEqual([]);
    await context.close();
  });

  test('offline: the last data stays, the loss is said, and the stream comes back by itself', async () => {
    const { page, context } = await open('/?feed=demo', () => undefined);
    await page.waitForSelector('table.board tbody tr');
    await page.waitForTimeout(300);
    server.streams(false);
    await page.waitForSelector('.offline');
    expect(await page.locator('.offline').textContent()).toContain('연결 끊김');
    expect(await page.locator('table.board tbody tr').count()).toBe(16);
    server.streams(true);
    await page.waitForSelector('.offline', { state: 'detached', timeout: 20_000 });
    await context.close();
  });

  test('an address that leads nowhere leads back to the board', async () => {
    const { page, context } = await open('/nowhere', () => undefined);
    expect(await page.getByRole('link', { name: '시황', exact: true }).count()).toBe(1);
    await page.getByRole('link', { name: '시황판으로' }).click();
    await page.waitForSelector('table.board tbody tr');
    await context.close();
  });
});
