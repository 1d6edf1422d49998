// The default choice of `forecast` on the M4 weekly and hourly training parts, the last 13 and 48 points held back:
// OWA against Naive2, coverage, and CPU seconds on one thread. The bar: 773 series in under 60 s.
//   node scripts/run-ts.mjs bench/generic-forecast.ts [horizons to hold back further; 1 = the cut settings are chosen on]
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { coverage, mase, naive2, owa, smape } from '../src/evaluate/index.ts';
import { forecast } from '../src/forecast/index.ts';

const BAR_SECONDS = 60;
const folder = join(process.env.SIHWANG_TEST_DATA ?? '../shared/data', 'm4');
const heldFurther = Number(process.argv[2] ?? 0);

const works = [
  { name: 'M4 weekly', file: 'Weekly-train.csv', horizon: 13, season: 52, scoreSeason: 1, peer: 'DOT .872' },
  {
    name: 'M4 hourly',
    file: 'Hourly-train.csv',
    horizon: 48,
    season: 24,
    scoreSeason: 24,
    peer: 'MSTL .604',
  },
];

if (!existsSync(folder)) {
  console.log(`skipped: ${folder} is not there; set SIHWANG_TEST_DATA to the folder that holds m4/`);
} else {
  let seconds = 0;
  let count = 0;
  for (const work of works) {
    const all = readWide(join(folder, work.file), heldFurther * work.horizon);
    const known = all.map((values) => values.subarray(0, values.length - work.horizon));
    const actual = all.map((values) => values.subarray(values.length - work.horizon));
    const before = process.cpuUsage();
    const answers = forecast(known, { horizon: work.horizon, season: work.season });
    const used = process.cpuUsage(before);
    const cpuSeconds = (used.user + used.system) / 1e6;
    seconds += cpuSeconds;
    count += all.length;

    const ours = { smape: 0, mase: 0 };
    const reference = { smape: 0, mase: 0 };
    const inside = new Map<number, number>();
    answers.forEach((answer, i) => {
      if (answer.refusal) throw answer.refusal;
      const yardstick = naive2(known[i]!, work.scoreSeason, work.horizon);
      for (const [sum, mean] of [
        [ours, answer.mean],
        [reference, yardstick],
      ] as const) {
        sum.smape += smape(actual[i]!, mean) / all.length;
        sum.mase += mase(actual[i]!, mean, known[i]!, work.scoreSeason) / all.length;
      }
      for (const { level, lo, hi } of answer.intervals) {
        inside.set(level, (inside.get(level) ?? 0) + coverage(actual[i]!, lo, hi) / all.length);
      }
    });
    const covered = [...inside]
      .map(([level, share]) => `${100 * level}%: ${(100 * share).toFixed(1)}`)
      .join(', ');
    console.log(
      `${work.name}: ${all.length} series, OWA ${owa(ours, reference).toFixed(4)} (peer on the official test part: ${work.peer}), ` +
        `sMAPE ${ours.smape.toFixed(3)}, MASE(m=${work.scoreSeason}) ${ours.mase.toFixed(3)}, coverage ${covered}, ` +
        `${cpuSeconds.toFixed(1)} CPU s`,
    );
  }
  console.log(`${count} series in ${seconds.toFixed(1)} CPU s on one thread; the bar is ${BAR_SECONDS} s`);
  if (seconds >= BAR_SECONDS) process.exitCode = 1;
}

/** Series of a wide file: an id, then as many numbers as there are; the last `drop` are left out. */
function readWide(path: string, drop: number): Float64Array[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => {
    const cells = line.replaceAll('"', '').split(',').slice(1);
    const values = cells.filter((cell) => cell.trim() !== '').map(Number);
    return Float64Array.from(values.slice(0, values.length - drop));
  });
}
