/** Claim: the demo market is simulated, CSV bytes included, at 100,000 lots a second or more on one core. */
import { localDate } from '../src/domain/index.ts';
import { demoOptions, simulate } from '../src/sources/demo/index.ts';

const [lotsPerDayText, itemsText, marketsText] = process.argv.slice(2);
const options = demoOptions({
  through: localDate('2025-12-31'),
  ...(lotsPerDayText ? { lotsPerDay: Number(lotsPerDayText) } : {}),
  ...(itemsText ? { items: Number(itemsText) } : {}),
  ...(marketsText ? { markets: Number(marketsText) } : {}),
});

for (const run of [1, 2, 3]) {
  const begins = performance.now();
  const files = simulate(options);
  let bytes = 0;
  let next = files.next();
  for (; !next.done; next = files.next()) bytes += next.value.chunk.length;
  const seconds = (performance.now() - begins) / 1_000;
  const lots = next.value;
  console.log(
    `run ${run}: ${lots} lots, ${(bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(2)} s = ${Math.round(lots / seconds)} lots/s, ${(bytes / 1e6 / seconds).toFixed(0)} MB/s`,
  );
}
