import { describe, expect, it } from 'vitest';
import type { AskedFeed } from '../../src/pipeline/index.ts';
import { feeds } from '../../src/sources/index.ts';
import { holdToContract } from '../support/feed-contract.ts';
import { recordedScenes } from '../support/recorded-scenes.ts';

/**
 * Every feed that is asked over HTTP, against its recorded conversations: a local server plays them, the real engine asks.
 */
const scenesOf = await recordedScenes();
const withConnector = feeds.filter((feed): feed is AskedFeed => feed.connector !== undefined);

it('knows the feed of every recorded conversation', () => {
  const asked = new Set(withConnector.map((feed) => feed.profile.id));
  expect([...scenesOf.keys()].filter((id) => !asked.has(id))).toEqual([]);
});

describe.each(withConnector)('$profile.id', (feed) => {
  holdToContract(feed, scenesOf.get(feed.profile.id) ?? []);
});
