import { copyFileSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Home, openHome, prepareFeedFolders } from './home.ts';

/** The folders of a feed that a rehearsal begins with; it writes to none of their files. */
type Begun = readonly ('raw' | 'clean' | 'aside' | 'commits')[];

/**
 * Runs `work` with a second home that begins with what the first one holds of a feed and is gone afterwards: whatever is
 * taken in there is judged as it would be here, and nothing here changes. Needs no lock.
 */
export async function rehearse<T>(
  home: Home,
  feed: string,
  work: (rehearsal: Home) => Promise<T>,
  begun: Begun = ['raw', 'clean', 'aside', 'commits'],
): Promise<T> {
  const path = mkdtempSync(join(tmpdir(), 'sihwang-rehearsal-'));
  try {
    const rehearsal = openHome(path);
    prepareFeedFolders(rehearsal, feed);
    prepareFeedFolders(home, feed);
    for (const folder of begun) {
      for (const name of readdirSync(home.at(folder, feed)).filter((one) => !one.startsWith('.')))
        borrow(home.at(folder, feed, name), rehearsal.at(folder, feed, name));
    }
    return await work(rehearsal);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

function borrow(from: string, to: string): void {
  try {
    symlinkSync(from, to);
  } catch {
    // a system may keep links for administrators
    copyFileSync(from, to);
  }
}
