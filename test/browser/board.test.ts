import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { axe, findChromium, type View, visit } from './browser.ts';
import { boardOf, FEED } from './canned-market.ts';
import type { CannedServer } from './canned-server.ts';
import { openSite, type Site } from './site.ts';

const chromium = findChromium();

describe.skipIf(!chromium)('the board in a browser', () => {
  let browser: Browser;
  let server: CannedServer;
  let site: Site;

  beforeAll(async () => {
    site = await openSite(chromium ?? '');
    ({ server, browser } = site);
  });
  afterEach(() => server.answer(() => undefined));
  afterAll(async () => {
    await site?.close();
  });

  async function open(address = '/?feed=demo', view: View = {}) {
    const opened = await visit(browser, view);
    await opened.page.goto(server.origin + address);
    await opened.page.waitForSelector('table.board tbody tr');
    return opened;
  }
  const firstItems = (page: Awaited<ReturnType<typeof open>>['page'], count: number) =>
    page
      .locator('table.board tbody th a')
      .evaluateAll((links, n) => links.slice(0, n).map((a) => a.textContent), count);

  test('a real feed comes first, the simulated one is marked on every page', async () => {
    const { page, context, complaints } = await open('/');
    expect(await page.locator('h1').textContent()).toContain('시험용 공표 시세');
    expect(await page.locator('.simulated').count()).toBe(0);
    await page.locator('.filter-feed select').selectOption('demo');
    await page.waitForSelector('.simulated');
    expect(await page.locator('.simulated').textContent()).toContain('모의 데이터');
    expect(page.url()).toContain('feed=demo');
    await page.locator('table.board tbody th a', { hasText: /^배추$/ }).click();
    await page.waitForSelector('figure.chart[data-ready=true]');
    expect(await page.locator('.simulated').textContent()).toContain('모의 데이터');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('day, freshness, version and the assumed times stand above the numbers', async () => {
    const { page, context } = await open();
    const freshness = await page.locator('.freshness').textContent();
    expect(freshness).toContain('2026년 11월 20일 (금)');
    expect(freshness).toContain('2026년 11월 21일 05:58');
    expect(freshness).toContain('demo-12.f3');
    expect(freshness).toContain('다음 장 11/21');
    expect(freshness).not.toContain('멈춤');
    expect(freshness).toContain('공개 시각은 추정');
    const foot = await page.locator('.site-foot').textContent();
    expect(foot).toContain('시황 시뮬레이터');
    expect(foot).toContain('CC0-1.0');
    await context.close();
  });

  test('a feed that fell silent says for how long, and promises no next market day', async () => {
    const { page, context } = await open('/?feed=demo', { now: '2026-12-04T09:00:00+09:00' });
    expect(await page.locator('.tag-stopped').textContent()).toBe('자료가 14일 전에서 멈춤');
    expect(await page.locator('.freshness').textContent()).not.toContain('다음 장');
    expect((await axe(page)).violations).toEqual([]);
    await context.close();
  });

  test('specifications are in the language of the page', async () => {
    const specs = async (locale: View['locale'] & string) => {
      const { page, context } = await open('/?feed=demo', { locale });
      const spec = await page.locator('table.board tbody th small').first().textContent();
      // biome-ignore lint/performance/useDomNodeTextContent: only what is seen counts, not what is hidden
      const foreign = /[가-힣]/.test(await page.locator('main').innerText());
      await context.close();
      return [spec, foreign];
    };
    expect(await specs('ko-KR')).toEqual(['일반 · 특 · 10 kg 상자 · 한빛시장', true]);
    expect(await specs('en-GB')).toEqual(['Common · top grade · 10 kg box · Hanbit', false]);
  });

  test('where a feed has several price kinds each row says its own, and one can be chosen', async () => {
    const kinds = ['survey-wholesale', 'survey-retail'];
    const several = { ...FEED, priceKinds: kinds };
    const board = boardOf(several);
    const rows = board.rows.map((row, index) => ({ ...row, priceKind: kinds[index % 2] ?? '' }));
    server.answer((path, query) => {
      if (path === '/feeds') return { status: 200, body: { feeds: [several] } };
      const wanted = query.get('priceKind');
      const shown = wanted ? rows.filter(({ priceKind }) => priceKind === wanted) : rows;
      return path === '/board' ? { status: 200, body: { ...board, rows: shown } } : undefined;
    });
    const { page, context } = await open();
    expect(new Set(await page.locator('.tag-kind').allTextContents())).toEqual(
      new Set(['중도매 판매가', '소매가']),
    );
    expect(await page.locator('.summary').textContent()).toMatch(/\((중도매 판매가|소매가)\)/);
    await page.getByLabel('가격 종류').selectOption('survey-retail');
    await page.waitForFunction(() => document.querySelectorAll('table.board tbody tr').length === 8);
    expect(page.url()).toContain('priceKind=survey-retail');
    expect(new Set(await page.locator('.tag-kind').allTextContents())).toEqual(new Set(['소매가']));
    expect(await page.locator('h1').textContent()).not.toContain('중도매');
    expect((await axe(page)).violations).toEqual([]);
    await context.close();
  });

  test('a newer day with few prices is named, and led to', async () => {
    const newer = { day: '2026-11-21', rows: 1 };
    server.answer((path, query) =>
      path === '/board' && !query.has('date')
        ? { status: 200, body: { ...boardOf(FEED), newer } }
        : undefined,
    );
    const { page, context } = await open();
    await page.getByRole('link', { name: '더 최근: 2026년 11월 21일 (토) 가격 1개' }).click();
    await page.waitForFunction(() => document.querySelector('.newer') === null);
    expect(page.url()).toContain('date=2026-11-21');
    await context.close();
  });

  test('columns sort by button, tell their direction, and live in the address', async () => {
    const { page, context } = await open();
    expect(await firstItems(page, 1)).toEqual(['당근']);
    const head = page.locator('thead th', { hasText: '가격' });
    await head.locator('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    expect(await firstItems(page, 2)).toEqual(['샤인머스캣', '방울토마토']);
    await head.locator('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    expect(page.url()).toContain('sort=price&dir=asc');
    await page.goBack();
    expect(await firstItems(page, 1)).toEqual(['샤인머스캣']);
    await page.locator('thead button', { hasText: '직전 거래일' }).click();
    const rows = await page.locator('table.board tbody th a').allTextContents();
    expect(rows.at(-1)).toBe('배');
    await context.close();
  });

  test('a change that rounds to zero is 보합 without colour or glyph', async () => {
    const { page, context } = await open();
    const row = page.locator('tbody tr', { has: page.getByRole('link', { name: '시금치', exact: true }) });
    const change = row.locator('td').nth(1).locator('.change');
    expect(await change.textContent()).toBe('보합 0%');
    expect(await change.getAttribute('class')).toContain('change-flat');
    await context.close();
  });

  test('what a forecast has earned stands beside it: its error against the baseline’s, or how often its interval held', async () => {
    const { page, context } = await open();
    const earned = async (badge: string) =>
      (await page
        .locator('.forecast-cell', { has: page.locator(badge) })
        .first()
        .textContent()) ?? '';
    expect(await earned('.badge-model')).toMatch(/오차 −\d+\.\d%/);
    expect(await earned('.badge-baseline')).toMatch(/80% 적중 \d+\.\d%/);
    await context.close();
  });

  test('the verdict tells skill and coverage on focus, and Escape hides them', async () => {
    const { page, context } = await open();
    const row = page.locator('tbody tr', { has: page.getByRole('link', { name: '배추', exact: true }) });
    const verdict = row.locator('.badge-model');
    await verdict.focus();
    const tip = page.locator(`[id="${await verdict.getAttribute('aria-describedby')}"]`);
    expect(await tip.isVisible()).toBe(true);
    expect(await tip.textContent()).toMatch(
      /기준선 대비 오차 개선 \+7\.7%[\s\S]*80% 구간 적중 75\.8%[\s\S]*지난 예측 26회/,
    );
    await page.keyboard.press('Escape');
    expect(await tip.isVisible()).toBe(false);
    await context.close();
  });

  test('filters ask the server and stay through a reload', async () => {
    const { page, context } = await open();
    await page.getByLabel('부류').selectOption('leaf');
    await page.waitForFunction(() => document.querySelectorAll('table.board tbody tr').length === 5);
    expect(page.url()).toContain('category=leaf');
    await page.reload();
    await page.waitForSelector('table.board tbody tr');
    expect(await page.locator('table.board tbody tr').count()).toBe(5);
    await page.getByLabel('이 날까지 알려진 값').fill('2026-11-01');
    await page.waitForSelector('.as-of');
    await expect.poll(() => server.asked.at(-1)).toContain('asOf=2026-11-01');
    await context.close();
  });

  test('the language follows the browser, then the address', async () => {
    const { page, context } = await open('/?feed=demo', { locale: 'en-GB' });
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.locator('h1').textContent()).toContain('Market board');
    await page.getByRole('link', { name: '한국어' }).click();
    await page.waitForSelector('html[lang=ko] table.board tbody tr');
    expect(page.url()).toMatch(/feed=demo.*lang=ko/);
    await page.getByRole('link', { name: '배추', exact: true }).click();
    await page.waitForSelector('figure.chart');
    expect(page.url()).toContain('lang=ko');
    await context.close();
  });

  test('a new version and the progress of forecasts arrive without a reload', async () => {
    const { page, context } = await open();
    await page.waitForTimeout(300);
    server.push({ kind: 'progress', feed: 'demo', version: 'demo-12.f4', computed: 40, total: 620 });
    await page.waitForSelector('progress');
    expect(await page.locator('.progress').textContent()).toContain('예측 40/620 계산됨');
    server.answer((path) =>
      path === '/feeds' ? { status: 200, body: { feeds: [{ ...FEED, version: 'demo-13' }] } } : undefined,
    );
    const before = server.asked.filter((asked) => asked.startsWith('/board')).length;
    server.push({ kind: 'version', feed: 'demo', version: 'demo-13', computed: 620, total: 620 });
    await page.waitForFunction(() => document.querySelector('header')?.textContent?.includes('demo-13'));
    await expect
      .poll(() => server.asked.filter((asked) => asked.startsWith('/board')).length)
      .toBeGreaterThan(before);
    await context.close();
  });

  test.each([320, 1024, 1280])('no figure is broken in two at %i px', async (width) => {
    const { page, context } = await open('/?feed=demo', { width });
    const broken = await page.evaluate(() =>
      [...document.querySelectorAll('.price-cell b, .board .change, .forecast-range')]
        .filter((figure) => figure.getClientRects().length > 1 || figure.getBoundingClientRect().height > 28)
        .map((figure) => figure.textContent),
    );
    expect(broken).toEqual([]);
    await context.close();
  });

  test.each([320, 360, 768, 1024, 1280])('nothing runs over the side at %i px', async (width) => {
    const { page, context } = await open('/?feed=demo', { width });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    await context.close();
  });

  test('the head of the table stays in sight while its rows scroll', async () => {
    const { page, context } = await open('/?feed=demo', { height: 500 });
    await page.locator('table.board tbody tr').last().scrollIntoViewIfNeeded();
    const top = await page
      .locator('table.board thead th')
      .first()
      .evaluate((th) => th.getBoundingClientRect().top);
    expect(top).toBeCloseTo(0, 0);
    await context.close();
  });
});
