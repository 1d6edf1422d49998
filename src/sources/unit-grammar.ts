import { PRICED_UNIT_FUNCTION } from '../domain/index.ts';

interface UnitColumns {
  readonly unit_value: string;
  readonly unit: string;
  readonly package: string;
}

/**
 * SQL for the three columns that say what a price is for, from one SQL text expression and, where the feed has one,
 * its own size. The lake answers it with the one grammar of `domain/units.ts`; equal calls in a query are made once.
 */
export function unitColumns(text: string, size = 'CAST(NULL AS DOUBLE)'): UnitColumns {
  const read = `${PRICED_UNIT_FUNCTION}(${text}, ${size})`;
  return { unit_value: `${read}.unit_value`, unit: `${read}.unit`, package: `${read}.package` };
}
