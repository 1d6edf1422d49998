// The default choice of `forecast` on the training parts of M4 weekly and hourly and M3 monthly, the last 13, 48 and 18
// points held back: OWA against Naive2, coverage, and CPU seconds on one thread. The bar: the 773 series of M4 in < 60 s.
//   node scripts/run-ts.mjs bench/generic-forecast.ts [horizons to hold back further; 1 = the cut settings are chosen on]
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { coverage, mase, naive2, owa, smape } from '../src/evaluate/index.ts';
import { forecast } from '../src/forecast/index.ts';

const BAR_SECONDS = 60;
const folder = process.env.SIHWANG_TEST_DATA ?? '../shared/data';
const heldFurther = Number(process.argv[2] ?? 0);

interface Work {
  readonly name: string;
  readonly read: () => Float64Array[];
  readonly horizon: number;
  readonly season: number;
  readonly scoreSeason: number;
  /** The best single peer on the official test part, for orientation. */
  readonly peer: string;
  /** Whether it counts towards the bar of 60 CPU seconds. */
  readonly timed: boolean;
}

const works: readonly Work[] = [
  {
    name: 'M4 weekly',
    read: () => readWide(join(folder, 'm4', 'Weekly-train.csv')),
    horizon: 13,
    season: 52,
    scoreSeason: 1,
    peer: 'DOT .872',
    timed: true,
  },
  {
    name: 'M4 hourly',
    read: () => readWide(join(folder, 'm4', 'Hourly-train.csv')),
    horizon: 48,
    season: 24,
    scoreSeason: 24,
    peer: 'MSTL .604',
    timed: true,
  },
  {
    name: 'M3 monthly',
    read: () => readM3(join(folder, 'm3'), 'MONTHLY'),
    horizon: 18,
    season: 12,
    scoreSeason: 12,
    peer: 'DOT .819',
    timed: false,
  },
];

if (!existsSync(join(folder, 'm4'))) {
  console.log(`skipped: ${folder} is not there; set SIHWANG_TEST_DATA to the folder that holds m3/ and m4/`);
} else {
  let seconds = 0;
  let count = 0;
  for (const work of works) {
    const all = work
      .read()
      .map((values) => values.subarray(0, values.length - heldFurther * work.horizon))
      .filter((values) => values.length - work.horizon > 2 * work.scoreSeason);
    const known = all.map((values) => values.subarray(0, values.length - work.horizon));
    const actual = all.map((values) => values.subarray(values.length - work.horizon));
    const before = process.cpuUsage();
    const answers = forecast(known, { horizon: work.horizon, season: work.season });
    const used = process.cpuUsage(before);
    const cpuSeconds = (used.user + used.system) / 1e6;
    if (work.timed) {
      seconds += cpuSeconds;
      count += all.length;
    }

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
  console.log(
    `M4: ${count} series in ${seconds.toFixed(1)} CPU s on one thread; the bar is ${BAR_SECONDS} s`,
  );
  if (seconds >= BAR_SECONDS) process.exitCode = 1;
}

/** Series of a wide file: an id, then as many numbers as there are. */
function readWide(path: string): Float64Array[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => {
    const cells = line.replaceAll('"', '').split(',').slice(1);
    return Float64Array.from(cells.filter((cell) => cell.trim() !== '').map(Number));
  });
}

/** The training parts of one period of M3, from a long file and the file that says which series has which period. */
function readM3(path: string, period: string): Float64Array[] {
  const rows = (name: string) =>
    readFileSync(join(path, name), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(','));
  const values = new Map<string, number[]>();
  for (const [id, , of] of rows('m3_meta.csv')) if (of === period) values.set(id!, []);
  for (const [id, part, , value] of rows('m3_train_long.csv')) {
    if (part === 'train') values.get(id!)?.push(Number(value));
  }
  return [...values.values()].map((one) => Float64Array.from(one));
}
