// The default choice of `forecast` on M4 weekly and hourly and M3 monthly: OWA against Naive2, coverage, and CPU seconds
// on one thread. First with the last 13, 48 and 18 points of the training parts held back (the bar: the 773 series of M4
// in < 60 s), then on the official test parts, against their bars, where SIHWANG_TEST_DATA has them (m-series.ts says
// under which names).
//   node scripts/run-ts.mjs bench/generic-forecast.ts [weekly] [hourly] [monthly] [further=1] [official]
// further=1 holds one more horizon back, the cut settings are chosen on; `official` leaves the held-back cut out.
import { coverage } from '../src/evaluate/index.ts';
import { forecast } from '../src/forecast/index.ts';
import {
  officialMissing,
  readOfficial,
  readSet,
  type SeriesSet,
  type SetName,
  scoreSet,
  seriesMissing,
  setNames,
} from './m-series.ts';

const BAR_SECONDS = 60;
/** OWA on the official test part, and what the best single peer has there. */
const OFFICIAL: Record<SetName, { bar: number; peer: string }> = {
  'M4 weekly': { bar: 0.8, peer: 'DOT .872' },
  'M4 hourly': { bar: 0.5, peer: 'MSTL .604' },
  'M3 monthly': { bar: 0.79, peer: 'DOT .819' },
};

const words = process.argv.slice(2);
const heldFurther = Number(words.find((word) => word.startsWith('further='))?.slice(8) ?? 0);
const named = setNames.filter((name) => words.some((word) => name.endsWith(` ${word}`)));
const wanted = named.length > 0 ? named : setNames;
const missing = seriesMissing();

if (missing) console.log(`skipped: ${missing}`);
else {
  if (!words.includes('official')) heldBack();
  for (const name of wanted) official(name);
}

function heldBack(): void {
  let seconds = 0;
  let count = 0;
  for (const name of wanted) {
    const set = readSet(name, { heldFurther });
    const { cpuSeconds } = run(set, 'held back', '');
    if (!name.startsWith('M4')) continue;
    seconds += cpuSeconds;
    count += set.series.length;
  }
  if (count === 0) return;
  console.log(
    `M4: ${count} series in ${seconds.toFixed(1)} CPU s on one thread; the bar is ${BAR_SECONDS} s`,
  );
  if (seconds >= BAR_SECONDS) process.exitCode = 1;
}

function official(name: SetName): void {
  const without = officialMissing(name);
  if (without) {
    console.log(`${name}: ${without}`);
    return;
  }
  const { bar, peer } = OFFICIAL[name];
  const { owa } = run(readOfficial(name), 'official test part', ` (bar ${bar}; best single peer ${peer})`);
  if (!(owa <= bar)) process.exitCode = 1;
}

function run(set: SeriesSet, what: string, beside: string): { owa: number; cpuSeconds: number } {
  const before = process.cpuUsage();
  const answers = forecast(
    set.series.map(({ known }) => known),
    { horizon: set.horizon, season: set.season },
  );
  const used = process.cpuUsage(before);
  const cpuSeconds = (used.user + used.system) / 1e6;
  const inside = new Map<number, number>();
  const means = answers.map((answer, i) => {
    if (answer.refusal) throw answer.refusal;
    for (const { level, lo, hi } of answer.intervals) {
      const share = coverage(set.series[i]!.actual, lo, hi) / answers.length;
      inside.set(level, (inside.get(level) ?? 0) + share);
    }
    return answer.mean;
  });
  const { owa, smape, mase } = scoreSet(set, means);
  const covered = [...inside]
    .map(([level, share]) => `${100 * level}%: ${(100 * share).toFixed(1)}`)
    .join(', ');
  console.log(
    `${set.name}, ${what}: ${answers.length} series, OWA ${owa.toFixed(4)}${beside}, ` +
      `sMAPE ${smape.toFixed(3)}, MASE(m=${set.scoreSeason}) ${mase.toFixed(3)}, coverage ${covered}, ` +
      `${cpuSeconds.toFixed(1)} CPU s`,
  );
  return { owa, cpuSeconds };
}
