import { BoostingRefusal } from './refusal.ts';

/**
 * What a model learns from and is asked about: one column of numbers a feature, all of the same length.
 *
 * NaN = missing. The columns named in `categorical` hold small non-negative integers that have no order.
 */
export interface FeatureTable {
  readonly names: readonly string[];
  readonly columns: readonly (Float32Array | Float64Array)[];
  readonly categorical?: readonly string[];
}

/** The rows of a table; throws {@link BoostingRefusal} unless names and columns agree. */
export function rowsOf(table: FeatureTable): number {
  const { names, columns, categorical = [] } = table;
  if (names.length === 0 || names.length > 65_535 || names.length !== columns.length) {
    throw new BoostingRefusal(
      'feature',
      `${names.length} names for ${columns.length} columns; there can be 1 to 65,535`,
    );
  }
  if (new Set(names).size !== names.length) throw new BoostingRefusal('feature', 'a feature is named twice');
  const stranger = categorical.find((name) => !names.includes(name));
  if (stranger !== undefined) {
    throw new BoostingRefusal('feature', `${stranger} is said to be categorical but is no column`);
  }
  const rows = columns[0]!.length;
  const odd = columns.findIndex((column) => column.length !== rows);
  if (odd >= 0) {
    throw new BoostingRefusal(
      'rows',
      `${names[0]} has ${rows} rows, but ${names[odd]} has ${columns[odd]!.length}`,
    );
  }
  return rows;
}

/** The columns of `table` in the order of `names`; throws {@link BoostingRefusal} when one is not there. */
export function columnsNamed(table: FeatureTable, names: readonly string[]): (Float32Array | Float64Array)[] {
  rowsOf(table);
  return names.map((name) => {
    const at = table.names.indexOf(name);
    if (at < 0)
      throw new BoostingRefusal('feature', `the model needs the feature ${name}, which is not given`);
    return table.columns[at]!;
  });
}
