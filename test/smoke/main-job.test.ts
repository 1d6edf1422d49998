import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CLI, runCli } from '../support/cli.ts';

/** The main job in small, on whatever Node runs this: build, serve, answer, stop. */
let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'sihwang-smoke-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('start builds a small demo market, serves board, forecasts and pages, and stops with 0', async () => {
  const small = ['--years', '7', '--items', '4', '--markets', '2', '--lots-per-day', '40'];
  const child = spawn(process.execPath, [CLI, 'start', '--home', home, '--port', '0', '--json', ...small]);
  const { address } = JSON.parse(
    await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stdout.on('data', (data) => {
        text += data;
        if (text.includes('}')) resolve(text);
      });
      child.once('close', (code) => reject(new Error(`start ended with ${code}`)));
    }),
  );
  const board = await (await fetch(`${address}/api/v1/board?feed=demo`)).json();
  expect(board.rows.length).toBeGreaterThan(0);
  expect(board.meta.simulated).toBe(true);
  expect(
    board.rows.every((row: { forecast: { status: string } }) => row.forecast.status !== 'being-computed'),
  ).toBe(true);
  const page = await fetch(address);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(await page.text()).toContain('<html');
  expect((await (await fetch(`${address}/openapi.json`)).json()).openapi).toMatch(/^3\.1/);

  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});

it('the same home answers on the command line', async () => {
  const { code, stdout } = await runCli(['board', '--home', home, '--lang', 'ko']);
  expect(code).toBe(0);
  expect(stdout).toContain('모의 데이터');
  expect((await runCli(['doctor', '--home', home, '--json'])).code).toBe(0);
});
