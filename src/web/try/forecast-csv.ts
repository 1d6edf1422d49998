import type { SeriesForecast } from 'sihwang/forecast';
import type { PastedSeries } from './parse-table.ts';

/** Figures beyond this are noise of the computation. */
const DIGITS = 10;

/**
 * Forecasts as CSV, one line a step: `unique_id,step,model,mean,lo-95,…,hi-95`. `step` counts from 1 behind the series'
 * last row, since a pasted table need not say its dates. A series without a forecast has no line.
 */
export function forecastCsv(
  series: readonly PastedSeries[],
  forecasts: readonly (SeriesForecast | null)[],
): string {
  const levels = forecasts.find((one) => one !== null)?.intervals.map(({ level }) => level * 100) ?? [];
  const names = [...levels.map((level) => `lo-${level}`).reverse(), ...levels.map((level) => `hi-${level}`)];
  const lines = [['unique_id', 'step', 'model', 'mean', ...names].join(',')];
  forecasts.forEach((one, i) => {
    if (one === null) return;
    const { model, mean, intervals } = one;
    for (let k = 0; k < mean.length; k++) {
      const lows = intervals.map(({ lo }) => lo[k]!).reverse();
      const numbers = [mean[k]!, ...lows, ...intervals.map(({ hi }) => hi[k]!)];
      lines.push(
        [quoted(series[i]!.id), k + 1, model, ...numbers.map((n) => Number(n.toPrecision(DIGITS)))].join(','),
      );
    }
  });
  return `${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
