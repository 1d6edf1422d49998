// The full daily path of market prices: candidates at 109 weekly origins of the past (26 of them scored, the others for
// choices and intervals to rest on), the choice, the gate, the intervals, the reasons. Made-up prices, one thread.
//   node scripts/run-ts.mjs bench/daily-path.ts [series = 3000] [short series = 100000]
// Long series are daily prices of eight years; short ones weekly prices of one year. Both are made, forecast and
// dropped in chunks, as the runner streams them, so that memory does not grow with their number.
import { dayNumber, localDate, type MarketCalendar, RULE_CALENDARS } from '../src/domain/index.ts';
import { forecastPrices, openDaysAhead, type PriceSnapshot } from '../src/tasks/price-forecast/index.ts';

const CHUNK = 50;
const MEMORY_BAR_MB = 2048;
/** What the extrapolation is for. */
const TARGET_SERIES = 100_000;
const BATCH_JOBS = 100;
/** Start of a container and reading of its chunk: assumed, not measured. */
const JOB_START_SECONDS = 30;

const calendar = RULE_CALENDARS.named('garak-auction') as MarketCalendar;
const lastDay = dayNumber(localDate('2024-06-28'));

interface Kind {
  readonly name: string;
  readonly granularity: PriceSnapshot['granularity'];
  readonly days: Int32Array;
  readonly count: number;
}

const kinds: readonly Kind[] = [
  {
    name: 'daily prices of 8 years',
    granularity: 'day',
    days: daysFrom(lastDay - 8 * 365, (day) => calendar.isOpen(day)),
    count: Number(process.argv[2] ?? 3000),
  },
  {
    name: 'weekly prices of 1 year',
    granularity: 'week',
    days: daysFrom(lastDay - 7 * 52, (day) => (lastDay - day) % 7 === 0),
    count: Number(process.argv[3] ?? 100_000),
  },
];

for (const kind of kinds) {
  if (kind.count > 0) run(kind);
}
const peakMb = process.resourceUsage().maxRSS / 1024;
console.log(`peak memory ${peakMb.toFixed(0)} MB; the bar is ${MEMORY_BAR_MB} MB`);
if (peakMb > MEMORY_BAR_MB) process.exitCode = 1;

function run({ name, granularity, days, count }: Kind): void {
  const shown = new Map<string, number>();
  const before = process.cpuUsage();
  const started = performance.now();
  for (let first = 0; first < count; first += CHUNK) {
    const size = Math.min(CHUNK, count - first);
    const snapshot: PriceSnapshot = {
      granularity,
      daysAhead: granularity === 'day' ? openDaysAhead(calendar, lastDay) : null,
      marketDays: days,
      originDay: lastDay,
      series: Array.from({ length: size }, (_, i) => ({
        series: `s${first + i}`,
        days,
        prices: wandering(days, first + i + 1),
      })),
    };
    for (const { cells } of forecastPrices(snapshot)) {
      for (const { status } of cells) shown.set(status, (shown.get(status) ?? 0) + 1);
    }
  }
  const { user, system } = process.cpuUsage(before);
  const cpuSeconds = (user + system) / 1e6;
  const perSeries = cpuSeconds / count;
  const hours = (TARGET_SERIES * perSeries) / 3600;
  const arraySeconds = JOB_START_SECONDS + (TARGET_SERIES / BATCH_JOBS) * perSeries;
  console.log(
    `${name}: ${count} series of ${days.length} prices, ${cpuSeconds.toFixed(1)} CPU s ` +
      `(${(1000 * perSeries).toFixed(2)} ms a series), ${((performance.now() - started) / 1000).toFixed(1)} s by the clock; ` +
      `cells ${[...shown].map(([status, cells]) => `${status} ${cells}`).join(', ')}`,
  );
  console.log(
    `  ${TARGET_SERIES} such series: ${TARGET_SERIES} x ${(1000 * perSeries).toFixed(2)} ms / 3,600,000 = ${hours.toFixed(2)} h on one thread; ` +
      `as a Batch array of ${BATCH_JOBS} jobs of one vCPU: ${JOB_START_SECONDS} s start + ${TARGET_SERIES / BATCH_JOBS} x ${(1000 * perSeries).toFixed(2)} ms = ${(arraySeconds / 60).toFixed(1)} min ` +
      '(an extrapolation: no such array was run)',
  );
}

function daysFrom(first: number, isMarketDay: (day: number) => boolean): Int32Array {
  const days: number[] = [];
  for (let day = first; day <= lastDay; day++) if (isMarketDay(day)) days.push(day);
  return Int32Array.from(days);
}

/** A seasonal price that also wanders; the seed makes it this series' own. */
function wandering(days: Int32Array, seed: number): Float64Array {
  let state = (seed * 7919 + 12_345) % 2_147_483_647;
  let drift = 0;
  const phase = (seed % 97) / 97;
  return Float64Array.from(days, (day) => {
    state = (state * 48_271) % 2_147_483_647;
    drift = 0.97 * drift + 0.12 * (state / 2_147_483_647 - 0.5);
    return 1000 * Math.exp(0.3 * Math.sin(2 * Math.PI * (day / 365.25 + phase)) + drift);
  });
}
