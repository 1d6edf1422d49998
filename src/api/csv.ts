/** A column of an export: a number stays a number, everything else is text. */
export interface CsvColumn<Row> {
  readonly name: string;
  readonly of: (row: Row) => string | number | boolean | null;
}

/** Spreadsheets run cells that begin so as formulas. */
const FORMULA_START = /^[=+\-@\t\r]/;

/** Tells spreadsheets that the text is UTF-8; readers of data skip it. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * A table as CSV (RFC 4180, UTF-8 with a byte order mark). Text that a spreadsheet would run as a formula gets an
 * apostrophe in front; numbers, negative ones too, are written as they are; missing is an empty cell.
 */
export function writeCsv<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map(({ name }) => quoted(name)).join(',')];
  for (const row of rows) lines.push(columns.map((column) => cell(column.of(row))).join(','));
  return `${BYTE_ORDER_MARK}${lines.join('\r\n')}\r\n`;
}

function cell(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  if (typeof value === 'boolean') return String(value);
  return quoted(FORMULA_START.test(value) ? `'${value}` : value);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
