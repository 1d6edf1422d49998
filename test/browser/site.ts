import { rm } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { buildSite, launch } from './browser.ts';
import { type CannedServer, serveCanned } from './canned-server.ts';

/** The built dashboard, a server of canned answers, and a browser, for one file of tests. */
export interface Site {
  readonly server: CannedServer;
  readonly browser: Browser;
  close(): Promise<void>;
}

export async function openSite(chromium: string): Promise<Site> {
  const folder = await buildSite();
  const server = await serveCanned(folder);
  const browser = await launch(chromium);
  return {
    server,
    browser,
    async close() {
      await browser.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
