import { type ForecastHorizon, forecastHorizons, type SnapshotReader } from '../../domain/index.ts';
import { ORIGINS } from './forecast-prices.ts';
import { type GlobalQuestion, globalPaths } from './global-paths.ts';
import { priceSnapshots, type SnapshotSeries } from './read-snapshot.ts';
import type { GivenPaths, PriceSnapshot } from './snapshot.ts';

/** The seed of every forecast that is published: the same data is then said the same of, whoever computes it. */
export const PRICE_SEED = 1;

/** Series that one model learns from together: those of a market; of weeks and 순, which have no market days of their own, all of a price kind. */
export function groupOf({ granularity }: SnapshotReader, { market, originDay }: SnapshotSeries): string {
  return granularity === 'day' ? market : String(originDay);
}

/** All that is known of one group, in the order of its series. */
export async function globalQuestion(
  reader: SnapshotReader,
  known: ReadonlyMap<string, SnapshotSeries>,
  group: string,
  horizons: readonly ForecastHorizon[] = forecastHorizons(reader.granularity),
  seed = PRICE_SEED,
): Promise<GlobalQuestion> {
  const members = [...known.values()]
    .filter((one) => groupOf(reader, one) === group)
    .sort((a, b) => (a.series < b.series ? -1 : 1));
  const snapshots: PriceSnapshot[] = [];
  for await (const snapshot of priceSnapshots(reader, members)) snapshots.push(snapshot);
  return {
    ...snapshots[0]!,
    series: snapshots.flatMap(({ series }) => series),
    horizons,
    origins: ORIGINS,
    seed,
  };
}

/** What the model over all series says of each, learnt once a group. */
export class GlobalModels {
  private readonly groups = new Map<string, Promise<ReadonlyMap<string, GivenPaths>>>();
  private readonly reader: SnapshotReader;
  private readonly known: ReadonlyMap<string, SnapshotSeries>;
  private readonly horizons: readonly ForecastHorizon[];
  private readonly seed: number;

  constructor(
    reader: SnapshotReader,
    known: ReadonlyMap<string, SnapshotSeries>,
    horizons: readonly ForecastHorizon[],
    seed: number,
  ) {
    this.reader = reader;
    this.known = known;
    this.horizons = horizons;
    this.seed = seed;
  }

  async of(series: SnapshotSeries): Promise<readonly GivenPaths[]> {
    const group = groupOf(this.reader, series);
    let learnt = this.groups.get(group);
    if (!learnt) {
      learnt = this.learn(group);
      this.groups.set(group, learnt);
    }
    const paths = (await learnt).get(series.series);
    return paths ? [paths] : [];
  }

  private async learn(group: string): Promise<ReadonlyMap<string, GivenPaths>> {
    const question = await globalQuestion(this.reader, this.known, group, this.horizons, this.seed);
    const paths = globalPaths(question);
    return new Map(
      question.series.flatMap(({ series }, k) => (paths[k] ? [[series, paths[k]] as const] : [])),
    );
  }
}
