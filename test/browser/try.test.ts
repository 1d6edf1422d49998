import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axe, findChromium, visit } from './browser.ts';
import { openSite, type Site } from './site.ts';

const chromium = findChromium();

describe.skipIf(!chromium)('forecasting a pasted table in the browser', () => {
  let browser: Browser;
  let site: Site;

  beforeAll(async () => {
    site = await openSite(chromium ?? '');
    browser = site.browser;
  });
  afterAll(async () => {
    await site?.close();
  });

  async function open(locale: 'ko-KR' | 'en-GB' = 'en-GB') {
    const opened = await visit(browser, { locale });
    await opened.page.goto(`${site.server.origin}/try/index.html`);
    return opened;
  }

  test('a worker computes the fan of every series under the strict CSP, and asks the server for nothing', async () => {
    const { page, context, complaints } = await open();
    const before = site.server.asked.length;
    const rows = Array.from({ length: 60 }, (_, t) => [
      `a,${t},${100 + t + 20 * Math.sin((t * Math.PI) / 6)}`,
      `b,${t},${50 + 5 * Math.cos((t * Math.PI) / 6)}`,
      `c,${t},`,
    ]).flat();
    await page.locator('#table').fill(['unique_id,ds,y', ...rows].join('\n'));
    await page.locator('#horizon').fill('6');
    await page.locator('#question button').click();
    await page.waitForSelector('figure');
    expect(await page.locator('#status').textContent()).toContain('Forecasts of 3 series');
    expect(await page.locator('figcaption').allTextContents()).toEqual([
      'a · ensemble',
      'b · ensemble',
      'c: no value, so no forecast',
    ]);
    expect(await page.locator('figure').first().locator('polygon.fan').count()).toBe(3);
    const points = await page.locator('figure').first().locator('polyline.mean').getAttribute('points');
    expect(points?.split(' ')).toHaveLength(6);
    expect(points).not.toContain('NaN');
    const saved = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download CSV' }).click();
    const csv = readFileSync(await (await saved).path(), 'utf8');
    expect(csv.split('\n')[0]).toBe('unique_id,step,model,mean,lo-95,lo-80,lo-50,hi-50,hi-80,hi-95');
    expect(
      csv
        .trimEnd()
        .split('\n')
        .map((line) => line.split(',', 2).join()),
    ).toEqual([
      'unique_id,step',
      ...['a', 'b'].flatMap((id) => [1, 2, 3, 4, 5, 6].map((step) => `${id},${step}`)),
    ]);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy the numbers' }).click();
    await page.getByText('Copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(csv);
    expect(page.workers()).toHaveLength(1);
    expect(site.server.asked.length).toBe(before);
    expect(complaints).toEqual([]);
    expect((await axe(page)).violations).toEqual([]);
    await context.close();
  });

  test('the address says the language, and the way back keeps it', async () => {
    const { page, context } = await visit(browser, { locale: 'ko-KR' });
    await page.goto(`${site.server.origin}/try/index.html?lang=en`);
    expect(await page.locator('h1').textContent()).toBe('Forecast a table');
    expect(await page.locator('#board').getAttribute('href')).toMatch(/\/\?lang=en$/);
    await page.locator('#language').click();
    await page.waitForURL(/lang=ko/);
    expect(await page.locator('h1').textContent()).toBe('표 하나로 예측');
    await context.close();
  });

  test('a dropped file is taken, and a bad line is named, in Korean too', async () => {
    const { page, context, complaints } = await open('ko-KR');
    await page.locator('#file').setInputFiles({
      name: 'prices.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`price\n${Array.from({ length: 30 }, (_, t) => 10 + (t % 4)).join('\n')}\n`),
    });
    await page.waitForSelector('figure svg');
    expect(await page.locator('#status').textContent()).toContain('1개 계열의 예측입니다');
    await page.locator('#table').fill('ds,y\n1,2\n2,dear');
    await page.locator('#question button').click();
    expect(await page.locator('#status').textContent()).toBe('3번째 줄을 읽을 수 없습니다: dear');
    expect(complaints).toEqual([]);
    await context.close();
  });
});
