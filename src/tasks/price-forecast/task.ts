import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  EXIT,
  type ForecastHorizon,
  forecastHorizons,
  SihwangError,
  type SnapshotReader,
  type Tables,
} from '../../domain/index.ts';
import { decodeTables, encodeTables, mergeTables } from '../tables-file.ts';
import type { Task, TaskItem, TaskRun, Trained } from '../task.ts';
import {
  forecastPrices,
  ORIGINS,
  PRICE_FORECAST_VERSION,
  type SeriesForecast,
  withheldForecast,
} from './forecast-prices.ts';
import { forecastTables, judgedTables } from './forecast-tables.ts';
import { GlobalModels, groupOf } from './global-models.ts';
import { PRICE_QUERY, priceSnapshots, type SnapshotSeries, seriesOf } from './read-snapshot.ts';
import { type PriceRecipe, readRecipe } from './recipe.ts';

/** Tables of all series forecast so far. */
interface Forecast extends Trained {
  readonly tables: Tables;
}

/** CPU of one series (BENCHMARKS.md, the daily path): a part of its own, and one a priced day. */
const SECONDS_A_SERIES = 0.01;
const SECONDS_A_DAY = 0.000066;
/** The model over all series of a market costs seven times as much again (BENCHMARKS.md). */
const GLOBAL_FACTOR = 8;

/**
 * The forecast of every series of a feed. Nothing is learnt that outlives it: each run chooses and estimates anew from
 * the snapshot, and the choice at past origins is its own judgement. Bytes depend on snapshot, recipe and seed alone.
 */
export const priceForecastTask: Task<PriceRecipe, Forecast> = {
  name: 'price-forecast',
  version: PRICE_FORECAST_VERSION,
  readParams: readRecipe,
  query: () => PRICE_QUERY,
  split: () => ({ origins: ORIGINS, everyDays: 7, scored: 26 }),

  async items(snapshot, { global }) {
    const series = inOrder((await seriesOf(snapshot)).values());
    return series.map(
      (one): TaskItem => ({
        item: one.series,
        group: global ? groupOf(snapshot, one) : one.series,
        costSeconds: (SECONDS_A_SERIES + SECONDS_A_DAY * one.pricedDays) * (global ? GLOBAL_FACTOR : 1),
      }),
    );
  },

  async train(run, recipe) {
    const reader = await run.snapshot();
    const known = await seriesOf(reader);
    const wanted = run.items ? run.items.map((item) => namedSeries(known, item)) : inOrder(known.values());
    const horizons = horizonsOf(run, reader);
    const kept = await run.checkpoint.load();
    let tables = kept ? decodeTables(kept) : tablesOf([], []);
    const begun = doneIn(tables);
    const forecasts: SeriesForecast[] = [];
    const failures: Failure[] = [];
    const gather = () => {
      tables = mergeTables([tables, tablesOf(forecasts.splice(0), failures.splice(0))]);
      return tables;
    };
    const given = recipe.global ? new GlobalModels(reader, known, horizons, run.job.seed) : null;
    let done = begun;
    for await (const snapshot of priceSnapshots(reader, wanted.slice(begun))) {
      // heartbeats and signals of the process get their turn
      await nextTurn();
      if (run.signal.aborted) {
        await run.checkpoint.save(done, encodeTables(gather()));
        throw run.signal.reason;
      }
      const [series] = snapshot.series;
      try {
        const paths = given ? await given.of(known.get(series!.series)!) : [];
        const withGiven = { ...snapshot, series: [{ ...series!, given: paths }] };
        forecasts.push(...forecastPrices(withGiven, { horizons, recipe }));
      } catch (error) {
        const message = (error as Error).message;
        failures.push({ series: series!.series, message });
        forecasts.push(withheldForecast(series!.series, snapshot, 'computation-failed', horizons));
        run.emit('series-failed', { series: series!.series, message });
      }
      done++;
      if (run.checkpoint.due()) {
        await run.checkpoint.save(done, encodeTables(gather()));
        run.emit('progress', { done, of: wanted.length });
      }
    }
    return { files: [], tables: gather() };
  },

  async judge({ tables }) {
    return pick(tables, JUDGED);
  },

  async publish({ tables }) {
    return pick(tables, PUBLISHED);
  },
};

const PUBLISHED = ['forecast_cell', 'forecast_fan', 'forecast_failure'];
const JUDGED = ['forecast_score', 'origin_outcome'];

/** What a job of these very series leaves, of forecasts that were computed one by one: the same bytes, once encoded. */
export function resultOf(forecasts: readonly SeriesForecast[]): Tables {
  return pick(tablesOf(inOrder(forecasts), []), [...PUBLISHED, ...JUDGED]);
}

/** A series whose computation failed, shown as withheld. */
interface Failure {
  readonly series: string;
  readonly message: string;
}

function tablesOf(forecasts: readonly SeriesForecast[], failures: readonly Failure[]): Tables {
  return {
    ...forecastTables(forecasts),
    forecast_failure: {
      series: { type: 'VARCHAR', values: failures.map(({ series }) => series) },
      message: { type: 'VARCHAR', values: failures.map(({ message }) => message) },
    },
    ...judgedTables(forecasts),
  };
}

/** Every series has its cells, so those in the table are done. */
function doneIn({ forecast_cell }: Tables): number {
  return new Set(Array.from(forecast_cell!.series!.values)).size;
}

function pick(tables: Tables, names: readonly string[]): Tables {
  return Object.fromEntries(names.map((name) => [name, tables[name]!]));
}

function inOrder<One extends { readonly series: string }>(series: Iterable<One>): One[] {
  return [...series].sort((a, b) => (a.series < b.series ? -1 : 1));
}

function namedSeries(known: ReadonlyMap<string, SnapshotSeries>, item: string): SnapshotSeries {
  const series = known.get(item);
  if (series) return series;
  throw new SihwangError(
    'ITEM_UNKNOWN',
    { ko: `뜬 자료에 없는 계열: ${item}`, en: `the snapshot has no series ${item}` },
    {
      exit: EXIT.badData,
      hint: {
        ko: '일감의 조각은 그 일감이 가리키는 바로 그 뜬 자료에서 나누세요.',
        en: 'Cut the shards of a job from the very snapshot that it names.',
      },
    },
  );
}

function horizonsOf({ job }: TaskRun, { granularity }: SnapshotReader): readonly ForecastHorizon[] {
  const all = forecastHorizons(granularity);
  if (job.horizons.length === 0) return all;
  const unknown = job.horizons.find((name) => !(all as readonly string[]).includes(name));
  if (unknown === undefined) return all.filter((horizon) => job.horizons.includes(horizon));
  throw new SihwangError(
    'HORIZON_UNKNOWN',
    {
      ko: `${granularity} 가격에 없는 예측 기간: ${unknown}`,
      en: `prices by ${granularity} have no horizon ${unknown}`,
    },
    {
      exit: EXIT.usage,
      hint: {
        ko: `${all.join(', ')} 가운데서 쓰거나, 모두 쓰려면 빼세요.`,
        en: `Use ${all.join(', ')}, or none for all of them.`,
      },
    },
  );
}
