import { describe, expect, it } from 'vitest';
import { snapshotInMemory } from '../../test/support/snapshot-in-memory.ts';
import { taskRun } from '../../test/support/task-run.ts';
import type { JsonObject, SnapshotReader } from '../domain/index.ts';
import { performTask, RESULT_FILE } from './perform-task.ts';
import { taskNamed } from './registry.ts';
import { decodeTables } from './tables-file.ts';
import type { Task, Trained } from './task.ts';

interface Params extends JsonObject {
  readonly days: number;
}

interface Means extends Trained {
  readonly means: ReadonlyMap<string, number>;
}

/** A second task beside the forecast of prices: the mean price of each series' last days, and a model file of it. */
const meanPrice: Task<Params, Means> = {
  name: 'mean-price',
  version: 2,
  readParams: (given) => ({ days: 3, ...(given as JsonObject) }) as Params,
  query: ({ days }) => ({
    tables: [{ table: 'prices', columns: ['series', 'day', 'price'], lastYears: Math.ceil(days / 365) }],
  }),
  split: ({ days }) => ({ origins: 1, everyDays: days, scored: 1 }),
  items: async (snapshot) =>
    [...(await pricesOf(snapshot)).keys()].map((item) => ({ item, group: item, costSeconds: 0.001 })),
  async train({ items, snapshot }, { days }) {
    const prices = await pricesOf(await snapshot());
    const means = new Map(
      (items ?? [...prices.keys()]).map((item) => {
        const last = prices.get(item)!.slice(-days);
        return [item, last.reduce((sum, price) => sum + price, 0) / last.length];
      }),
    );
    const model = new TextEncoder().encode(JSON.stringify([...means]));
    return { means, files: [{ name: 'model.json', bytes: model }] };
  },
  judge: async ({ means }) => ({
    mean_score: {
      series: { type: 'VARCHAR', values: [...means.keys()] },
      error: { type: 'DOUBLE', values: [...means.values()].map(() => 0) },
    },
  }),
  publish: async ({ means }) => ({
    mean_price: {
      series: { type: 'VARCHAR', values: [...means.keys()] },
      price: { type: 'DOUBLE', values: [...means.values()] },
    },
  }),
};

async function pricesOf(snapshot: SnapshotReader): Promise<Map<string, number[]>> {
  const found = await snapshot.read('prices', ['series', 'price']);
  const prices = new Map<string, number[]>();
  found.text('series').forEach((series, row) => {
    prices.set(series, [...(prices.get(series) ?? []), found.number('price')[row]!]);
  });
  return prices;
}

const snapshot = snapshotInMemory({
  prices: { series: ['a', 'a', 'a', 'b'], price: Float64Array.of(1, 2, 4, 8) },
});
const named = (name: string) => taskNamed(name, { 'mean-price': async () => meanPrice as Task });

describe('a task', () => {
  it('of another kind needs nothing else: its result and its model are files, its metrics say what it was', async () => {
    const run = taskRun(snapshot, { task: 'mean-price', params: { days: 2 }, items: ['a'] });
    const { files, metrics } = await performTask(run, named);
    expect(files.map(({ name }) => name)).toEqual([RESULT_FILE, 'model.json']);
    const tables = decodeTables(files[0]!.bytes!);
    expect(Object.keys(tables)).toEqual(['mean_price', 'mean_score']);
    expect(Array.from(tables.mean_price!.price!.values)).toEqual([3]);
    expect(metrics).toEqual({
      task: 'mean-price',
      taskVersion: 2,
      split: { origins: 1, everyDays: 2, scored: 1 },
      items: 1,
      rows: { mean_price: 1, mean_score: 1 },
    });
  });

  it('that nobody knows is refused with the names of those that are', async () => {
    await expect(taskNamed('arrival')).rejects.toMatchObject({
      code: 'TASK_UNKNOWN',
      hint: expect.stringContaining('price-forecast'),
    });
    await expect(taskNamed('toString')).rejects.toMatchObject({ code: 'TASK_UNKNOWN' });
  });
});
