import type { Ledger } from '../../api/contract.ts';

export type Said = Ledger['said'][number];

/** One forecast whose day has come: what was said, and what came. Prices in the series' own unit. */
export interface LedgerPoint {
  readonly originDay: string;
  readonly targetDay: string;
  readonly mean: number;
  readonly lo80: number;
  readonly hi80: number;
  readonly actual: number;
  readonly inside: boolean;
}

/** Horizons that were forecast, in the order of `known`; others behind them. */
export function horizonsIn(said: readonly Said[], known: readonly string[]): string[] {
  const found = [...new Set(said.map(({ horizon }) => horizon))];
  const rank = (horizon: string) => (known.includes(horizon) ? known.indexOf(horizon) : known.length);
  return found.sort((a, b) => rank(a) - rank(b));
}

/** What a reader sees first: the horizon of the board when some of it has come, else the one of which most has. */
export function firstHorizon(said: readonly Said[], board: readonly string[]): string | undefined {
  const came = new Map<string, number>();
  for (const { horizon, actual } of said)
    came.set(horizon, (came.get(horizon) ?? 0) + (actual === null ? 0 : 1));
  const wanted = board.find((horizon) => (came.get(horizon) ?? 0) > 0);
  return wanted ?? [...came].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** First vintages whose day has come, by target day: a later vintage knew more, and would flatter. */
export function pointsOf(said: readonly Said[]): LedgerPoint[] {
  return said
    .flatMap(({ vintage, originDay, targetDay, mean, lo80, hi80, actual, inside80 }) =>
      vintage !== 1 ||
      targetDay === null ||
      mean === null ||
      lo80 === null ||
      hi80 === null ||
      actual === null
        ? []
        : [{ originDay, targetDay, mean, lo80, hi80, actual, inside: inside80 === true }],
    )
    .sort((a, b) => (a.targetDay < b.targetDay ? -1 : 1));
}
