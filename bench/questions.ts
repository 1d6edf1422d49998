/**
 * The board's and the item page's questions on the published demo market (8 years, about 640,000 daily prices).
 * Run: node scripts/run-ts.mjs bench/questions.ts — prints p50 and p95 in milliseconds, warm, one request at a time,
 * and beside them a scan of the whole daily table as the control of the machine's speed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHome, openServingLibrary, type ServingReader } from '../src/lake/index.ts';
import { board, itemHistory, seriesForecast } from '../src/market/index.ts';
import { buildDemo } from '../src/pipeline/index.ts';
import { demoFeed } from '../src/sources/index.ts';

const ROUNDS = 40;
const folder = mkdtempSync(join(tmpdir(), 'sihwang-bench-'));

async function timed(reader: ServingReader, ask: (reader: ServingReader, round: number) => Promise<unknown>) {
  const times: number[] = [];
  await ask(reader, 0);
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await ask(reader, round);
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => Number(times[Math.floor(share * (ROUNDS - 1))]!.toFixed(1));
  return { p50Ms: at(0.5), p95Ms: at(0.95) };
}

try {
  const home = openHome(folder);
  await buildDemo(home, {}, { waitMs: 0, command: 'bench' });
  const library = await openServingLibrary(home, [demoFeed.profile]);
  const figures = await library.read(demoFeed.profile.id, async (reader) => {
    const rows = (await board(reader, { scope: 'all' })).rows;
    const series = (round: number) => rows[round % rows.length]!.series;
    return {
      board: await timed(reader, (r) => board(r, {})),
      boardAll: await timed(reader, (r) => board(r, { scope: 'all' })),
      boardAsOf: await timed(reader, (r) => board(r, { asOf: '2024-06-03' })),
      item: await timed(reader, (r, round) => itemHistory(r, { series: series(round) })),
      forecast: await timed(reader, (r, round) => seriesForecast(r, { series: series(round) })),
      wholeScan: await timed(reader, (r) => r.query('select sum(price), max(volume_kg) from daily')),
    };
  });
  console.log(JSON.stringify(figures));
  await library.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
