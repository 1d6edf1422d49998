/** One series of a pasted table, oldest first, NaN = missing. */
export interface PastedSeries {
  readonly id: string;
  readonly values: Float64Array;
}

/** A table that cannot be read: what is wrong, and on which line (1 = the first). */
export class TableFault extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** A comma that cannot part groups of three digits. */
const SURELY_DECIMAL = /^[+-]?(\d+,(\d{1,2}|\d{4,})|0\d*,\d+|\d{4,},\d+)$/;
const MISSING = /^(|nan|na|null|-)$/i;

/**
 * Reads what people paste: `unique_id,ds,y` or `ds,y` with a header, or one column of numbers with or without one;
 * cells are parted by tabs, semicolons or commas, the first of them that the first line has; beside tabs and semicolons a
 * comma is a decimal point, unless every such number could be grouped by it. Rows of a series are taken in the order of `ds` where they have
 * one, as text (ISO dates sort right) or as numbers. Blank, NaN, NA and null are missing.
 * Throws {@link TableFault}. The command `sihwang forecast` reads more (quotes, gaps in time, frequencies).
 */
export function parseTable(text: string): PastedSeries[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const top = lines.find((line) => line.trim() !== '') ?? '';
  const parted = ['\t', ';'].find((one) => top.includes(one)) ?? ',';
  const rows = lines
    .map((line, i) => ({ number: i + 1, cells: line.split(parted).map((cell) => cell.trim()) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const first = rows[0];
  if (!first) throw new TableFault(1, 'empty');
  const pointed = (cell: string) => (parted === ',' ? cell : cell.replace(',', '.'));
  const header = first.cells.map((cell) => cell.toLowerCase());
  const hasHeader = header.some((cell) => !MISSING.test(cell) && Number.isNaN(Number(pointed(cell))));
  const column = (name: string) => (hasHeader ? header.indexOf(name) : -1);
  const id = column('unique_id');
  const ds = column('ds');
  const y = column('y') >= 0 ? column('y') : header.length - 1;
  const commas = parted !== ',' && rows.some(({ cells }) => SURELY_DECIMAL.test(cells[y] ?? ''));
  const series = new Map<string, { at: string; value: number }[]>();
  for (const { number, cells } of hasHeader ? rows.slice(1) : rows) {
    if (cells.length !== first.cells.length) {
      throw new TableFault(number, `${cells.length} / ${first.cells.length}`);
    }
    const cell = cells[y]!;
    const value = MISSING.test(cell) ? Number.NaN : Number(commas ? pointed(cell) : cell);
    if (Number.isNaN(value) && !MISSING.test(cell)) throw new TableFault(number, cell);
    const name = id >= 0 ? cells[id]! : 'y';
    const list = series.get(name) ?? [];
    series.set(name, list);
    list.push({ at: ds >= 0 ? cells[ds]! : '', value });
  }
  if (series.size === 0) throw new TableFault(first.number, 'empty');
  return [...series].map(([name, list]) => {
    const sorted = ds >= 0 ? list.toSorted((a, b) => inTime(a.at, b.at)) : list;
    return { id: name, values: Float64Array.from(sorted, ({ value }) => value) };
  });
}

function inTime(a: string, b: string): number {
  const gap = Number(a) - Number(b);
  if (!Number.isNaN(gap)) return gap;
  return a < b ? -1 : a > b ? 1 : 0;
}
