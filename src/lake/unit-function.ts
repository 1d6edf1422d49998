import type { DuckDBConnection, DuckDBStructValue } from '@duckdb/node-api';
import { PRICED_UNIT_FUNCTION, type PricedUnit, pricedUnit } from '../domain/index.ts';
import { duckdb } from './duckdb.ts';

/** A feed writes few units many times. */
const REMEMBERED = 4096;

/** Teaches a database the unit grammar, so that SQL over text and the readers of answers share the one there is. */
export function registerUnitGrammar(connection: DuckDBConnection): void {
  const remembered = new Map<string, DuckDBStructValue>();
  const read = (text: string, size: number | null): DuckDBStructValue => {
    const key = size === null ? text : `${size} ${text}`;
    let value = remembered.get(key);
    if (value === undefined) {
      value = structOf(pricedUnit(text, size ?? undefined));
      if (remembered.size >= REMEMBERED) remembered.clear();
      remembered.set(key, value);
    }
    return value;
  };
  const { DOUBLE, STRUCT, VARCHAR } = duckdb;
  connection.registerScalarFunction(
    duckdb.DuckDBScalarFunction.create({
      name: PRICED_UNIT_FUNCTION,
      parameterTypes: [VARCHAR, DOUBLE],
      returnType: STRUCT({ unit_value: DOUBLE, unit: VARCHAR, package: VARCHAR }),
      // called for missing values too: a missing size is no missing unit
      specialHandling: true,
      mainFunction: (_, input, output) => {
        const texts = input.getColumnVector(0);
        const sizes = input.getColumnVector(1);
        for (let row = 0; row < input.rowCount; row++) {
          const text = texts.getItem(row) as string | null;
          output.setItem(row, read(text ?? '', sizes.getItem(row) as number | null));
        }
        output.flush();
      },
    }),
  );
}

function structOf({ unitValue, unit, package: packing }: PricedUnit): DuckDBStructValue {
  return new duckdb.DuckDBStructValue({ unit_value: unitValue, unit, package: packing });
}
