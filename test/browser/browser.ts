import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';

const DEFAULT_CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--font-render-hinting=none',
  '--disable-lcd-text',
  '--force-color-profile=srgb',
  '--hide-scrollbars',
];

/** The Chromium to use, or undefined with a word on how to get one. */
export function findChromium(): string | undefined {
  const path = process.env.CHROMIUM_PATH ?? DEFAULT_CHROMIUM;
  if (existsSync(path)) return path;
  console.warn(
    `browser tests skipped: no Chromium at ${path}. Get one by "apt-get install chromium fonts-noto-cjk", or set CHROMIUM_PATH.`,
  );
  return undefined;
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: FLAGS });
}

/** Builds the dashboard as the product does, into a folder of its own, and says where. */
export async function buildSite(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'sihwang-web-'));
  // under a test runner Vite would build for development, whose scripts are a tenth larger
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    await build({
      configFile: fileURLToPath(new URL('../../vite.config.ts', import.meta.url)),
      logLevel: 'warn',
      build: { outDir },
    });
  } finally {
    process.env.NODE_ENV = NODE_ENV;
  }
  return outDir;
}

export interface View {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  readonly locale?: 'ko-KR' | 'en-GB';
  /** The moment the page takes for now; a day after the last market day of the canned market by default. */
  readonly now?: string;
}

/** A fresh page together with everything it complained about. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, uncaught errors and CSP reports. */
  readonly complaints: string[];
}

export async function visit(browser: Browser, view: View = {}): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: view.width ?? 1280, height: view.height ?? 900 },
    deviceScaleFactor: 1,
    reducedMotion: 'reduce',
    colorScheme: view.scheme ?? 'light',
    locale: view.locale ?? 'ko-KR',
    timezoneId: 'Asia/Seoul',
  });
  const page = await context.newPage();
  await page.clock.setFixedTime(view.now ?? '2026-11-21T09:00:00+09:00');
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  return { page, context, complaints };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeRule {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}
interface AxeRun {
  readonly violations: readonly AxeRule[];
  readonly incomplete: readonly AxeRule[];
}

/** Runs axe on the page as it stands, evaluated rather than injected, so the strict CSP stays on. */
export async function axe(page: Page): Promise<{ violations: string[]; incomplete: string[] }> {
  await page.evaluate(AXE);
  const run = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeRun> } }).axe.run(),
  );
  const told = (rules: readonly AxeRule[]) =>
    rules.flatMap((rule) =>
      rule.nodes.map((node) => `${rule.id}: ${node.html} ${node.failureSummary ?? ''}`),
    );
  return { violations: told(run.violations), incomplete: told(run.incomplete) };
}
