// How sure a promotion is: the weekly loss differences of real forecasts, and what rules of looking at them come to.
//   node scripts/run-ts.mjs bench/promotion-rules.ts [--pairs 2000]
// 1. Japan's weekly prices (needs SIHWANG_TEST_DATA): relative difference of the pooled weekly loss of two methods, mean over
//    the horizons 1, 2, 4 weeks: gain, deviation, long-run deviation, autocorrelations 1 to 5.
// 2. Pairs with such differences (test/support/loss-pairs.ts): how often each rule promotes an equal challenger, and one that
//    is 5% better, at its first look with 52 origins and within a year of weekly looks.
import { parseArgs } from 'node:util';
import { alphaOfLook, longRunMean, weighEvidence } from '../src/evaluate/index.ts';
import { studentQuantile } from '../src/evaluate/student.ts';
import { decideCells } from '../src/tasks/price-forecast/decide-cells.ts';
import { layOut, marketTime, originsUpTo } from '../src/tasks/price-forecast/market-axis.ts';
import { lossPair, upTo } from '../test/support/loss-pairs.ts';
import { japanMissing, weeklyPanel } from './japan-cells.ts';

const { values: flags } = parseArgs({ options: { pairs: { type: 'string', default: '2000' } } });
const pairs = Number(flags.pairs);
const HORIZONS = ['W1', 'W2', 'W4'] as const;
const ORIGINS = 300;
/** Items behind a week's mean, so that early weeks with few do not count. */
const FEWEST_ITEMS = 30;

/** Losses by horizon and method: origin day → item → |error| ÷ price. */
type Losses = Record<string, Record<string, Map<number, Map<number, number>>>>;

function measureJapan(): void {
  const losses = japanLosses();
  for (const [one, other] of [
    ['baseline-mix', 'ensemble'],
    ['baseline-mix', 'shown'],
    ['shown', 'ensemble'],
    ['ets', 'dynamic-theta'],
    ['naive', 'ets'],
    ['naive', 'shown'],
  ] as const) {
    const gains = weeklyGains(losses, one, other);
    const mean = average(gains);
    const at = (lag: number) =>
      gains.slice(lag).reduce((sum, gain, t) => sum + (gain - mean) * (gains[t]! - mean), 0) / gains.length;
    const lags = [1, 2, 3, 4, 5].map((lag) => (at(lag) / at(0)).toFixed(2));
    const { standardError } = longRunMean(gains);
    console.log(
      `${one} → ${other}: ${gains.length} weeks, gain ${percent(mean)}, deviation ${percent(Math.sqrt(at(0)))}, ` +
        `long-run ${percent(standardError * Math.sqrt(gains.length))}, autocorrelations ${lags.join(' ')}`,
    );
  }
}

function japanLosses(): Losses {
  const panel = weeklyPanel();
  const weeks = Int32Array.from(panel.prices[0]!, (_, t) => panel.firstDay + 7 * t);
  const losses: Losses = {};
  for (const item of panel.scored) {
    const prices = panel.prices[item]!;
    const traded = [...prices.keys()].filter((t) => !Number.isNaN(prices[t]));
    const series = {
      series: String(panel.items[item]),
      days: Int32Array.from(traded, (t) => weeks[t]!),
      prices: Float64Array.from(traded, (t) => prices[t]!),
    };
    const time = marketTime({
      granularity: 'week',
      daysAhead: null,
      marketDays: weeks,
      originDay: weeks.at(-1)!,
      series: [series],
    });
    const origins = originsUpTo(time, ORIGINS).filter((day) => day >= series.days[0]! + 7 * 60);
    for (const { horizon, cell, tracks, decisions } of decideCells(layOut(series, time), origins, HORIZONS)
      .cells) {
      const shown = { name: 'shown', mean: Float64Array.from(decisions, ({ mean }) => mean) };
      for (const { name, mean } of [...cell.candidates, ...tracks, shown]) {
        losses[horizon] ??= {};
        losses[horizon][name] ??= new Map();
        origins.forEach((day, j) => {
          const loss = Math.abs(1 - mean[j]! / cell.actual[j]!);
          const byItem = losses[horizon]![name]!.get(day) ?? new Map<number, number>();
          if (!Number.isNaN(loss)) losses[horizon]![name]!.set(day, byItem.set(item, loss));
        });
      }
    }
  }
  return losses;
}

/** By week: mean over the horizons of the difference of pooled losses, over the first method's mean loss. */
function weeklyGains(losses: Losses, one: string, other: string): number[] {
  const horizons = HORIZONS.map((horizon) => {
    const weeks = new Map<number, readonly [number, number]>();
    for (const [day, items] of losses[horizon]![one]!) {
      const others = losses[horizon]![other]!.get(day);
      const both = [...items.keys()].filter((item) => others?.has(item));
      if (both.length >= FEWEST_ITEMS)
        weeks.set(day, [
          average(both.map((item) => items.get(item)!)),
          average(both.map((item) => others!.get(item)!)),
        ]);
    }
    return { weeks, usual: average([...weeks.values()].map(([loss]) => loss)) };
  });
  const days = [...horizons[0]!.weeks.keys()].filter((day) => horizons.every(({ weeks }) => weeks.has(day)));
  return days
    .sort((a, b) => a - b)
    .map((day) =>
      average(horizons.map(({ weeks, usual }) => (weeks.get(day)![0] - weeks.get(day)![1]) / usual)),
    );
}

/** Whether a look with so many origins promotes. */
type Rule = (gains: readonly number[], look: number) => boolean;

const passes = (gains: readonly number[], alpha: number): boolean => {
  const { mean, standardError, degrees } = longRunMean(gains);
  return mean >= 0.01 && mean > studentQuantile(alpha, degrees) * standardError;
};

/** Asymptotic confidence sequence with a normal mixture, tightest at 52: I. Waudby-Smith et al., Annals of Statistics 52, 2024. */
const confidenceSequence: Rule = (gains) => {
  const { mean, standardError } = longRunMean(gains);
  const n = gains.length;
  const tightest = 12 / (52 * 4);
  const width =
    standardError *
    Math.sqrt(n) *
    Math.sqrt(
      ((2 * (n * tightest + 1)) / (n * n * tightest)) * Math.log(1 + Math.sqrt(n * tightest + 1) / 0.05),
    );
  return mean >= 0.01 && mean > width;
};

function compareRules(): void {
  const rules: Record<string, Rule> = {
    'the newest 52 origins, α .025 each week': (gains) => passes(gains.slice(-52), 0.025),
    'all origins, α .025 each week': (gains) => passes(gains, 0.025),
    'all origins, α .00625 each week': (gains) => passes(gains, 0.00625),
    'asymptotic confidence sequence, α .025': confidenceSequence,
    'first look α .025, later looks a quarter (ours)': (gains, look) => passes(gains, alphaOfLook(1, look)),
    'ours, second challenger of the year': (gains, look) => passes(gains, alphaOfLook(2, look)),
    'ours, third challenger': (gains, look) => passes(gains, alphaOfLook(3, look)),
  };
  for (const [name, rule] of Object.entries(rules)) {
    const shares = [0, 0.05].map((gain) => {
      let atFirst = 0;
      let withinYear = 0;
      for (let seed = 1; seed <= pairs; seed++) {
        const gains = gainsOf(seed, gain);
        const at = Array.from({ length: 53 }, (_, k) => k + 1).find((look) =>
          rule(gains.slice(0, 51 + look), look),
        );
        if (at === 1) atFirst++;
        if (at !== undefined) withinYear++;
      }
      return `${percent(atFirst / pairs)} / ${percent(withinYear / pairs)}`;
    });
    console.log(`${name}: equal ${shares[0]}, 5% better ${shares[1]} (first look / within a year)`);
  }
  const first = [0, 0.05].map((gain) => {
    let promoted = 0;
    for (let seed = 1; seed <= pairs; seed++) {
      const { champion, challenger } = lossPair(seed, 52, gain);
      if (weighEvidence(champion, challenger, alphaOfLook(1, 1)).verdict === 'promote') promoted++;
    }
    return percent(promoted / pairs);
  });
  console.log(`weighEvidence at 52 origins, coverage included: equal ${first[0]}, 5% better ${first[1]}`);
}

function gainsOf(seed: number, gain: number): number[] {
  const { champion, challenger } = lossPair(seed, 104, gain);
  const all = upTo(champion, 104);
  const usual = all.horizons.map(({ loss }) => average(Array.from(loss)));
  return Array.from({ length: 104 }, (_, t) =>
    average(all.horizons.map(({ loss }, h) => (loss[t]! - challenger.horizons[h]!.loss[t]!) / usual[h]!)),
  );
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

const missing = japanMissing();
if (missing) console.log(`skipped: ${missing}`);
else measureJapan();
compareRules();
