import { existsSync, readFileSync } from 'node:fs';
import { dayNumber, EXIT, parseLocalDate, SihwangError, type Table } from '../../domain/index.ts';

/** The columns of outcomes at past origins: text, text, day, and prices per one unit. */
const COLUMNS = ['series', 'horizon', 'origin_day', 'actual', 'mean', 'lo80', 'hi80', 'naive'] as const;

/**
 * Outcomes as a program wrote them, the rows of a series together; without the file a table without rows. Fields are
 * separated by commas, in quotes where they hold one, the columns in any order; an empty number is missing.
 */
export function outcomesIn(path: string): Table {
  const [head, ...rows] = existsSync(path) ? csvRows(readFileSync(path, 'utf8')) : [COLUMNS];
  const at = COLUMNS.map((name) => head!.indexOf(name));
  const missing = COLUMNS.find((_, index) => at[index] === -1);
  if (missing !== undefined) throw unreadable(1, `it has no column ${missing}`);
  const cells = rows
    .map((row, index) => ({ line: index + 2, cells: at.map((place) => row[place] ?? '') }))
    .sort((a, b) => (a.cells[0]! < b.cells[0]! ? -1 : a.cells[0]! > b.cells[0]! ? 1 : a.line - b.line));
  const text = (column: number) => cells.map(({ cells: row }) => row[column]!);
  const number = (column: number) =>
    cells.map(({ cells: row, line }) => {
      const value = row[column]!.trim() === '' ? Number.NaN : Number(row[column]);
      if (Number.isNaN(value) && row[column]!.trim() !== '')
        throw unreadable(line, `${row[column]} is no number`);
      return value;
    });
  return {
    series: { type: 'VARCHAR', values: text(0) },
    horizon: { type: 'VARCHAR', values: text(1) },
    origin_day: {
      type: 'DATE',
      values: cells.map(({ cells: row, line }) => {
        const day = parseLocalDate(row[2]!);
        if (day === undefined) throw unreadable(line, `${row[2]} is no day`);
        return dayNumber(day);
      }),
    },
    ...Object.fromEntries(
      COLUMNS.slice(3).map((name, index) => [name, { type: 'DOUBLE' as const, values: number(index + 3) }]),
    ),
  };
}

function csvRows(text: string): string[][] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) =>
      Array.from(`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, inQuotes, plain]) =>
        inQuotes === undefined ? (plain ?? '') : inQuotes.replaceAll('""', '"'),
      ),
    );
}

function unreadable(line: number, what: string): SihwangError {
  return new SihwangError('COMMAND_OUTCOMES_UNREADABLE', `outcomes.csv, line ${line}: ${what}`, {
    exit: EXIT.bug,
    hint: `Its columns are ${COLUMNS.join(',')}; leave the file out where there are no outcomes.`,
  });
}
