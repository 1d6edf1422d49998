import type { Covariate } from './covariate-columns.ts';
import { formatDs } from './ds.ts';
import { dsAhead } from './future.ts';
import { type LongTable, readLongTable } from './read.ts';
import { badTable, quoted } from './refusal.ts';
import { type Frequency, stampsAhead } from './steps.ts';

/** The known future of a table's covariates: `values[i * horizon + k]` is series i, k + 1 steps ahead. */
export interface FutureCovariates {
  readonly covariates: readonly Covariate[];
  /** Series of the file that the table does not have. */
  readonly unknownIds: readonly string[];
  /** Columns of the file that are no covariate of the table. */
  readonly unusedColumns: readonly string[];
}

const HINT = {
  ko: '--future 파일의 열은 unique_id, ds와 앞날의 값을 아는 외부 변수이고, 앞날의 단위마다 한 행이 있어야 합니다.',
  en: 'The file of --future has the columns unique_id, ds and the covariates that are known, one row for every step ahead.',
};

/**
 * Reads `unique_id,ds,` and covariate columns for the `horizon` steps after each series' last row; a column that
 * the table has and this file has not is known for the past alone. A `y` in it is passed over.
 * Throws SihwangError 65 as {@link readLongTable} does, and naming series, ds and column when a row or a number is
 * missing, or when the file shares no column with the table.
 */
export async function readFuture(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  table: LongTable,
  frequency: Frequency,
  horizon: number,
): Promise<FutureCovariates> {
  const future = await readLongTable(chunks, { covariates: 'numeric', futureOf: table.form });
  const known = table.covariates.map(({ name }) => name);
  const text = known.find((name) => future.furtherColumns.includes(name));
  if (text !== undefined) {
    throw badTable(
      'BAD_NUMBER',
      {
        ko: `외부 변수 ${text}의 열에 숫자가 아닌 값이 있습니다`,
        en: `the column of covariate ${text} holds something that is not a number`,
      },
      HINT,
    );
  }
  const shared = future.covariates.filter(({ name }) => known.includes(name));
  if (shared.length === 0) {
    throw badTable(
      'NO_COVARIATE',
      {
        ko: `표의 외부 변수(${known.length > 0 ? known.join(', ') : '없음'})인 열이 하나도 없습니다`,
        en: `none of its columns is a covariate of the table (${known.length > 0 ? known.join(', ') : 'which has none'})`,
      },
      HINT,
    );
  }
  const seriesOfId = new Map(future.ids.map((id, i) => [id, i]));
  const covariates = shared.map(({ name }) => ({
    name,
    values: new Float64Array(table.ids.length * horizon),
  }));
  table.ids.forEach((id, i) => {
    const j = seriesOfId.get(id);
    const rowOf = new Map<number, number>();
    if (j !== undefined) {
      for (let row = future.offsets[j]!; row < future.offsets[j + 1]!; row++)
        rowOf.set(future.stamps[row]!, row);
    }
    const stamp = stampsAhead(table, frequency, i);
    for (let k = 0; k < horizon; k++) {
      const row = rowOf.get(stamp(k + 1));
      if (row === undefined) {
        throw badTable(
          'FUTURE_ROW_MISSING',
          {
            ko: `계열 ${quoted(id)}에 ${dsAhead(table, frequency, i)(k + 1)}의 행이 없습니다 (${horizon}단위 가운데 ${k + 1}번째)`,
            en: `series ${quoted(id)} has no row for ${dsAhead(table, frequency, i)(k + 1)}, step ${k + 1} of ${horizon}`,
          },
          HINT,
        );
      }
      shared.forEach((column, c) => {
        const value = column.values[row]!;
        if (Number.isNaN(value)) {
          throw badTable(
            'FUTURE_VALUE_MISSING',
            {
              ko: `${future.lines[row]}행 ${column.name} 열이 비었습니다: 계열 ${quoted(id)}, ${formatDs(table.form, future.stamps[row]!)}`,
              en: `line ${future.lines[row]}, column ${column.name}: blank for series ${quoted(id)} at ${formatDs(table.form, future.stamps[row]!)}`,
            },
            {
              ko: '앞날의 모든 단위에 숫자를 주거나 열을 통째로 빼세요. 빼면 과거의 값만 쓰입니다.',
              en: 'Give a number for every step ahead, or leave the whole column out: it is then known for the past alone.',
            },
          );
        }
        covariates[c]!.values[i * horizon + k] = value;
      });
    }
  });
  const ids = new Set(table.ids);
  return {
    covariates,
    unknownIds: future.ids.filter((id) => !ids.has(id)),
    unusedColumns: [...future.furtherColumns, ...future.covariates.map(({ name }) => name)].filter(
      (name) => !shared.some((column) => column.name === name),
    ),
  };
}
