import { type CsvRecord, fieldText, trim } from './csv-records.ts';
import type { NumberReader } from './decimal-comma.ts';
import { badTable, quoted } from './refusal.ts';

/** A further column of numbers, in the order of the table's rows; NaN = missing. */
export interface Covariate {
  readonly name: string;
  readonly values: Float64Array;
}

/** Which further columns are read: those named, every one that holds numbers alone, or none. */
export type CovariateChoice = readonly string[] | 'numeric' | 'none';

interface Column {
  readonly name: string;
  readonly field: number;
  /** Released at the first text, unless the column was asked for by name. */
  values: Float64Array | undefined;
}

/** Further columns while a table is read: 8 bytes a row and column that holds numbers. */
export class CovariateColumns {
  private readonly columns: readonly Column[];
  private readonly asked: boolean;

  /**
   * A column without a name is not taken unasked (it is mostly the row number of whoever wrote the file), and of two
   * with one name the first. Throws SihwangError 65 when a column that was asked for is not there.
   */
  constructor(further: readonly { name: string; field: number }[], choice: CovariateChoice) {
    this.asked = typeof choice !== 'string';
    if (typeof choice !== 'string') {
      const missing = choice.find((name) => !further.some((column) => column.name === name));
      if (missing !== undefined) {
        throw badTable(
          'NO_SUCH_COLUMN',
          {
            ko: `unique_id, ds, y 밖에 없는 열: ${quoted(missing)}`,
            en: `there is no column ${quoted(missing)} beside unique_id, ds and y`,
          },
          further.length === 0
            ? { ko: '표에 다른 열이 없습니다.', en: 'The table has no further columns.' }
            : {
                ko: `다른 열: ${further.map(({ name }) => name).join(', ')}.`,
                en: `Further columns are ${further.map(({ name }) => name).join(', ')}.`,
              },
        );
      }
    }
    const wanted =
      choice === 'none'
        ? []
        : choice === 'numeric'
          ? further.filter(({ name }) => name !== '')
          : further.filter(({ name }) => choice.includes(name));
    const first = wanted.filter(({ name }, i) => wanted.findIndex((other) => other.name === name) === i);
    this.columns = first.map(({ name, field }) => ({ name, field, values: new Float64Array(1024) }));
  }

  add(record: CsvRecord, row: number, numbers: NumberReader): void {
    for (const column of this.columns) {
      if (!column.values) continue;
      trim(record, column.field);
      const value = numbers.read(record, column.field);
      if (value === undefined) {
        if (this.asked) throw notANumber(record, column);
        column.values = undefined;
        continue;
      }
      if (row === column.values.length) {
        const longer = new Float64Array(row * 2);
        longer.set(column.values);
        column.values = longer;
      }
      column.values[row] = value;
    }
  }

  /** The columns that hold numbers, in the order of `order` (rows of the file), or as they came. */
  inOrder(count: number, order: Int32Array | undefined): Covariate[] {
    return this.columns.flatMap(({ name, values }) => {
      if (!values) return [];
      if (!order) return [{ name, values: values.slice(0, count) }];
      const sorted = new Float64Array(count);
      order.forEach((row, at) => {
        sorted[at] = values[row]!;
      });
      return [{ name, values: sorted }];
    });
  }
}

function notANumber(record: CsvRecord, column: Column): Error {
  return badTable(
    'BAD_NUMBER',
    {
      ko: `${record.line}행 ${column.name} 열이 숫자가 아닙니다: ${quoted(fieldText(record, column.field))}`,
      en: `line ${record.line}, column ${column.name}: ${quoted(fieldText(record, column.field))} is not a number`,
    },
    {
      ko: '외부 변수는 모든 행에서 숫자이거나 빈칸입니다. 범주는 숫자로 쓰거나 --covariates에서 그 열을 빼세요.',
      en: 'A covariate is a number in every row, or blank; write categories as numbers, or leave the column out of --covariates.',
    },
  );
}
