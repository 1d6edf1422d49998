import { readFileSync } from 'node:fs';
import type { Scores, SetName } from '../m-series.ts';

/** One peer on one whole set, cut as m-series.ts cuts. */
export interface PeerFigures extends Scores {
  readonly set: SetName;
  readonly model: string;
  readonly seasons: readonly number[];
  /** Process time of fitting and forecasting, one thread. */
  readonly cpuMs: number;
  /** Series that the peer refused and the last value stood in for. */
  readonly refused: number;
}

export interface Recorded {
  readonly date: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly series: readonly PeerFigures[];
}

/** What the peers reached when they were last run, for where they cannot be: see bench/m-competitions.ts record. */
export function readRecorded(): Recorded {
  return JSON.parse(readFileSync('bench/peers/recorded.json', 'utf8'));
}
