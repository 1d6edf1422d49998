import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SnapshotReader } from '../src/domain/index.ts';
import { openHome, openServingLibrary, openSnapshot } from '../src/lake/index.ts';
import { drawSnapshot } from '../src/pipeline/forecasting/index.ts';
import { snapshotOf } from '../src/pipeline/task-snapshot.ts';
import { demoFeed } from '../src/sources/index.ts';
import { openStore } from '../src/store/index.ts';
import { priceSnapshots, seriesOf } from '../src/tasks/price-forecast/index.ts';

/**
 * What a snapshot of a home's demo market costs: drawn of everything and as of a day three years back, and every series
 * read out of it, beside reading them from the published version. CPU of all threads. `home=FOLDER`.
 */
const given = process.argv.find((one) => one.startsWith('home='))?.slice('home='.length);
if (!given) throw new Error('home=FOLDER is missing: a home that sihwang start has filled');
const home = openHome(given);
const { profile } = demoFeed;
const folder = mkdtempSync(join(tmpdir(), 'sihwang-bench-snapshot-'));
const store = await openStore(`${pathToFileURL(folder).href}/`);

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (ms: number) => (ms / 1000).toFixed(2);
  console.log(
    `${what}: ${seconds((user + system) / 1000)} CPU s, ${seconds(performance.now() - began)} s by the clock`,
  );
  return result;
}

async function readAll(reader: SnapshotReader): Promise<number> {
  let days = 0;
  for await (const { series } of priceSnapshots(reader, [...(await seriesOf(reader)).values()]))
    days += series[0]!.days.length;
  return days;
}

try {
  const request = { task: 'price-forecast', params: {}, asOf: null };
  const drawn = await timed('drawn of everything', () => drawSnapshot(home, store, profile, request));
  const lastDay = drawn.manifest.tables.find(({ name }) => name === 'prices')!.lastDay!;
  const asOf = `${Number(lastDay.slice(0, 4)) - 3}${lastDay.slice(4)}`;
  await timed(`drawn as of ${asOf}`, () => drawSnapshot(home, store, profile, { ...request, asOf }));
  const bytes = drawn.manifest.tables.reduce((sum, table) => sum + table.bytes, 0);
  console.log(`${(bytes / 1e6).toFixed(1)} MB`);
  const snapshot = await openSnapshot(store, drawn.sha256);
  const stored = await timed('every series read from it', () => readAll(snapshot));
  snapshot.close();
  const library = await openServingLibrary(home, [profile]);
  const served = await timed('every series read from the published version', () =>
    library.read(profile.id, (reader) => readAll(snapshotOf(reader))),
  );
  await library.close();
  console.log(`${stored} prices, ${served} prices`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
