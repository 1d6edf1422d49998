// The global model on Japan's wholesale prices, on the cells of japan-cells.ts: naive, its members, their mean, and its
// intervals calibrated on the errors of the two years before, as known at each origin.
//   node scripts/run-ts.mjs bench/japan.ts [--years 2022,2023,2024 | --tune] [--only weekly|daily] [--trees N] [--week-means]
// Settings were chosen on years before 2024 (--tune: 2022 and 2023); without --years or --tune, 2024 is scored, and with
// it each later year that the data has (japan-cells.ts says where later days may stand).
// --week-means hides the days of the newest week from the weekly forecast, as they are hidden from the peers.
// With SIHWANG_PEERS_PYTHON the peers of japan-peers.ts run behind it on the same cells.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { type GlobalPanel, globalAtOrigins, newestReadings, pooledQuantiles } from '../src/forecast/index.ts';
import { yearPositionsByDate } from '../src/models/index.ts';
import {
  dailyPanel,
  type JapanPanel,
  type JapanPaths,
  japanMissing,
  naivePaths,
  originsOf,
  scoredYears,
  scoreJapan,
  weeklyPanel,
} from './japan-cells.ts';
import { peersMissing } from './peers/peer-process.ts';

const { values: flags } = parseArgs({
  options: {
    tune: { type: 'boolean', default: false },
    years: { type: 'string' },
    only: { type: 'string' },
    trees: { type: 'string' },
    'week-means': { type: 'boolean', default: false },
  },
});
const yearsAsked = flags.years ?? (flags.tune ? '2022,2023' : undefined);
/** Years before the first scored one whose errors calibrate its intervals. */
const CALIBRATION_YEARS = 2;
/** The trees are learnt anew at every so many origins: a quarter of a year, and half of one where it takes longer. */
const REFIT_EVERY = { weekly: 3, daily: 6 };
const DAYS_PER_YEAR = 365.25;

const missing = japanMissing();
const withoutPeers = missing ?? peersMissing();
if (missing) console.log(`skipped: ${missing}`);
else {
  const days = dailyPanel();
  if (flags.only !== 'daily') run(weeklyPanel(), flags['week-means'] ? undefined : days);
  if (flags.only !== 'weekly') run(days, days);
}

function run(panel: JapanPanel, days?: JapanPanel): void {
  const years = yearsAsked?.split(',').map(Number) ?? scoredYears(panel);
  const absent = years.filter((year) => !(originsOf(panel, [year]).length > 0));
  if (absent.length > 0) {
    console.log(`${panel.kind}: no prices of ${absent.join(', ')} to score`);
    process.exitCode = 2;
    return;
  }
  const started = process.cpuUsage();
  const earlier = Array.from({ length: CALIBRATION_YEARS }, (_, k) => years[0]! - CALIBRATION_YEARS + k);
  const origins = originsOf(panel, [...earlier, ...years]);
  const scoredOrigins = originsOf(panel, years);
  const from = origins.indexOf(scoredOrigins[0]!) * panel.horizon;
  const season = 7 / panel.stepDays;
  const shared = { origins, horizon: panel.horizon, season };
  const paths = globalAtOrigins(globalPanel(panel, days), origins, {
    ...shared,
    log: true,
    refitEvery: REFIT_EVERY[panel.kind],
    ...(flags.trees ? { trees: Number(flags.trees) } : {}),
  });
  const quantiles = pooledQuantiles(paths, panel.prices, {
    ...shared,
    halfLife: 52 * season,
    levels: [0.1, 0.9],
  });
  const { user, system } = process.cpuUsage(started);

  report(panel, years, 'naive', naivePaths(panel, scoredOrigins));
  for (const member of ['boosted-l1', 'boosted-l2', 'ridge'] as const) {
    report(
      panel,
      years,
      member,
      panel.scored.map((item) => ({ mean: paths[item]!.members[member].subarray(from) })),
    );
  }
  const final = panel.scored.map((item): JapanPaths => {
    const [lo, hi] = quantiles[item]!;
    return { mean: paths[item]!.mean.subarray(from), lo: lo!.subarray(from), hi: hi!.subarray(from) };
  });
  report(panel, years, 'global', final);
  console.log(
    `${panel.kind}: ${((user + system) / 1e6).toFixed(0)} CPU s for ${origins.length} origins of ${panel.items.length} items`,
  );
  if (withoutPeers) console.log(`peers not run: ${withoutPeers}; their figures are in BENCHMARKS.md`);
  else {
    const peers = ['scripts/run-ts.mjs', 'bench/japan-peers.ts', panel.kind, years.join(',')];
    spawnSync(process.execPath, peers, { stdio: 'inherit' });
  }
}

function report(
  panel: JapanPanel,
  years: readonly number[],
  name: string,
  paths: readonly JapanPaths[],
): void {
  const score = scoreJapan(panel, years, paths);
  const figure = (value: number, digits = 4) => (Number.isNaN(value) ? '–' : value.toFixed(digits));
  const each = (values: readonly number[], digits: number) =>
    years.length > 1 ? ` (${values.map((value) => figure(value, digits)).join(', ')})` : '';
  const [low, high] = score.coverageInterval;
  console.log(
    `${panel.kind} ${years.join(',')} ${name}: WAPE ${figure(score.wape)}${each(score.yearlyWape, 4)} over ${score.cells} cells, ` +
      `pinball ÷ mean price ${figure(score.pinball)}${each(score.yearlyPinball, 4)}, coverage ${figure(score.coverage, 3)} [${figure(low, 3)}, ${figure(high, 3)}]` +
      each(score.yearlyCoverage, 3),
  );
}

function globalPanel(panel: JapanPanel, days?: JapanPanel): GlobalPanel {
  const positions = panel.prices[0]!.length + panel.horizon;
  const axis = Float64Array.from({ length: positions }, (_, t) => panel.firstDay + t * panel.stepDays);
  const turn = axis.map((day) => (2 * Math.PI * day) / DAYS_PER_YEAR);
  return {
    values: panel.prices,
    volumes: panel.volumesKg,
    ...(days ? newestUpTo(panel, days) : {}),
    years: yearPositionsByDate(axis, 10),
    cycles: {
      'year sine': turn.map(Math.sin),
      'year cosine': turn.map(Math.cos),
      'time of the year': axis.map(dayOfYear).map((day) => Math.floor(day / panel.stepDays)),
      ...(panel.kind === 'daily' ? { weekday: axis.map((day) => (day + 3) % 7) } : {}),
    },
  };
}

/** The newest days' readings as they stood at the end of each position of the panel, by item. */
function newestUpTo({ firstDay, stepDays, prices }: JapanPanel, days: JapanPanel) {
  const { fresh, freshVolumes } = newestReadings(days.prices, days.volumesKg);
  const lastDayOf = (position: number) =>
    Math.min(firstDay + stepDays * (position + 1) - 1 - days.firstDay, days.prices[0]!.length - 1);
  const sampled = (columns: readonly Float64Array[]) =>
    columns.map((column) => Float64Array.from(prices[0]!, (_, position) => column[lastDayOf(position)]!));
  return {
    fresh: Object.fromEntries(Object.entries(fresh).map(([name, columns]) => [name, sampled(columns)])),
    freshVolumes: sampled(freshVolumes),
  };
}

function dayOfYear(day: number): number {
  const date = new Date(day * 86_400_000);
  return day - Date.UTC(date.getUTCFullYear(), 0, 1) / 86_400_000;
}
