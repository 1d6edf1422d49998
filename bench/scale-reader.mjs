/**
 * One fresh server process of bench/scale.ts: opens the published files, asks questions nobody asked before, and prints
 * what they took, with the process's highest memory. Run: node bench/scale-reader.mjs HOME cold|warm
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startServer } from '../dist/api/index.js';
import { openHome, openServingLibrary } from '../dist/lake/index.js';
import { board, itemHistory } from '../dist/market/index.js';
import { demoFeed } from '../dist/sources/index.js';

const ROUNDS = 100;
const [homePath, mode] = process.argv.slice(2);
const began = performance.now();
const library = await openServingLibrary(openHome(homePath), [demoFeed.profile]);
const openedMs = performance.now() - began;

async function timed(rounds, ask) {
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await ask(round);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (share) => Number(times[Math.floor(share * (rounds - 1))].toFixed(1));
  return { p50Ms: at(0.5), p95Ms: at(0.95) };
}

const figures = await library.read(demoFeed.profile.id, async (reader) => {
  const start = performance.now();
  const first = await board(reader, {});
  const coldMs = performance.now() - start;
  if (mode === 'cold') return { openedMs, firstBoardMs: coldMs };
  const series = (await board(reader, { scope: 'all' })).rows.map((row) => row.series);
  const days = (
    await reader.query('select cast(day as varchar) as day from day_counts order by day desc limit 2000')
  ).columns.day;
  await itemHistory(reader, { series: series[0] });
  return {
    openedMs,
    boardRows: first.rows.length,
    control: await timed(ROUNDS, () => reader.query('select sum(series) from day_counts')),
    board: await timed(ROUNDS, () => board(reader, {})),
    boardOfAnOlderDay: await timed(ROUNDS, (round) =>
      board(reader, { day: days[(round * 17) % days.length] }),
    ),
    item: await timed(ROUNDS, (round) =>
      itemHistory(reader, { series: series[(round * 13) % series.length] }),
    ),
    boardAsOf: await timed(5, (round) => board(reader, { asOf: days[round + 100] })),
  };
});
if (mode === 'warm') {
  const server = await startServer({
    library,
    webRoot: fileURLToPath(new URL('../dist/web', import.meta.url)),
    version: '0',
    port: 0,
  });
  const ask = async (path) => {
    const answer = await fetch(`${server.address}/api/v1${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.arrayBuffer();
  };
  // each limit is a question of its own, so no answer comes from memory
  let limit = 1;
  figures.boardOverHttp = await timed(ROUNDS, () => ask(`/board?feed=demo&limit=${limit++}`));
  figures.sameBoardOverHttp = await timed(ROUNDS, () => ask('/board?feed=demo'));
  await server.close();
}
await library.close();
const highestKb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
console.log(JSON.stringify({ ...figures, highestMemoryMb: Math.round(highestKb / 1024) }));
