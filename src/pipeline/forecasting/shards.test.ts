import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutShards } from './shards.ts';

const items = fc
  .uniqueArray(
    fc.record({
      item: fc.string(),
      group: fc.constantFrom('a', 'b', 'c', ''),
      cost: fc.double({ min: 0.01, max: 60, noNaN: true }),
    }),
    {
      selector: ({ item }) => item,
      minLength: 1,
      maxLength: 60,
    },
  )
  .map((rows) =>
    // half of them share work, the others are alone
    rows.map(({ item, group, cost }) => ({ item, group: group || `own ${item}`, costSeconds: cost })),
  );

describe('the shards of a piece of work', () => {
  it('hold each item once, groups whole, none empty, and do not depend on the order of the items', () => {
    fc.assert(
      fc.property(items, (all) => {
        const shards = cutShards(all);
        expect(shards.flatMap((shard) => shard.items).sort()).toEqual(all.map(({ item }) => item).sort());
        expect(shards.every((shard) => shard.items.length > 0)).toBe(true);
        for (const group of new Set(all.map((one) => one.group))) {
          const members = all.filter((one) => one.group === group).map(({ item }) => item);
          expect(shards.filter((shard) => shard.items.some((item) => members.includes(item)))).toHaveLength(
            1,
          );
        }
        expect(cutShards([...all].reverse())).toEqual(shards);
      }),
      { numRuns: 100 },
    );
  });

  it('cost about what was asked for', () => {
    const alike = Array.from({ length: 1000 }, (_, k) => ({
      item: `i${k}`,
      group: `i${k}`,
      costSeconds: 0.17,
    }));
    const shards = cutShards(alike, 15);
    expect(shards).toHaveLength(11);
    for (const { costSeconds } of shards) expect(Math.abs(costSeconds - 170 / 11)).toBeLessThan(0.5);
    expect(cutShards(alike, 0.001)).toHaveLength(1000);
    expect(cutShards(alike, 1e9)).toHaveLength(1);
  });
});
