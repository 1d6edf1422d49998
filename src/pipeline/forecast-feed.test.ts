import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromDayNumber } from '../domain/index.ts';
import { type RunTasks, runTasks } from '../jobs/index.ts';
import { type Home, listSnapshots, openHome, openServingLibrary, withWriterLock } from '../lake/index.ts';
import { feedOverview } from '../market/index.ts';
import { feedById } from '../sources/index.ts';
import { homeStoreUri, openStore } from '../store/index.ts';
import { forecastBesideRuns } from './forecast-beside-runs.ts';
import { type ForecastProgress, forecastFeed } from './forecast-feed.ts';
import { findResults, reissue } from './forecasting/reissue.ts';
import { ingestFiles } from './ingest-files.ts';

const feed = feedById('japan-maff')!;
const { profile } = feed;
const FIRST_DAY = 18_628; // 2021-01-01
const ITEMS = ['30100', '30200', '30300'];

let folder: string;
let homes = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-forecast-feed-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Prices of three items on weekdays, in the form that the feed publishes. */
function table(days: number, factors: Readonly<Record<string, number>> = {}, from = 0): string {
  const rows = ['date,item_code,item,volume_kg,price_jpy_per_kg'];
  for (let index = from; index < days; index++) {
    const day = FIRST_DAY + index;
    if ((day + 4) % 7 === 0 || (day + 4) % 7 === 6) continue;
    for (const [position, item] of ITEMS.entries()) {
      const season = 1 + 0.3 * Math.sin((2 * Math.PI * day) / 365);
      const wobble = 1 + 0.1 * Math.sin(day * day + position);
      const price = Math.round(100 * (position + 1) * season * wobble * (factors[item] ?? 1));
      rows.push(`${fromDayNumber(day)},${item},item ${item},${10_000 + position},${price}`);
    }
  }
  return `${rows.join('\n')}\n`;
}

async function ingest(home: Home, csv: string): Promise<void> {
  const path = join(folder, `${Math.random()}.csv`);
  writeFileSync(path, csv);
  await ingestFiles(home, feed, [path], { waitMs: 60_000, command: 'test' });
}

async function homeWith(csv: string): Promise<Home> {
  const home = openHome(join(folder, `home-${homes++}`));
  await ingest(home, csv);
  return home;
}

async function ask(home: Home, sql: string) {
  const library = await openServingLibrary(home, [profile]);
  try {
    return await library.read(profile.id, async (reader) => {
      const { rowCount, columns } = await reader.query(sql);
      return Array.from({ length: rowCount }, (_, row) =>
        Object.values(columns).map((values) => values[row]!),
      );
    });
  } finally {
    await library.close();
  }
}

const withRun = (run: RunTasks) => ({ now: () => new Date('2026-01-05T00:00:00Z'), run });

describe('the forecasts of a feed', () => {
  it('are published for every series and horizon, and not computed again while nothing changed', async () => {
    const home = await homeWith(table(800));
    const steps: ForecastProgress[] = [];
    const first = await forecastFeed(home, profile, { only: 'all', onProgress: (step) => steps.push(step) });
    expect(first).toEqual({ computed: 3, publications: 1, failed: [], leftToRun: false });
    expect(steps.at(-1)).toEqual({ done: 3, series: 3, headlinesDone: 3, headlines: 3, published: 3 });
    expect(await ask(home, 'select horizon, count(*) from forecast_cell group by all order by all')).toEqual([
      ['MD1', 3],
      ['S1', 3],
      ['S2', 3],
      ['S3', 3],
      ['W1', 3],
      ['W2', 3],
      ['W4', 3],
    ]);
    const [cell] = await ask(
      home,
      `select status, origin_day, target_day, mean between lo95 and hi95, issued_at is not null, conditions_version
       from forecast_cell where horizon = 'W1' order by series limit 1`,
    );
    expect(cell).toEqual([
      expect.stringMatching(/model|baseline/),
      '2023-03-10',
      '2023-03-17',
      true,
      true,
      'japan-maff-1',
    ]);
    expect(await ask(home, 'select count(*) > 30, count(distinct series) from forecast_fan')).toEqual([
      [true, 3],
    ]);
    expect(await forecastFeed(home, profile, { only: 'all' })).toMatchObject({
      computed: 0,
      publications: 0,
    });
  });

  it('follow a closure that a person states for a day ahead, and one beyond their reach not at all', async () => {
    const home = await homeWith(table(500));
    const byGarak = { ...profile, calendar: 'garak-auction' } as const;
    const closed = (...days: string[]) =>
      writeFileSync(
        join(home.path, 'calendars', 'mine.json'),
        JSON.stringify({ calendar: 'garak-auction', closed: days }),
      );
    const targets = () =>
      ask(
        home,
        `select distinct horizon, target_day from forecast_cell where horizon in ('MD1', 'W1') order by all`,
      );
    const nextDay = async () => {
      const library = await openServingLibrary(home, [byGarak]);
      try {
        return await library.read(byGarak.id, async (reader) => (await feedOverview(reader)).nextDays[0]);
      } finally {
        await library.close();
      }
    };
    mkdirSync(join(home.path, 'calendars'));
    expect(await forecastFeed(home, byGarak, { only: 'all' })).toMatchObject({ computed: 3, failed: [] });
    const [[, firstAhead]] = (await targets()) as [[string, string]];
    expect(await nextDay()).toBe(firstAhead);
    closed('2030-01-04');
    expect(await forecastFeed(home, byGarak, { only: 'all' })).toMatchObject({ computed: 0 });
    closed('2030-01-04', firstAhead);
    expect(await forecastFeed(home, byGarak, { only: 'all' })).toMatchObject({ computed: 3, failed: [] });
    const [[, nowAhead]] = (await targets()) as [[string, string]];
    expect(nowAhead > firstAhead).toBe(true);
    expect(await nextDay()).toBe(nowAhead);
  });

  it('are computed again for the series whose prices were corrected, beside the others', async () => {
    const home = await homeWith(table(500));
    await forecastFeed(home, profile, { only: 'all' });
    const before = await ask(
      home,
      `select series, mean from forecast_cell where horizon = 'W2' order by series`,
    );
    await ingest(home, table(500, { '30200': 1.2 }, 480));
    expect(await forecastFeed(home, profile, { only: 'all' })).toMatchObject({
      computed: 1,
      publications: 1,
    });
    const after = await ask(
      home,
      `select series, mean from forecast_cell where horizon = 'W2' order by series`,
    );
    expect(after.map(([series]) => series)).toEqual(before.map(([series]) => series));
    expect(after.map(([, mean], index) => mean === before[index]![1])).toEqual([true, false, true]);
  });

  it('follow conditions that were published while it computed', async () => {
    const home = await homeWith(table(400));
    let interrupted = false;
    const run: RunTasks = async (tasks, options) => {
      if (!interrupted) {
        interrupted = true;
        // the home is free while it computes
        await ingest(home, table(410, {}, 400));
      }
      await runTasks(tasks, options);
    };
    const result = await forecastFeed(home, profile, { only: 'all' }, withRun(run));
    expect(result).toMatchObject({ computed: 6, publications: 2 });
    expect(await ask(home, 'select distinct conditions_version, origin_day from forecast_cell')).toEqual([
      ['japan-maff-2', '2022-02-14'],
    ]);
  });

  it('say that a computation failed, go on with the others, and try it again next time', async () => {
    const home = await homeWith(table(400));
    const run: RunTasks = (tasks, options) =>
      runTasks(tasks, {
        ...options,
        onResult: (result) =>
          options.onResult(
            result.id.includes('30200') ? { id: result.id, failure: 'out of memory' } : result,
          ),
      });
    const result = await forecastFeed(home, profile, { only: 'all' }, withRun(run));
    expect(result.failed).toEqual([{ series: expect.stringContaining('30200'), message: 'out of memory' }]);
    expect(
      await ask(home, `select reason, count(*) from forecast_cell where status = 'withheld' group by all`),
    ).toEqual([['computation-failed', 7]]);
    expect(await forecastFeed(home, profile, { only: 'all' })).toMatchObject({ computed: 1, failed: [] });
    expect(await ask(home, `select count(*) from forecast_cell where reason = 'computation-failed'`)).toEqual(
      [[0]],
    );
  });

  it('cite the snapshot that they were computed from, and can be issued again to the byte', async () => {
    const home = await homeWith(table(400));
    const stumble: RunTasks = (tasks, options) =>
      runTasks(tasks, {
        ...options,
        onResult: (result) =>
          options.onResult(result.id.includes('30300') ? { id: result.id, failure: 'stumbled' } : result),
      });
    await forecastFeed(home, profile, { only: 'all' }, withRun(stumble));
    const states = await ask(home, 'select series, snapshot, artefact from forecast_state order by series');
    const store = await openStore(homeStoreUri(home.path));
    const [kept, ...others] = await listSnapshots(store);
    expect(others).toEqual([]);
    expect(states.map(([, snapshot]) => snapshot)).toEqual([kept!.sha256, kept!.sha256, kept!.sha256]);
    const [manifest, ...more] = await findResults(store, { item: String(states[0]![0]) });
    expect(more).toEqual([]);
    expect(states.map(([, , artefact]) => artefact)).toEqual([
      manifest!.outputs[0]!.sha256,
      manifest!.outputs[0]!.sha256,
      null,
    ]);
    expect(await reissue(store, manifest!)).toMatchObject({ run: 'pages-japan-maff-1', items: 2 });
    await expect(findResults(store, { item: String(states[2]![0]) })).rejects.toMatchObject({
      code: 'RESULT_UNKNOWN',
    });
  });

  it('are computed once when two ask for them at the same time, one of whom waits for a run that left them undone', async () => {
    const home = await homeWith(table(400));
    let looks = 0;
    const waited: string[] = [];
    const options = {
      only: 'all',
      leftToRun: async () => ++looks <= 2,
      onRun: () => waited.push('the run'),
    } as const;
    const both = await Promise.all([
      forecastFeed(home, profile, { only: 'all' }),
      forecastBesideRuns(home, profile, options),
    ]);
    expect(both.map(({ computed }) => computed).sort()).toEqual([0, 3]);
    expect(both[1]!.leftToRun).toBe(false);
    expect(waited).toEqual(['the run']);
    const stop = new AbortController();
    const onRun = () => stop.abort(new Error('Ctrl-C'));
    const never = { ...options, leftToRun: async () => true, onRun, signal: stop.signal };
    await expect(forecastBesideRuns(home, profile, never)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('wait for another writer of the home, of this very process too', async () => {
    const home = await homeWith(table(400));
    let freed = false;
    const other = withWriterLock(home, { command: 'a long build' }, async () => {
      await sleep(300);
      freed = true;
    });
    await expect(withWriterLock(home, { command: 'impatient' }, async () => {})).rejects.toMatchObject({
      code: 'HOME_BUSY',
    });
    await forecastFeed(home, profile, { only: 'headline' });
    expect(freed).toBe(true);
    await other;
  });

  it('stop at the signal, keeping nothing half done', async () => {
    const home = await homeWith(table(400));
    const stop = new AbortController();
    const stopAtOnce = () => stop.abort(new Error('Ctrl-C'));
    const stopped = forecastFeed(home, profile, { only: 'all', signal: stop.signal, onProgress: stopAtOnce });
    await expect(stopped).rejects.toThrow('Ctrl-C');
    expect(await forecastFeed(home, profile, { only: 'all' })).toMatchObject({ computed: 3 });
  });
});
