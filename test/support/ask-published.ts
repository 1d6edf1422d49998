import { type Home, openHome, openServingLibrary, type ServingReader } from '../../src/lake/index.ts';
import { feedById } from '../../src/sources/index.ts';

/** Asks a question of what a home has published of a feed, as any reader of it does, without a process of its own. */
export async function askPublished<T>(
  home: Home | string,
  feed: string,
  ask: (reader: ServingReader) => Promise<T>,
): Promise<T> {
  const { profile } = feedById(feed)!;
  const library = await openServingLibrary(typeof home === 'string' ? openHome(home) : home, [profile]);
  try {
    return await library.read(feed, ask);
  } finally {
    await library.close();
  }
}
