import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromDayNumber, type Json, type JsonObject } from '../../src/domain/index.ts';
import { type Home, openHome, openServingLibrary } from '../../src/lake/index.ts';
import { ingestFiles } from '../../src/pipeline/ingest-files.ts';
import { type ForecastOutput, forecastStep } from '../../src/pipeline/steps/forecast.ts';
import { publishForecastsStep } from '../../src/pipeline/steps/publish-forecasts.ts';
import { recordForecastsStep } from '../../src/pipeline/steps/record-forecasts.ts';
import { scoreForecastsStep } from '../../src/pipeline/steps/score-forecasts.ts';
import { snapshotStep } from '../../src/pipeline/steps/snapshot.ts';
import { Skipped, type StepContext } from '../../src/pipeline/steps/step.ts';
import { feedById } from '../../src/sources/index.ts';
import { homeStoreUri, openStore } from '../../src/store/index.ts';
import { performJobs } from './perform-jobs.ts';
import { type RecordsDatabase, withRecords } from './records-database.ts';
import { stepContext } from './step-context.ts';

const feed = feedById('japan-maff')!;
export const { profile } = feed;
export const FIRST_DAY = 18_628; // 2021-01-01
export const ITEMS = ['30100', '30200', '30300'];
export const DAYS = 420;
/** Six weeks later, so that the first origin is one of the second run's. */
export const LATER_DAYS = 42;

/** Days since 1970-01-01. */
export function dayOf(date: string): number {
  return Math.round(Date.parse(date) / 86_400_000);
}

/** JPY per kg of item `k` of {@link ITEMS}. */
export function price(day: number, k: number): number {
  return Math.round(100 * (k + 1) * (1 + 0.3 * Math.sin(day / 58)) * (1 + 0.1 * Math.sin(day * day + k)));
}

/** The feed's file of the weekdays from one day after {@link FIRST_DAY} up to another; `corrected` in place of every price. */
export function table(
  from: number,
  to: number,
  corrected?: number,
  items: readonly string[] = ITEMS,
): string {
  const rows = ['date,item_code,item,volume_kg,price_jpy_per_kg'];
  for (let index = from; index < to; index++) {
    const day = FIRST_DAY + index;
    if ((day + 4) % 7 === 0 || (day + 4) % 7 === 6) continue;
    for (const [k, item] of items.entries())
      rows.push(`${fromDayNumber(day)},${item},item ${item},${10_000 + k},${corrected ?? price(day, k)}`);
  }
  return `${rows.join('\n')}\n`;
}

/** A home with records, on which the steps around the ledger are done one after another. */
export class LedgerHome {
  folder!: string;
  home!: Home;
  db!: RecordsDatabase;

  async open(): Promise<void> {
    this.folder = mkdtempSync(join(tmpdir(), 'sihwang-ledger-steps-'));
    this.home = openHome(join(this.folder, 'home'));
    this.db = await withRecords(this.home.id);
  }

  async close(): Promise<void> {
    await this.db?.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async ingest(csv: string, into = this.home): Promise<void> {
    const path = join(this.folder, `${Math.random()}.csv`);
    writeFileSync(path, csv);
    await ingestFiles(into, feed, [path], { waitMs: 60_000, command: 'test' });
  }

  context(
    step: string,
    params: JsonObject,
    inputs: Record<string, Json>,
    run: string,
    of = this.home,
    records = this.db.records,
  ): StepContext {
    const bare = stepContext(of, step, { feed: profile.id, ...params }, inputs, run);
    return Object.defineProperty(bare, 'records', { value: records });
  }

  /** Snapshot, forecast, publish; then what is asked of the ledger. */
  async run(name: string) {
    const { home, db } = this;
    const inputs: Record<string, Json> = {};
    inputs.snapshot = (await snapshotStep.perform(this.context('snapshot', {}, inputs, name))) as Json;
    const forecast = this.context('forecast', { snapshot: 'snapshot' }, inputs, name);
    const specs = await forecastStep.specs(forecast);
    if (!(specs instanceof Skipped)) {
      const store = await openStore(homeStoreUri(home.path));
      inputs.forecast = (await forecastStep.collect(forecast, await performJobs(store, specs))) as Json;
      await publishForecastsStep.perform(this.context('publish', { forecast: 'forecast' }, inputs, name));
    }
    return {
      forecast: inputs.forecast as (ForecastOutput & Json) | undefined,
      record: (records = db.records) =>
        recordForecastsStep.perform(
          this.context('record', { forecast: 'forecast' }, inputs, name, home, records),
        ),
      score: (records = db.records) =>
        scoreForecastsStep.perform(this.context('score', {}, inputs, name, home, records)),
    };
  }

  async seriesKeys(): Promise<string[]> {
    const library = await openServingLibrary(this.home, [profile]);
    try {
      const { columns } = await library.read(profile.id, (reader) =>
        reader.query('select series from series order by series'),
      );
      return columns.series!.map(String);
    } finally {
      await library.close();
    }
  }
}
