import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axe, findChromium, type View, visit } from './browser.ts';
import { CABBAGE } from './canned-market.ts';
import type { CannedServer } from './canned-server.ts';
import { openSite, type Site } from './site.ts';

const chromium = findChromium();
const ADDRESS = `/items?series=${encodeURIComponent(CABBAGE)}`;

describe.skipIf(!chromium)('the item page in a browser', () => {
  let browser: Browser;
  let server: CannedServer;
  let site: Site;

  beforeAll(async () => {
    site = await openSite(chromium ?? '');
    ({ server, browser } = site);
  });
  afterAll(async () => {
    await site?.close();
  });

  async function open(address = ADDRESS, view: View = {}) {
    const opened = await visit(browser, view);
    await opened.page.goto(server.origin + address);
    await opened.page.waitForSelector('figure.chart[data-ready=true]');
    return opened;
  }
  const spoken = (page: Page) => page.locator('.chart-spoken');

  test('title, figures, tables and the way to other series', async () => {
    const { page, context, complaints } = await open();
    expect(await page.locator('h1').textContent()).toMatch(/배추[\s\S]*10 kg 상자 · 한빛시장 · 경락가/);
    expect(await page.locator('.kpis').textContent()).toContain('920');
    expect(await page.locator('figcaption').textContent()).toMatch(/가격은 920 원\/kg.*평년 대비/);
    const horizons = await page.locator('.forecast table').first().locator('tbody th').allTextContents();
    expect(horizons).toEqual(['다음 거래일', '1주', '2주', '4주']);
    expect(await page.locator('.backtests').isVisible()).toBe(false);
    await page.getByText('모든 후보의 성적').click();
    const backtest = page.locator('.backtests table').first();
    expect(await backtest.locator('tbody tr').count()).toBe(7);
    expect((await backtest.locator('tbody th').allTextContents()).slice(0, 2)).toEqual([
      '마지막 값naive',
      '그때 보인 예측shown',
    ]);
    expect(await page.locator('.siblings a').allTextContents()).toEqual([
      '일반 · 특 · 10 kg 상자 · 새들시장',
    ]);
    expect(decodeURIComponent((await page.locator('a.csv').getAttribute('href')) ?? '')).toBe(
      `/api/v1/series.csv?series=${CABBAGE}`,
    );
    expect(
      decodeURIComponent((await page.locator('a[href*="explain.csv"]').getAttribute('href')) ?? ''),
    ).toMatch(
      new RegExp(
        `^/api/v1/explain.csv\\?series=${CABBAGE.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}&date=20`,
      ),
    );
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('a model has a name, and shows its id on focus', async () => {
    const { page, context } = await open(ADDRESS, { locale: 'en-GB' });
    await page.getByText('Scores of every candidate').click();
    const name = page.locator('.backtests table').first().locator('.model-name').first();
    expect(await name.textContent()).toBe('last price');
    await name.focus();
    const tip = page.locator('.backtests table').first().locator('.tip').first();
    expect([await tip.isVisible(), await tip.textContent()]).toEqual([true, 'naive']);
    await context.close();
  });

  test('what was said stands beside what came, and what was earned live beside the backtest', async () => {
    const { page, context, complaints } = await open();
    const ledger = page.locator('section.ledger');
    await ledger.locator('.ledger-chart').waitFor();
    const live = ledger.locator('table').first();
    expect(await live.locator('tbody th').allTextContents()).toEqual(['다음 거래일', '1주', '2주', '4주']);
    expect(await live.locator('.badge-live').allTextContents()).toEqual([
      '실전 +8.1%',
      '실전 −2.4%',
      '실전 –',
    ]);
    expect(await live.locator('tbody tr').last().textContent()).toContain('아직 한 분기가 안 됨');
    expect(await live.locator('.tag').allTextContents()).toEqual(['이탈 경보']);
    expect(await ledger.locator('button[aria-pressed=true]').textContent()).toBe('4주');
    // four weeks ahead of the last day on which a forecast had come
    expect(await ledger.locator('.ledger-chart circle').count()).toBe(50);
    const rows = ledger.locator('table').nth(1).locator('tbody tr');
    expect(await rows.count()).toBe(12);
    expect(await rows.first().textContent()).toContain('2026년 12월 18일 (금)');
    expect((await rows.allTextContents()).filter((row) => row.includes('2판'))).toHaveLength(1);
    await ledger.getByRole('button', { name: '모두 보기' }).click();
    expect(await rows.count()).toBe(61);
    await ledger.getByRole('button', { name: '다음 거래일' }).click();
    await expect.poll(() => ledger.locator('.ledger-chart circle').count()).toBe(59);
    expect(await page.locator('.forecast table').first().locator('.badge-live').count()).toBe(3);
    const { violations, incomplete } = await axe(page);
    expect([...violations, ...incomplete.filter((line) => !/class="glyph"|<text/.test(line))]).toEqual([]);
    if (process.env.SIHWANG_SHOTS)
      await page.screenshot({ path: `${process.env.SIHWANG_SHOTS}/item-ko.png`, fullPage: true });
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('arrow keys walk the market days and each day is spoken', async () => {
    const { page, context } = await open();
    await page.locator('.chart-surface').focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => spoken(page).textContent()).toContain('2026년 11월 20일 (금) 평균 920원/kg');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => spoken(page).textContent()).toMatch(/예측 .* 80% 구간/);
    await page.keyboard.press('Home');
    await expect.poll(() => spoken(page).textContent()).toContain('2019년');
    await page.keyboard.press('PageDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => spoken(page).textContent()).toMatch(/^읽는 값: 가격\. 2019년/);
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.className)).not.toContain('chart-surface');
    await context.close();
  });

  test('a Sunday is no gap, a lost fortnight is, and a left-out day says why', async () => {
    const { page, context } = await open();
    await page.getByText('표로 보기').click();
    const rows = page.locator('.series-table tbody tr');
    expect(await rows.count()).toBe(25);
    expect(await page.locator('.series-table tbody tr', { hasText: '(일)' }).first().textContent()).toContain(
      '휴장',
    );
    expect(await page.locator('.series-table').textContent()).toContain('가격에서 뺌: 평소 값의 5배 이상');
    await page.getByRole('button', { name: '더 예전' }).click();
    expect(await page.locator('.pager').textContent()).toContain('26–50');
    for (let at = 0; at < 5; at++) await page.getByRole('button', { name: '더 예전' }).click();
    expect(await page.locator('.series-table').textContent()).toContain('거래 없음');
    await context.close();
  });

  test('range and as-of live in the address', async () => {
    const { page, context } = await open();
    await page.getByRole('button', { name: '3년' }).click();
    expect(page.url()).toContain('range=3Y');
    expect(await page.getByRole('button', { name: '3년' }).getAttribute('aria-pressed')).toBe('true');
    await page.getByLabel('이 날까지 알려진 값').fill('2026-10-01');
    await page.waitForSelector('.as-of');
    expect(server.asked.filter((asked) => asked.includes('asOf=2026-10-01'))).toHaveLength(3);
    await context.close();
  });

  test('the canvas is painted again when the scheme changes', async () => {
    const { page, context } = await open();
    const darkness = () =>
      page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('.chart-surface canvas');
        const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        let opaque = 0;
        let light = 0;
        for (let i = 0; i < pixels.length; i += 4) {
          if ((pixels[i + 3] ?? 0) < 250) continue;
          opaque++;
          light += pixels[i] ?? 0;
        }
        return light / opaque;
      });
    const inLight = await darkness();
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.waitForSelector('figure.chart[data-ready=true]');
    await expect.poll(darkness).not.toBeCloseTo(inLight, 0);
    const inDark = await darkness();
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(darkness).toBeCloseTo(inLight, 0);
    await page.getByLabel('화면').selectOption('dark');
    await expect.poll(darkness).toBeCloseTo(inDark, 0);
    await context.close();
  });

  test.each([
    [360, '1년'],
    [1280, '10년'],
  ] as const)('arrivals stand at %i px over %s too', async (width, range) => {
    const { page, context } = await open(ADDRESS, { width });
    await page.getByRole('button', { name: range, exact: true }).click();
    const barPixels = () =>
      page.evaluate(() => {
        const canvas = document.querySelectorAll<HTMLCanvasElement>('.chart-surface canvas')[1];
        const { width: across = 0, height: down = 0 } = canvas ?? {};
        // between the grid lines and right of the axis: nothing but bars is drawn there
        const box = [80, Math.round(down * 0.5), across - 100, 3] as const;
        const { data } = canvas?.getContext('2d')?.getImageData(...box) ?? { data: [] };
        return [...data].filter((value, at) => at % 4 === 3 && value > 0).length;
      });
    await expect.poll(barPixels).toBeGreaterThan(100);
    await context.close();
  });

  test.each([320, 360, 768, 1280])('nothing runs over the side at %i px', async (width) => {
    const { page, context } = await open(ADDRESS, { width });
    await page.getByText('표로 보기').click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    await context.close();
  });

  test('the keyboard alone goes from search to the table of an item and back', async () => {
    const { page, context, complaints } = await visit(browser);
    await page.goto(`${server.origin}/?feed=demo`);
    await page.waitForSelector('table.board tbody tr');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
    await page.keyboard.press('/');
    await page.keyboard.type('ㅂㅊ');
    await page.waitForSelector('[role=option]');
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('[role=option][aria-selected=true]').textContent()).toContain('배추');
    await page.keyboard.press('Enter');
    await page.waitForSelector('figure.chart[data-ready=true]');
    for (let presses = 0; presses < 30; presses++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(() => document.activeElement?.classList.contains('chart-surface'))) break;
    }
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => spoken(page).textContent()).toContain('2026년 11월 20일');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('details.data-table').getAttribute('open')).not.toBeNull();
    await page.goBack();
    await page.waitForSelector('table.board tbody tr');
    expect(complaints).toEqual([]);
    await context.close();
  });
});
