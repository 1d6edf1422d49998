import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { performJobs } from '../../../test/support/perform-jobs.ts';
import { stepContext } from '../../../test/support/step-context.ts';
import { fromDayNumber, type Json, type JsonObject } from '../../domain/index.ts';
import { type JobOutcome, type RunTasks, runTasks } from '../../jobs/index.ts';
import { type Home, openHome, openServingLibrary, readPointer } from '../../lake/index.ts';
import { feedById } from '../../sources/index.ts';
import { homeStoreUri, openStore } from '../../store/index.ts';
import {
  computedBy,
  decodeTables,
  encodeTables,
  performTask,
  RESULT_FILE,
  type TaskRun,
} from '../../tasks/index.ts';
import { forecastFeed } from '../forecast-feed.ts';
import { estimateForecast } from '../forecasting/forecast-cost.ts';
import { findResults, reissue } from '../forecasting/reissue.ts';
import { ingestFiles } from '../ingest-files.ts';
import { forecastStep, mergeResults } from './forecast.ts';
import { publishForecastsStep } from './publish-forecasts.ts';
import { snapshotStep } from './snapshot.ts';
import { Skipped } from './step.ts';

const feed = feedById('japan-maff')!;
const { profile } = feed;
const FIRST_DAY = 18_628; // 2021-01-01
const ITEMS = ['30100', '30200', '30300', '30400'];

let folder: string;
let home: Home;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-forecast-step-'));
  home = openHome(join(folder, 'home'));
  await ingest(home, table(0, 420));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Prices on weekdays, in the form that the feed publishes. */
function table(from: number, to: number, factors: Readonly<Record<string, number>> = {}): string {
  const rows = ['date,item_code,item,volume_kg,price_jpy_per_kg'];
  for (let index = from; index < to; index++) {
    const day = FIRST_DAY + index;
    if ((day + 4) % 7 === 0 || (day + 4) % 7 === 6) continue;
    for (const [k, item] of ITEMS.entries()) {
      const price = 100 * (k + 1) * (1 + 0.3 * Math.sin(day / 58)) * (1 + 0.1 * Math.sin(day * day + k));
      rows.push(
        `${fromDayNumber(day)},${item},item ${item},${10_000 + k},${Math.round(price * (factors[item] ?? 1))}`,
      );
    }
  }
  return `${rows.join('\n')}\n`;
}

async function ingest(into: Home, csv: string): Promise<void> {
  const path = join(folder, `${Math.random()}.csv`);
  writeFileSync(path, csv);
  await ingestFiles(into, feed, [path], { waitMs: 60_000, command: 'test' });
}

const snapshotParams = { feed: profile.id };
const forecastParams = { feed: profile.id, snapshot: 'snapshot' };
const publishParams = { feed: profile.id, forecast: 'forecast' };

/** One run of the three steps; each step may be done several times, as after a death. */
async function run(
  of: Home,
  name: string,
  { times = 1, recipe, asOf }: { times?: number; recipe?: JsonObject; asOf?: string } = {},
) {
  const store = await openStore(homeStoreUri(of.path));
  const outputs: Record<string, Json> = {};
  let published: unknown;
  outputs.snapshot = (await snapshotStep.perform(
    stepContext(of, 'snapshot', asOf ? { ...snapshotParams, asOf } : snapshotParams, {}, name),
  )) as Json;
  const params = recipe ? { ...forecastParams, recipe } : forecastParams;
  const context = () => stepContext(of, 'forecast', params, outputs, name);
  const specs = await forecastStep.specs(context());
  if (!(specs instanceof Skipped)) {
    const ends = await performJobs(store, specs);
    for (let time = 0; time < times; time++) {
      expect(await forecastStep.specs(context())).toEqual(specs);
      outputs.forecast = (await forecastStep.collect(context(), ends)) as Json;
    }
  }
  for (let time = 0; time < times; time++)
    published = await publishForecastsStep.perform(stepContext(of, 'publish', publishParams, outputs, name));
  return { specs, output: outputs.forecast as JsonObject | undefined, published };
}

async function ask(of: Home, sql: string) {
  const library = await openServingLibrary(of, [profile]);
  try {
    return await library.read(profile.id, async (reader) => (await reader.query(sql)).columns);
  } finally {
    await library.close();
  }
}

const SHOWN = 'select * exclude (issued_at) from forecast_cell order by series, horizon';

describe('the forecasting steps of a run', () => {
  it('say what the forecasts behind the pages say, publish once, and have nothing to do while nothing changed', async () => {
    const first = await run(home, 'daily-1', { times: 2 });
    expect(first.output).toMatchObject({
      feed: 'japan-maff',
      series: 4,
      failed: 0,
      conditions: 'japan-maff-1',
    });
    // the second time it was there already
    expect(first.published).toMatchObject({ published: 0, current: 4 });
    const pointer = readPointer(home);
    const stepped = await ask(home, SHOWN);
    expect(await forecastFeed(home, profile, { only: 'all' })).toMatchObject({ computed: 0 });

    const again = await run(home, 'daily-2');
    expect(again.specs).toEqual(new Skipped('up-to-date'));
    expect(again.published).toEqual(new Skipped('nothing-forecast'));
    expect(readPointer(home)).toEqual(pointer);

    const other = openHome(join(folder, 'behind-the-pages'));
    await ingest(other, table(0, 420));
    await forecastFeed(other, profile, { only: 'all' });
    expect(await ask(other, SHOWN)).toEqual(stepped);
    expect(await ask(other, 'select * from forecast_fan order by series, day')).toEqual(
      await ask(home, 'select * from forecast_fan order by series, day'),
    );
    expect((await run(other, 'daily-1')).specs).toBeInstanceOf(Skipped);
  });

  it('share the work with whoever forecasts behind the pages: each series is computed once', async () => {
    const shared = openHome(join(folder, 'shared'));
    await ingest(shared, table(0, 420));
    let runComes = false;
    const slow: RunTasks = async (tasks, options) => {
      for await (const task of tasks) {
        await runTasks([task], { onResult: options.onResult });
        runComes = true;
        const { signal } = options;
        if (!signal!.aborted) await new Promise((resolve) => signal!.addEventListener('abort', resolve));
        signal!.throwIfAborted();
      }
    };
    const leftToRun = async () => runComes;
    const now = () => new Date('2026-01-05T00:00:00Z');
    const behind = forecastFeed(shared, profile, { only: 'all', leftToRun }, { now, run: slow });
    while (!runComes) await sleep(20);
    // the step waits until the pages' forecasts have let go
    const made = await run(shared, 'daily-1');
    expect(await behind).toMatchObject({ computed: 1, publications: 1, leftToRun: true });
    expect(made.output).toMatchObject({ series: 3 });
    expect(made.published).toMatchObject({ published: 3, current: 0, superseded: 0 });
    expect(await forecastFeed(shared, profile, { only: 'all', leftToRun })).toMatchObject({
      ...{ computed: 0, leftToRun: true },
    });
    runComes = false;
    expect(await forecastFeed(shared, profile, { only: 'all', leftToRun })).toMatchObject({ computed: 0 });
    expect(await ask(shared, SHOWN)).toEqual(await ask(home, SHOWN));
  });

  it('compute what changed, and another recipe everything; pages go on with the recipe that was published', async () => {
    await ingest(home, table(415, 420, { '30200': 1.3 }));
    const changed = await run(home, 'daily-3');
    expect(changed.published).toMatchObject({ published: 1, current: 0, superseded: 0, gone: 0 });
    const recipe = { models: ['ets'], damping: 0.2, global: false };
    const promoted = await run(home, 'daily-4', { recipe });
    expect(promoted.published).toMatchObject({ published: 4 });
    expect((await run(home, 'daily-5')).specs).toBeInstanceOf(Skipped);
    expect(await forecastFeed(home, profile, { only: 'all' })).toMatchObject({ computed: 0 });
    await ingest(home, table(420, 430));
    expect(await forecastFeed(home, profile, { only: 'all' })).toMatchObject({ computed: 4 });
    const { recipe: made } = await ask(home, 'select distinct recipe from forecast_state');
    expect(made!.map((one) => JSON.parse(String(one)))).toEqual([recipe]);
  });

  it('never put an older forecast over a newer one', async () => {
    const store = await openStore(homeStoreUri(home.path));
    await ingest(home, table(425, 430, { '30300': 1.2 }));
    const name = 'daily-6';
    const snapshot = (await snapshotStep.perform(
      stepContext(home, 'snapshot', snapshotParams, {}, name),
    )) as Json;
    const context = stepContext(home, 'forecast', forecastParams, { snapshot }, name);
    const specs = await forecastStep.specs(context);
    const ends = await performJobs(store, specs as Exclude<typeof specs, Skipped>);
    const forecast = (await forecastStep.collect(context, ends)) as Json;
    await ingest(home, table(430, 440));
    await forecastFeed(home, profile, { only: 'all' });
    const newest = await ask(home, SHOWN);
    const late = stepContext(home, 'publish', publishParams, { forecast }, name);
    expect(await publishForecastsStep.perform(late)).toMatchObject({ published: 0, superseded: 1 });
    expect(await ask(home, SHOWN)).toEqual(newest);

    // a run of a past day, drawn from the very conditions that are published
    const past = await run(home, 'daily-7', { asOf: '2021-12-31' });
    expect(past.published).toMatchObject({ published: 0, superseded: 4 });
    expect(await ask(home, SHOWN)).toEqual(newest);
  });

  it('estimate what is to be computed, by what past runs took', async () => {
    const stale = { only: 'stale', recipe: null } as const;
    expect(await estimateForecast(home, profile, stale)).toMatchObject({
      series: 4,
      counted: 0,
      costSeconds: 0,
      basis: 'past-runs',
    });
    const fresh = openHome(join(folder, 'fresh'));
    expect(await estimateForecast(fresh, profile, stale)).toBeNull();
    await ingest(fresh, table(0, 420));
    const estimate = await estimateForecast(fresh, profile, stale);
    expect(estimate).toMatchObject({ series: 4, counted: 4, basis: 'default', pastSeries: 0 });
    expect(estimate!.costSeconds).toBeCloseTo(4 * (0.01 + 0.000066 * 300), 2);
    expect(await estimateForecast(home, profile, { ...stale, only: 'all' })).toMatchObject({
      ...{ counted: 4, basis: 'past-runs' },
      pastSeries: expect.any(Number),
    });
  });

  it('can be done again to the same bytes, by what they were computed by and by nothing else', async () => {
    const store = await openStore(homeStoreUri(home.path));
    const [manifest, ...more] = await findResults(store, { run: 'daily-1' });
    expect(more).toEqual([]);
    expect(await findResults(store, { job: manifest!.jobSha256.slice(0, 10) })).toEqual([manifest]);
    const { item } = (await ask(home, 'select series as item from series limit 1')) as { item: string[] };
    expect(await findResults(store, { run: 'daily-1', item: item[0]! })).toEqual([manifest]);
    await expect(findResults(store, { run: 'daily-9' })).rejects.toMatchObject({ code: 'RESULT_UNKNOWN' });

    expect(await reissue(store, manifest!)).toMatchObject({
      ...{ job: manifest!.jobSha256, run: 'daily-1', items: 4, computedBy: computedBy() },
      outputs: manifest!.outputs.map(({ name, sha256 }) => ({ name, sha256 })),
    });
    const elsewhere = { ...computedBy(), nodeMajor: 18, codeVersion: 'another' };
    await expect(
      reissue(store, manifest!, { perform: performTask, computedBy: () => elsewhere }),
    ).rejects.toMatchObject({
      code: 'REISSUE_REFUSED',
      exit: 78,
      message: expect.stringMatching(/here another.*here 18/),
    });

    const changed = async (run: TaskRun) => {
      const tables = decodeTables((await performTask(run)).files[0]!.bytes!);
      (tables.forecast_cell!.mean!.values as Float64Array)[2]! *= 1 + 1e-15;
      return { files: [{ name: RESULT_FILE, bytes: encodeTables(tables) }], metrics: {} };
    };
    await expect(reissue(store, manifest!, { perform: changed, computedBy })).rejects.toMatchObject({
      ...{ code: 'REISSUE_DIFFERS', message: expect.stringContaining('forecast_cell.mean of row 3') },
      hint: expect.stringContaining('report it'),
    });
    // another lock file is no reason to refuse, nor is one that nobody knows; it is named where bytes differ
    const otherLock = () => ({ ...computedBy(), lockSha256: 'f'.repeat(64) });
    for (const by of [otherLock, () => ({ ...computedBy(), lockSha256: null })])
      expect(await reissue(store, manifest!, { perform: performTask, computedBy: by })).toBeDefined();
    const { lockSha256: _, ...before } = manifest!.computedBy;
    const ofEarlier = { ...manifest!, computedBy: before };
    expect(await reissue(store, ofEarlier)).toMatchObject({ computedBy: computedBy() });
    await expect(
      reissue(store, manifest!, { perform: changed, computedBy: otherLock }),
    ).rejects.toMatchObject({ hint: expect.stringMatching(/another lock file .*here ffffffffffff/) });
  });

  it('stop when a job has no result', async () => {
    const store = await openStore(homeStoreUri(home.path));
    const lost: JobOutcome = {
      ...{ key: 'k', name: 'k-g1', jobSha256: 'f'.repeat(64), shard: null, state: 'LOST', manifest: null },
      ...{ errorClass: null, error: 'gone' },
    };
    await expect(mergeResults(store, 'x', [lost])).rejects.toMatchObject({ code: 'JOBS_FAILED' });
  });
});
