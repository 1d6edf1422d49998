import type { Feed } from './feed.ts';
import { japanMaff, japanMaffRetail } from './japan-maff/index.ts';
import { taiwanAmis } from './taiwan-amis/index.ts';
import { ukDefra } from './uk-defra/index.ts';

export type { Feed } from './feed.ts';
export { handOver, recogniseShape } from './feed.ts';

/** Every feed this version knows, by the name that commands and folders use. */
export const feeds: readonly Feed[] = [japanMaff, japanMaffRetail, taiwanAmis, ukDefra];

export function feedById(id: string): Feed | undefined {
  return feeds.find((feed) => feed.profile.id === id);
}
