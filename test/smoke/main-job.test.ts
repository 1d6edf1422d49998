import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { SMALL_DEMO, startSihwang } from '../support/start.ts';

/** The main job in small, on whatever Node runs this: build, serve, answer, stop. */
let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'sihwang-smoke-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('start builds a small demo market, serves board, forecasts and pages, and stops with 0', async () => {
  const { address, end } = await startSihwang(['--home', home, '--port', '0', ...SMALL_DEMO]);
  const board = await (await fetch(`${address}/api/v1/board?feed=demo`)).json();
  expect(board.rows.length).toBeGreaterThan(0);
  expect(board.meta.simulated).toBe(true);
  const statuses = board.rows.map((row: { forecast: { status: string } }) => row.forecast.status);
  expect(statuses).not.toContain('being-computed');
  const page = await fetch(address);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(await page.text()).toContain('<html');
  expect((await (await fetch(`${address}/openapi.json`)).json()).openapi).toMatch(/^3\.1/);
  expect(await end()).toBe(0);
});

it('the same home answers on the command line', async () => {
  const { code, stdout } = await runCli(['board', '--home', home, '--lang', 'ko']);
  expect(code).toBe(0);
  expect(stdout).toContain('모의 데이터');
  expect((await runCli(['doctor', '--home', home, '--json'])).code).toBe(0);
});
