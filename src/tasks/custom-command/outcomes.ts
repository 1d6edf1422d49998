import { existsSync } from 'node:fs';
import type { Table } from '../../domain/index.ts';
import { type CsvFile, csvRows, csvTable } from './csv-table.ts';

/** Outcomes at past origins: by these a version is weighed against others. Prices per one unit. */
export const OUTCOMES: CsvFile = {
  name: 'outcomes.csv',
  code: 'COMMAND_OUTCOMES_UNREADABLE',
  columns: {
    ...{ series: 'VARCHAR', horizon: 'VARCHAR', origin_day: 'DATE' },
    ...{ actual: 'DOUBLE', mean: 'DOUBLE', lo80: 'DOUBLE', hi80: 'DOUBLE', naive: 'DOUBLE' },
  },
};

/** Outcomes as a program wrote them; without the file a table without rows. */
export function outcomesIn(path: string): Table {
  return csvTable(existsSync(path) ? csvRows(path, OUTCOMES) : [], OUTCOMES);
}
