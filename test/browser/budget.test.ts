import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSite } from './browser.ts';

/** KB of gzip, as the budgets are stated. */
const BOARD_FIRST_LOAD = 45;
const ITEM_ALL = 75;
const RUNS_CHUNK = 6;
const LAZY_CHUNK = 30;
const STYLES = 10;
/** The whole engine, boosting and the global model included, with its refusals of odd input in both languages. */
const ENGINE_WORKER = 42;

let site: string;
beforeAll(async () => {
  site = await buildSite();
});
afterAll(() => rmSync(site, { recursive: true, force: true }));

const kilobytes = (path: string) => gzipSync(readFileSync(path), { level: 9 }).length / 1000;
const assets = (ending: string) =>
  readdirSync(join(site, 'assets'))
    .filter((name) => name.endsWith(ending))
    .map((name) => ({ name, size: kilobytes(join(site, 'assets', name)) }));

test('scripts and styles stay within their budgets', () => {
  const html = readFileSync(join(site, 'index.html'), 'utf8');
  // /try is a page of its own, with the forecasting engine in its worker
  const tryHtml = readFileSync(join(site, 'try/index.html'), 'utf8');
  const ofTry = (name: string) => tryHtml.includes(name) || name.startsWith('worker-');
  const scripts = assets('.js').filter(({ name }) => !ofTry(name));
  const first = scripts.filter(({ name }) => html.includes(name)).reduce((sum, { size }) => sum + size, 0);
  const runs = scripts.filter(({ name }) => name.startsWith('runs-'));
  const all = scripts.filter((one) => !runs.includes(one)).reduce((sum, { size }) => sum + size, 0);
  const lazy = scripts.filter(({ name }) => !html.includes(name));
  console.info(`board ${first.toFixed(1)} KB, item ${all.toFixed(1)} KB, lazy`, lazy);
  expect(first).toBeLessThanOrEqual(BOARD_FIRST_LOAD);
  expect(all).toBeLessThanOrEqual(ITEM_ALL);
  expect(runs.length).toBeGreaterThan(0);
  expect(runs.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(RUNS_CHUNK);
  for (const { size } of assets('.js').filter(({ name }) => ofTry(name)))
    expect(size).toBeLessThanOrEqual(ENGINE_WORKER);
  for (const { size } of lazy) expect(size).toBeLessThanOrEqual(LAZY_CHUNK);
  expect(assets('.css').reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(STYLES);
});

test('the page is fit for a strict content policy and carries no validator', () => {
  const html = readFileSync(join(site, 'index.html'), 'utf8');
  expect(html).not.toMatch(/style=|<script(?![^>]*src=)|<style|javascript:|https?:/);
  for (const { name } of assets('.js'))
    expect(readFileSync(join(site, 'assets', name), 'utf8')).not.toMatch(/ZodError|_zod/);
});
