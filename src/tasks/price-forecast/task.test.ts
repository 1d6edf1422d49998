import { beforeAll, describe, expect, it } from 'vitest';
import { snapshotInMemory } from '../../../test/support/snapshot-in-memory.ts';
import { taskRun } from '../../../test/support/task-run.ts';
import { dayNumber, type Json, localDate } from '../../domain/index.ts';
import { performTask } from '../perform-task.ts';
import { decodeTables, encodeTables, mergeTables } from '../tables-file.ts';
import { readRecipe } from './recipe.ts';
import { priceForecastTask } from './task.ts';

/** Eight series of two price kinds over three years of Mondays; one of them has no price at all. */
const FIRST = dayNumber(localDate('2020-01-06'));
const MONDAYS = Array.from({ length: 150 }, (_, week) => FIRST + 7 * week);
const LAST = MONDAYS.at(-1)!;
const NAMES = Array.from({ length: 8 }, (_, k) => `cabbage-${k}`);
const priced = NAMES.slice(0, 7).flatMap((name, k) =>
  MONDAYS.filter((day) => ((day - FIRST) / 7 + k) % 11 > 0).map((day) => ({ name, day, k })),
);
const priceOn = (day: number, k: number) =>
  1000 * (1 + 0.3 * Math.sin(day / 58)) * (1 + 0.1 * Math.sin(day * day + k)) * (k + 1);

const snapshot = snapshotInMemory(
  {
    series: {
      series: NAMES,
      market: NAMES.map(() => 'survey~all'),
      // the two kinds end a week apart, so they are two groups
      origin_day: Int32Array.from(NAMES, (_, k) => LAST + 7 * (k % 2)),
      priced_days: Int32Array.from(NAMES, (name) => priced.filter((one) => one.name === name).length),
      data: NAMES,
    },
    market_days: { market: MONDAYS.map(() => 'survey~all'), day: Int32Array.from(MONDAYS) },
    days_ahead: { origin_day: new Int32Array(), day: new Int32Array() },
    prices: {
      series: priced.map(({ name }) => name),
      day: Int32Array.from(priced, ({ day }) => day),
      price: Float64Array.from(priced, ({ day, k }) => priceOn(day, k)),
      units: Float64Array.from(priced, ({ k }) => (k === 3 ? Number.NaN : 100 + k)),
    },
  },
  'week',
);

async function resultOf(given: Parameters<typeof taskRun>[1] = {}): Promise<Uint8Array> {
  return (await performTask(taskRun(snapshot, given))).files[0]!.bytes!;
}

/** The result of the same work cut into so many shards. */
async function inShards(count: number, given: Parameters<typeof taskRun>[1] = {}): Promise<Uint8Array> {
  const parts = [];
  // the last shard ends first: nothing depends on the order
  for (let shard = count - 1; shard >= 0; shard--) {
    const items = NAMES.filter((_, k) => Math.floor((k * count) / NAMES.length) === shard);
    parts.push(decodeTables(await resultOf({ ...given, items })));
  }
  return encodeTables(mergeTables(parts));
}

let whole: Uint8Array;
beforeAll(async () => {
  whole = await resultOf();
});

describe('the forecast of a snapshot', () => {
  it('has the same bytes in 1, 2 and 7 shards', async () => {
    expect(await inShards(2)).toEqual(whole);
    expect(await inShards(7)).toEqual(whole);
    const { forecast_cell, forecast_failure, origin_outcome } = decodeTables(whole);
    expect(new Set(Array.from(forecast_cell!.series!.values))).toEqual(new Set(NAMES));
    expect(forecast_failure!.series!.values.length).toBe(0);
    expect(origin_outcome!.actual!.values.length).toBeGreaterThan(7 * 6 * 26);
  });

  it('stopped anywhere goes on from its checkpoint to the same bytes', async () => {
    for (const after of [1, 5]) {
      const stop = new AbortController();
      const run = taskRun(snapshot, { signal: stop.signal, dueAt: [after] });
      const stopping = {
        ...run,
        // the process is told to end while it works on the next series
        checkpoint: {
          ...run.checkpoint,
          save: async (step: number, bytes: Uint8Array) => {
            await run.checkpoint.save(step, bytes);
            stop.abort(new Error('SIGTERM'));
          },
        },
      };
      await expect(performTask(stopping)).rejects.toThrow('SIGTERM');
      const { step, bytes } = run.saved.at(-1)!;
      expect(step).toBe(after);
      expect(await resultOf({ resumeFrom: bytes })).toEqual(whole);
    }
  });

  it('with one model over each market has the same bytes in any shards, and other ones than without', async () => {
    const given = { params: { global: true }, horizons: ['W1'] };
    const together = await resultOf(given);
    expect(await inShards(2, given)).toEqual(together);
    expect(together).not.toEqual(await resultOf({ horizons: ['W1'] }));
    const items = await priceForecastTask.items(snapshot, readRecipe({ global: true }));
    expect(new Set(items.map(({ group }) => group))).toEqual(new Set([String(LAST), String(LAST + 7)]));
  });

  it('follows its recipe: models left out are not weighed, damping changes what is said', async () => {
    const scored = async (params: Json) => {
      const { forecast_score } = decodeTables(await resultOf({ params, horizons: ['W1'] }));
      return new Set(Array.from(forecast_score!.model!.values));
    };
    expect(await scored({ models: ['ets'] })).not.toContain('dynamic-theta');
    expect(await scored({ models: ['ets'] })).toContain('ets');
    expect(await scored({ models: [] })).toContain('naive');
    expect(await resultOf({ params: { damping: 0.3 } })).not.toEqual(whole);
  });

  it('says of a horizon or a series that is not there, and of a recipe that nobody can read, what is wrong', async () => {
    await expect(resultOf({ horizons: ['W9'] })).rejects.toMatchObject({ code: 'HORIZON_UNKNOWN' });
    await expect(resultOf({ items: ['kimchi'] })).rejects.toMatchObject({ code: 'ITEM_UNKNOWN' });
    const unreadable: readonly Json[] = [
      { damping: 2 },
      { models: ['prophet'] },
      { speed: 1 },
      [1],
      { global: 'yes' },
    ];
    for (const params of unreadable)
      expect(() => readRecipe(params)).toThrow(expect.objectContaining({ code: 'TASK_PARAMS_UNREADABLE' }));
  });
});
