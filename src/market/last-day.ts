import { addDays, localDate } from '../domain/index.ts';
import type { ServingReader } from '../lake/index.ts';
import { asOfTables } from './derived-tables.ts';
import { heldRows } from './held-rows.ts';
import { sqlInstant } from './known-basis.ts';
import { judgedByDays } from './past-rules.ts';
import { rowsOf, textOrNull } from './result-rows.ts';

/** As-of questions judge this many days at a time until one of them has a price. */
const STRIDE_DAYS = 14;

/** The last day on which a series had a price that no rule left out; null before the first. */
export async function lastPricedDay(
  reader: ServingReader,
  asOf: string | null,
  seriesId: number,
): Promise<string | null> {
  const own = `series_id = ${seriesId}`;
  const ask = async (sql: string) =>
    textOrNull(rowsOf(await reader.query(sql, asOf === null ? {} : { asOf: sqlInstant(asOf) }))[0]!, 'day');
  if (asOf === null) return ask(`select max(day) as day from priced where ${own}`);
  let before = '9999-12-31';
  for (;;) {
    const candidate = await ask(
      `select max(day) as day from ${heldRows('as-of', `d.price > 0 and d.day < date '${before}' and d.${own}`)}`,
    );
    if (candidate === null) return null;
    const judgedFrom = addDays(localDate(candidate), -STRIDE_DAYS);
    const from = addDays(judgedFrom, -judgedByDays(reader.profile));
    const tables = asOfTables(reader.profile, ['market_days', 'left_out', 'priced'], {
      days: `d.day >= date '${from}' and d.day <= date '${candidate}'`,
      marketOf: seriesId,
      series: `d.${own}`,
    });
    const found = await ask(`${tables} select max(day) as day from priced where day >= date '${judgedFrom}'`);
    if (found !== null) return found;
    before = judgedFrom;
  }
}
