import { createHash } from 'node:crypto';
import { canonicalJson } from '../../domain/index.ts';
import type { Store } from '../../store/index.ts';
import type { TaskItem } from '../../tasks/index.ts';

/** A shard works about so long: short enough to lose little to a death, long enough to be worth its start. */
export const SHARD_SECONDS = 15;
/** An array of AWS Batch holds no more. */
const MOST_SHARDS = 10_000;

/** One part of the work. */
export interface Shard {
  readonly items: readonly string[];
  readonly costSeconds: number;
}

/**
 * Cuts items into shards of about equal cost, whole groups each, by their expected cost alone: the same items are cut the
 * same way everywhere, so their jobs have the same names on every runner.
 */
export function cutShards(items: readonly TaskItem[], shardSeconds = SHARD_SECONDS): Shard[] {
  const inOrder = [...items].sort((a, b) => compare(a.group, b.group) || compare(a.item, b.item));
  const total = costOf(inOrder);
  const groups = new Set(inOrder.map(({ group }) => group)).size;
  const count = Math.min(Math.max(1, Math.round(total / shardSeconds)), MOST_SHARDS, groups);
  const shards: Shard[] = [];
  let open: TaskItem[] = [];
  let before = 0;
  for (const [at, item] of inOrder.entries()) {
    open.push(item);
    before += item.costSeconds;
    const groupGoesOn = inOrder[at + 1]?.group === item.group;
    if (groupGoesOn || shards.length === count - 1 || before < (total * (shards.length + 1)) / count)
      continue;
    shards.push(shardOf(open));
    open = [];
  }
  return open.length > 0 ? [...shards, shardOf(open)] : shards;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function shardOf(items: readonly TaskItem[]): Shard {
  return { items: items.map(({ item }) => item).sort(), costSeconds: costOf(items) };
}

function costOf(items: readonly TaskItem[]): number {
  return items.reduce((sum, { costSeconds }) => sum + costSeconds, 0);
}

/** Keeps the items of a shard where its worker finds them, as new however old; gives the hash that names them. */
export async function keepShard(store: Store, items: readonly string[]): Promise<string> {
  const bytes = Buffer.from(canonicalJson({ items }));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await store.put(shardKey(sha256), bytes);
  return sha256;
}

/** The items of a shard, in order. Throws where the store has none of that name. */
export async function itemsOfShard(store: Store, itemsSha256: string): Promise<readonly string[]> {
  const bytes = await store.get(shardKey(itemsSha256), { sha256: itemsSha256 });
  if (!bytes) throw new RangeError(`the store has no shard ${itemsSha256}`);
  return (JSON.parse(new TextDecoder().decode(bytes)) as { items: string[] }).items;
}

/** Where a shard's items stand in every store. */
export function shardKey(itemsSha256: string): string {
  return `shards/${itemsSha256}.json`;
}
