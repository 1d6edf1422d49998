import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, visit } from './browser.ts';
import { detailOf, FAILED, RUNNING, RUNS } from './canned-runs.ts';
import { type CannedServer, FAILURE } from './canned-server.ts';
import { openSite, type Site } from './site.ts';

const chromium = findChromium();
const ok = (body: unknown) => ({ status: 200, body });
const addressOf = (id: string) => `/runs?run=${encodeURIComponent(id)}`;

describe.skipIf(!chromium)('the page of runs', () => {
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

  test('is reached from the board, and says how fresh the mornings were and how the newest run goes', async () => {
    const { page, context, complaints } = await visit(browser, {
      locale: 'en-GB',
      now: '2026-11-28T21:20:00Z',
    });
    await page.goto(`${server.origin}/?feed=demo`);
    await page.getByRole('link', { name: 'Runs' }).click();
    await page.waitForSelector('table.run-steps tbody tr');
    const said = await page.locator('main').textContent();
    expect(said).toContain('on 24 of 26 mornings the numbers were there within 60 minutes');
    expect(said).toContain('3 of 6 steps');
    const drift = page.locator('details', { hasText: 'Open drift alarms: 31' });
    expect(await drift.textContent()).toContain(
      'demo, the whole feed: 2 weeks, outside what the backtest promised',
    );
    expect(await drift.textContent()).toContain('29 more');
    expect(await page.locator('.mornings rect').count()).toBe(27);
    expect(await page.locator('table.run-steps tbody tr').count()).toBe(6);
    expect(await page.locator('table.runs tr[aria-current=true]').textContent()).toContain('running');
    if (process.env.SIHWANG_SHOTS)
      await page.screenshot({ path: `${process.env.SIHWANG_SHOTS}/runs-en.png`, fullPage: true });
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('shows another run with what failed of it, and asks for doing it again once', async () => {
    const { page, context } = await visit(browser, { width: 360 });
    await page.goto(server.origin + addressOf(FAILED.id));
    await page.waitForSelector('.step-error');
    expect(await page.locator('.step-error').textContent()).toContain(
      '공표처가 60초 동안 답하지 않았습니다 · sihwang sources check demo',
    );
    if (process.env.SIHWANG_SHOTS)
      await page.screenshot({ path: `${process.env.SIHWANG_SHOTS}/runs-ko-360.png`, fullPage: true });
    server.answer((path) =>
      path.endsWith('/retry')
        ? { status: 200, body: { id: 1, kind: 'run.retry', run: FAILED.id, state: 'open' } }
        : undefined,
    );
    const button = page.getByRole('button', { name: '실패한 단계 다시' });
    await button.click();
    await page.getByText('요청했습니다').waitFor();
    expect(await button.isDisabled()).toBe(true);
    expect(server.asked.filter((asked) => asked.endsWith('/retry'))).toHaveLength(1);
    await context.close();
  });

  test('follows a run live, without asking on its own', async () => {
    const { page, context } = await visit(browser, { locale: 'en-GB', now: '2026-11-28T21:20:00Z' });
    await page.goto(`${server.origin}/runs`);
    await page.waitForSelector('table.run-steps tbody tr');
    await page.waitForTimeout(1500);
    const before = server.asked.length;
    const ended = {
      ...RUNNING,
      state: 'succeeded',
      endedAt: '2026-11-28T21:21:00.000Z',
      steps: { succeeded: 6 },
    } as const;
    server.answer((path) => {
      if (path === '/runs') return ok({ ...RUNS, runs: [ended, ...RUNS.runs.slice(1)] });
      return path.startsWith('/runs/') ? ok(detailOf(ended)) : undefined;
    });
    await page.waitForTimeout(1000);
    expect(server.asked.length).toBe(before);
    server.push({ kind: 'run', run: RUNNING.id });
    await page.locator('tr[aria-current=true]', { hasText: '6 of 6 steps' }).waitFor();
    expect(await page.locator('.bar-succeeded').count()).toBe(6);
    expect(await page.getByRole('button', { name: 'End it' }).count()).toBe(0);
    await context.close();
  });

  test('says what to do where nothing ran yet, and where the records are not open', async () => {
    const { page, context } = await visit(browser, { locale: 'en-GB' });
    server.answer((path) => (path === '/runs' ? ok({ runs: [], mornings: null }) : undefined));
    await page.goto(`${server.origin}/runs`);
    await page.waitForSelector('.empty');
    expect(await page.locator('main').textContent()).toContain('sihwang schedule add daily --default');
    server.answer((path) => (path === '/runs' ? FAILURE : undefined));
    await page.reload();
    await page.waitForSelector('[role=alert]');
    expect(await page.locator('[role=alert]').textContent()).toContain('Could not load the list of runs.');
    await context.close();
  });
});
