import type { PastRule } from '../../domain/index.ts';

/**
 * For feeds of Korean lots, none of whose history was at hand to choose thresholds on: the flags are the standard two, and
 * what publishers' users report as useful only warns (sources.md §15.6: a day's lots within ten times of each other, a
 * lag-1 autocorrelation of 0.3), beside a day that came in part or twice.
 */
export const LOT_PAST_RULES: readonly PastRule[] = [
  { kind: 'trickle', severity: 'flag' },
  { kind: 'price-jump', severity: 'flag', times: 5, lookBackDays: 60, fewestPrices: 10 },
  { kind: 'price-spread', severity: 'warn', timesUsual: 1, leastRatio: 10 },
  { kind: 'volume-share', severity: 'warn', timesUsual: 60 },
  { kind: 'stuck', severity: 'warn', marketDays: 4, withinDays: 14, of: 'price-and-volume' },
  { kind: 'noise', severity: 'warn', leastCorrelation: 0.3 },
  { kind: 'few-series', severity: 'warn', share: 0.4 },
  { kind: 'repeated-day', severity: 'warn', share: 0.5 },
];
