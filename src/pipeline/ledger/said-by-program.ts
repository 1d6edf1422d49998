import {
  type Bilingual,
  EXIT,
  fromDayNumber,
  SihwangError,
  type SnapshotReader,
  type Table,
} from '../../domain/index.ts';
import type { IssuedRow } from '../../records/index.ts';

/** What a program of the user's said of days to come, ready for the ledger. */
export interface SaidByProgram {
  readonly rows: readonly IssuedRow[];
  /** Forecasts of days that were published already when they were to be kept: no evidence. */
  readonly late: number;
}

/** No forecast reaches further ahead, in days. */
const FURTHEST_DAYS = 62;
const ENDS = ['lo50', 'hi50', 'lo80', 'hi80', 'lo95', 'hi95'] as const;

/**
 * The forecasts of a program (`issued_forecast` of its result) as the ledger keeps them: each from the last day of its series'
 * markets in the snapshot, with the last price until then beside it. What is said of a day up to `publishedThrough`
 * (`YYYY-MM-DD`) is left out, for its price may have been known.
 * @throws SihwangError `FORECASTS_REFUSED` (65), naming the first that is of no series of the snapshot, or of no day to come
 */
export async function saidByProgram(
  forecasts: Table,
  snapshot: SnapshotReader,
  of: { readonly issuedAt: string; readonly publishedThrough: string },
): Promise<SaidByProgram> {
  const origins = await originsIn(snapshot);
  const last = await lastPricesIn(snapshot, origins);
  const rows: IssuedRow[] = [];
  let late = 0;
  const at = (name: string, row: number) => Number(forecasts[name]!.values[row]);
  for (let row = 0; row < forecasts.series!.values.length; row++) {
    const series = String(forecasts.series!.values[row]);
    const horizon = String(forecasts.horizon!.values[row]);
    const target = at('target_day', row);
    const origin = origins.get(series);
    if (origin === undefined)
      throw refused({ ko: `뜬 자료에 없는 계열: ${series}`, en: `${series} is no series of the snapshot` });
    if (target <= origin || target > origin + FURTHEST_DAYS)
      throw refused({
        ko: `${series} ${horizon}의 날은 ${fromDayNumber(target)}인데, ${fromDayNumber(origin)}에서 1일부터 ${FURTHEST_DAYS}일 앞까지 예측할 수 있습니다`,
        en: `${series} ${horizon} is of ${fromDayNumber(target)}; from ${fromDayNumber(origin)} on, 1 to ${FURTHEST_DAYS} days ahead can be said`,
      });
    const targetDay = fromDayNumber(target);
    if (targetDay <= of.publishedThrough) {
      late++;
      continue;
    }
    rows.push({
      ...{ series, horizon, originDay: fromDayNumber(origin), targetDay },
      ...{ issuedAt: of.issuedAt, status: 'model', reason: null, model: 'own' },
      mean: at('mean', row),
      quantiles: ENDS.map((name) => at(name, row)),
      naive: last.get(series) ?? null,
    });
  }
  return { rows, late };
}

async function originsIn(snapshot: SnapshotReader): Promise<ReadonlyMap<string, number>> {
  const found = await snapshot.read('series', ['series', 'origin_day']);
  const days = found.whole('origin_day');
  return new Map(found.text('series').map((series, row) => [series, days[row]!]));
}

/** The last price of each series up to its origin. */
async function lastPricesIn(
  snapshot: SnapshotReader,
  origins: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, number>> {
  const found = await snapshot.read('prices', ['series', 'day', 'price']);
  const [series, days, prices] = [found.text('series'), found.whole('day'), found.number('price')];
  const last = new Map<string, number>();
  // in the order of series and day
  for (let row = 0; row < found.rows; row++)
    if (prices[row]! > 0 && days[row]! <= (origins.get(series[row]!) ?? -1))
      last.set(series[row]!, prices[row]!);
  return last;
}

function refused(what: Bilingual): SihwangError {
  return new SihwangError(
    'FORECASTS_REFUSED',
    { ko: `forecasts.csv: ${what.ko}`, en: `forecasts.csv: ${what.en}` },
    {
      exit: EXIT.badData,
      hint: {
        ko: 'series.csv에 있는 계열을, origin_day보다 뒤의 날로 예측하세요. 규칙은 docs/bring-your-own-model.md.',
        en: 'Forecast the series of series.csv, on days after its origin_day; docs/bring-your-own-model.md has the rules.',
      },
    },
  );
}
