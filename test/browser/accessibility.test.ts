import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axe, findChromium, visit } from './browser.ts';
import { CABBAGE } from './canned-market.ts';
import type { CannedServer } from './canned-server.ts';
import { openSite, type Site } from './site.ts';

const chromium = findChromium();

const PAGES = [
  { page: 'board', address: '/?feed=demo', ready: 'table.board tbody tr' },
  {
    page: 'item',
    address: `/items?series=${encodeURIComponent(CABBAGE)}`,
    ready: 'figure.chart[data-ready=true]',
  },
  { page: 'runs', address: '/runs', ready: 'table.run-steps tbody tr' },
] as const;

/** Words differ in length by language, so each is seen at each width; colours do not, so the dark ones once a width. */
const VIEWS = [
  ...(['ko-KR', 'en-GB'] as const).flatMap((locale) =>
    ([360, 1280] as const).map((width) => ({ scheme: 'light', locale, width }) as const),
  ),
  { scheme: 'dark', locale: 'ko-KR', width: 360 },
  { scheme: 'dark', locale: 'en-GB', width: 1280 },
] as const;

const MATRIX = PAGES.flatMap((each) => VIEWS.map((view) => ({ ...each, ...view })));

describe.skipIf(!chromium)('axe, console and content policy', () => {
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

  test.each(MATRIX)('$page $scheme $locale $width', async ({ address, ready, scheme, locale, width }) => {
    const { page, context, complaints } = await visit(browser, { scheme, locale, width });
    await page.goto(server.origin + address);
    await page.waitForSelector(ready);
    // of a market, which runs are none
    if (address !== '/runs') await page.waitForSelector('.simulated');
    const { violations, incomplete } = await axe(page);
    expect(violations).toEqual([]);
    // A lone ▲ is no text that axe can measure; its colour is that of the number beside it, which is measured.
    // On a phone it can't see the columns that a table's own scroll has put aside; the wide view measures them.
    // Letters inside an SVG it can't judge either; they take the muted ink that it measures everywhere else.
    const open = incomplete.filter((line) => !line.includes('class="glyph"') && !line.includes('<text'));
    if (width === 1280) expect(open).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('every control is at least 24 px in both directions', async () => {
    for (const { address, ready } of PAGES)
      for (const width of [360, 1280]) {
        const { page, context } = await visit(browser, { width });
        await page.goto(server.origin + address);
        await page.waitForSelector(ready);
        const small = await page.evaluate(() =>
          [
            ...document.querySelectorAll<HTMLElement>(
              'button, select, input, summary, .switch, .brand, .board th a, .csv, .siblings a',
            ),
          ]
            .filter((element) => element.checkVisibility())
            .map((element) => ({
              box: element.getBoundingClientRect(),
              what: element.outerHTML.slice(0, 80),
            }))
            .filter(({ box }) => box.width < 23.5 || box.height < 23.5)
            .map(({ box, what }) => `${Math.round(box.width)}×${Math.round(box.height)} ${what}`),
        );
        expect(small).toEqual([]);
        await context.close();
      }
  });

  test('in forced colours the line of the chart is drawn in the colour of text', async () => {
    const { page, context, complaints } = await visit(browser);
    await page.emulateMedia({ forcedColors: 'active' });
    await page.goto(server.origin + PAGES[1].address);
    await page.waitForSelector(PAGES[1].ready);
    expect((await axe(page)).violations).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('print leaves out what cannot be pressed on paper', async () => {
    const { page, context } = await visit(browser);
    await page.goto(server.origin + PAGES[0].address);
    await page.waitForSelector(PAGES[0].ready);
    await page.emulateMedia({ media: 'print' });
    for (const selector of ['.search', '.filters', '.settings'])
      expect(await page.locator(selector).isVisible()).toBe(false);
    expect(await page.locator('.simulated').isVisible()).toBe(true);
    expect(await page.locator('table.board').isVisible()).toBe(true);
    await context.close();
  });
});
