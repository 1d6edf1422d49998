import { isUtf8 } from 'node:buffer';
import { type Covariate, type CovariateChoice, CovariateColumns } from './covariate-columns.ts';
import { COMMA, type CsvRecord, eachRecord, fieldText, trim } from './csv-records.ts';
import { NumberReader } from './decimal-comma.ts';
import { type DsForm, formOf, parseDs, type Stamp } from './ds.ts';
import { badTable, quoted } from './refusal.ts';

/**
 * A long table in columns: series i is rows `offsets[i] .. offsets[i + 1])` of the three arrays, in rising order
 * of stamp; series stand in the order in which they first appear in the file.
 */
export interface LongTable {
  readonly ids: readonly string[];
  readonly offsets: Int32Array;
  readonly stamps: Float64Array;
  /** `y`; NaN = missing. */
  readonly values: Float64Array;
  /** The line of the file that each row came from. */
  readonly lines: Int32Array;
  readonly form: DsForm;
  /** Further columns that hold numbers. */
  readonly covariates: readonly Covariate[];
  /** Names of further columns that are not read. */
  readonly furtherColumns: readonly string[];
  /** What parts its fields, and whether a comma is its decimal point. */
  readonly written: { readonly delimiter: string; readonly decimalComma: boolean };
}

/** How a table is read. */
export interface ReadOptions {
  /** Default `numeric`. */
  readonly covariates?: CovariateChoice;
  /** A table of what is known about the future: it needs no `y`, and its `ds` must have this form. */
  readonly futureOf?: DsForm;
}

const HINT_HEADER = {
  ko: '첫 줄은 열 이름입니다: unique_id,ds,y를 차례와 상관없이 (쉼표, 세미콜론 또는 탭으로 나눔, UTF-8). sihwang forecast --help를 보세요.',
  en: 'The first line names the columns: unique_id,ds,y in any order (parted by commas, semicolons or tabs, UTF-8); see sihwang forecast --help.',
};
const HINT_DS = {
  ko: 'ds는 2024-01-31, 2024-01, 2024-01-31 09:00, 202401상순, 또는 정수로, 모든 행에서 같은 꼴로 쓰세요.',
  en: 'Write ds as 2024-01-31, 2024-01, 2024-01-31 09:00, 202401상순 or a whole number, the same way in every row.',
};

/**
 * Reads long format `unique_id,ds,y` (any column order, any case; further columns are covariates) from bytes.
 * Fields are parted by commas, or by semicolons or tabs, and then a comma may be the decimal point.
 * Blank y, `NaN`, `NA` and `null` are missing; rows may come in any order.
 * Throws SihwangError 65 naming line, column and value: not such a table, a bad number or date, a truncated row,
 * an (id, ds) that comes twice.
 */
export async function readLongTable(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ReadOptions = {},
): Promise<LongTable> {
  const { futureOf } = options;
  const rows = new GrowingRows();
  const ids = new IdColumn();
  const numbers = new NumberReader();
  let delimiter = COMMA;
  let header: Header | undefined;
  let covariates: CovariateColumns | undefined;
  let form = futureOf;
  await eachRecord(chunks, (record) => {
    if (!header) {
      header = readHeader(record, futureOf === undefined);
      delimiter = record.delimiter;
      covariates = new CovariateColumns(header.further, options.covariates ?? 'numeric');
      return;
    }
    if (record.count !== header.count) {
      throw badTable(
        'ROW_TRUNCATED',
        {
          ko: `${record.line}행: 열이 ${header.count}개가 아니라 ${record.count}개입니다`,
          en: `line ${record.line} has ${record.count} of ${header.count} columns`,
        },
        {
          ko: '행을 채우거나 지우세요. 쉼표가 든 칸은 따옴표로 싸야 합니다.',
          en: 'Complete the row or remove it; a comma inside a field needs quotes around the field.',
        },
      );
    }
    form ??= firstForm(record, header);
    const { starts, ends, bytes } = record;
    trim(record, header.ds);
    const stamp = parseDs(form, bytes, starts[header.ds]!, ends[header.ds]!);
    if (Number.isNaN(stamp)) throw badDs(record, header);
    let value: number | undefined = Number.NaN;
    if (header.y >= 0) {
      trim(record, header.y);
      value = numbers.read(record, header.y);
      if (value === undefined) {
        throw badTable(
          'BAD_NUMBER',
          {
            ko: `${record.line}행 y 열이 숫자가 아닙니다: ${quoted(fieldText(record, header.y))}`,
            en: `line ${record.line}, column y: ${quoted(fieldText(record, header.y))} is not a number`,
          },
          {
            ko: '숫자는 1234.5처럼 쉼표와 단위 없이 쓰고, 값이 없으면 y를 비우세요.',
            en: 'Write numbers as 1234.5, without group commas or units; leave y blank where it is missing.',
          },
        );
      }
    }
    covariates!.add(record, rows.count, numbers);
    rows.add(ids.indexOf(record, header.id), stamp, value, record.line);
  });
  if (!header) {
    throw badTable('FILE_EMPTY', { ko: '빈 파일입니다', en: 'the file is empty' }, HINT_HEADER);
  }
  if (rows.count === 0 || !form) {
    throw badTable(
      'NO_ROWS',
      { ko: '머리글만 있고 행이 없습니다', en: 'the file has a header but no rows' },
      { ko: '적어도 한 계열의 내력을 넣으세요.', en: 'Add the history of at least one series.' },
    );
  }
  const { order, ...columns } = rows.bySeries(ids.names);
  const used = covariates!.inOrder(rows.count, order);
  const furtherColumns = header.further
    .map(({ name }) => name)
    .filter((name) => !used.some((covariate) => covariate.name === name));
  const written = { delimiter: String.fromCharCode(delimiter), decimalComma: numbers.decimalComma() };
  return { ids: ids.names, ...columns, form, covariates: used, furtherColumns, written };
}

interface Header {
  readonly id: number;
  readonly ds: number;
  /** -1 in a table of the future. */
  readonly y: number;
  readonly count: number;
  readonly further: readonly { readonly name: string; readonly field: number }[];
}

function readHeader(record: CsvRecord, withY: boolean): Header {
  const raw = record.bytes.subarray(record.starts[0]!, record.ends[record.count - 1]!);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells a binary file
  if (!isUtf8(raw) || /[\x00-\x08\x0e-\x1f]/.test(raw.toString('latin1'))) {
    throw badTable(
      'FILE_NOT_TEXT',
      { ko: 'UTF-8 글자로 된 파일이 아닙니다', en: 'the file is not text in UTF-8' },
      { ko: 'UTF-8 CSV로 저장하세요.', en: 'Save it as CSV in UTF-8.' },
    );
  }
  const names: string[] = [];
  for (let f = 0; f < record.count; f++) names.push(fieldText(record, f).trim());
  const lower = names.map((name) => name.toLowerCase());
  const needed = withY ? ['unique_id', 'ds', 'y'] : ['unique_id', 'ds'];
  const missing = needed.filter((name) => !lower.includes(name));
  if (missing.length > 0) {
    throw badTable(
      'WRONG_COLUMNS',
      {
        ko: `머리글 ${quoted(names.join(','))}에 꼭 필요한 열이 없습니다: ${missing.join(', ')} (${needed.join(', ')}가 필요)`,
        en: `the columns ${withY ? 'unique_id, ds and y' : 'unique_id and ds'} are needed; ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} missing in the header ${quoted(names.join(','))}`,
      },
      HINT_HEADER,
    );
  }
  const twice = needed.find((name) => lower.indexOf(name) !== lower.lastIndexOf(name));
  if (twice) {
    throw badTable(
      'WRONG_COLUMNS',
      { ko: `머리글에 두 번 나오는 열: ${twice}`, en: `the header names the column ${twice} twice` },
      HINT_HEADER,
    );
  }
  const [id, ds, y] = ['unique_id', 'ds', 'y'].map((name) => lower.indexOf(name)) as [number, number, number];
  const further = names.flatMap((name, field) =>
    field === id || field === ds || field === y ? [] : [{ name, field }],
  );
  return { id, ds, y: withY ? y : -1, count: record.count, further };
}

function firstForm(record: CsvRecord, header: Header): DsForm {
  trim(record, header.ds);
  const text = fieldText(record, header.ds);
  const form = formOf(text);
  if (form) return form;
  throw badTable(
    'BAD_DATE',
    {
      ko: `${record.line}행 ds 열이 읽는 꼴의 날짜나 정수가 아닙니다: ${quoted(text)}`,
      en: `line ${record.line}, column ds: ${quoted(text)} is not a date in a form that is read, nor an integer`,
    },
    HINT_DS,
  );
}

function badDs(record: CsvRecord, header: Header): Error {
  return badTable(
    'BAD_DATE',
    {
      ko: `${record.line}행 ds 열이 첫 행과 같은 꼴의 날짜나 정수가 아닙니다: ${quoted(fieldText(record, header.ds))}`,
      en: `line ${record.line}, column ds: ${quoted(fieldText(record, header.ds))} is not a date or an integer of the form that the first row has`,
    },
    HINT_DS,
  );
}

/** Ids as numbers in the order of first appearance; a run of the same id costs one comparison of bytes a row. */
class IdColumn {
  readonly names: string[] = [];
  private readonly known = new Map<string, number>();
  private last = Buffer.alloc(0);
  private lastIndex = -1;

  indexOf(record: CsvRecord, field: number): number {
    const start = record.starts[field]!;
    const end = record.ends[field]!;
    if (
      this.lastIndex >= 0 &&
      this.last.length === end - start &&
      record.bytes.compare(this.last, 0, this.last.length, start, end) === 0
    ) {
      return this.lastIndex;
    }
    const raw = Buffer.from(record.bytes.subarray(start, end));
    const name = fieldText(record, field);
    let index = this.known.get(name);
    if (index === undefined) {
      if (!isUtf8(raw)) {
        throw badTable(
          'FILE_NOT_TEXT',
          {
            ko: `${record.line}행 unique_id 열이 UTF-8이 아닙니다`,
            en: `line ${record.line}, column unique_id: not UTF-8`,
          },
          { ko: '파일을 UTF-8 CSV로 저장하세요.', en: 'Save the file as CSV in UTF-8.' },
        );
      }
      if (name.trim() === '') {
        throw badTable(
          'BLANK_ID',
          {
            ko: `${record.line}행 unique_id 열이 비었습니다`,
            en: `line ${record.line}, column unique_id: blank`,
          },
          { ko: '모든 행에 계열의 이름을 쓰세요.', en: 'Give every row the name of its series.' },
        );
      }
      index = this.names.length;
      this.names.push(name);
      this.known.set(name, index);
    }
    this.last = raw;
    this.lastIndex = index;
    return index;
  }
}

/** Rows in typed arrays that double when full: 24 bytes a row. */
class GrowingRows {
  count = 0;
  private series = new Int32Array(1024);
  private stamps = new Float64Array(1024);
  private values = new Float64Array(1024);
  private lines = new Int32Array(1024);

  add(series: number, stamp: Stamp, value: number, line: number): void {
    const row = this.count++;
    if (row === this.series.length) {
      this.series = longer(this.series, new Int32Array(row * 2));
      this.stamps = longer(this.stamps, new Float64Array(row * 2));
      this.values = longer(this.values, new Float64Array(row * 2));
      this.lines = longer(this.lines, new Int32Array(row * 2));
    }
    this.series[row] = series;
    this.stamps[row] = stamp;
    this.values[row] = value;
    this.lines[row] = line;
  }

  /** The rows ordered by series and stamp; `order` says where in the file each came from, unless they stay there. */
  bySeries(
    ids: readonly string[],
  ): Pick<LongTable, 'offsets' | 'stamps' | 'values' | 'lines'> & { order?: Int32Array } {
    const { count, series, stamps } = this;
    const offsets = new Int32Array(ids.length + 1);
    let inOrder = true;
    for (let row = 0; row < count; row++) {
      const one = series[row]!;
      offsets[one + 1] = offsets[one + 1]! + 1;
      if (row === 0) continue;
      const before = series[row - 1]!;
      if (one < before || (one === before && !(stamps[row]! > stamps[row - 1]!))) inOrder = false;
    }
    for (let i = 0; i < ids.length; i++) offsets[i + 1] = offsets[i + 1]! + offsets[i]!;
    if (inOrder) {
      return {
        offsets,
        stamps: stamps.slice(0, count),
        values: this.values.slice(0, count),
        lines: this.lines.slice(0, count),
      };
    }
    const next = offsets.slice();
    const order = new Int32Array(count);
    for (let row = 0; row < count; row++) {
      const at = next[series[row]!]!;
      order[at] = row;
      next[series[row]!] = at + 1;
    }
    for (let i = 0; i < ids.length; i++) {
      // Rows of one series lie here in the order of the file, so equal stamps stay in the order of their lines.
      order.subarray(offsets[i], offsets[i + 1]).sort((a, b) => stamps[a]! - stamps[b]! || a - b);
    }
    const table = {
      offsets,
      stamps: new Float64Array(count),
      values: new Float64Array(count),
      lines: new Int32Array(count),
    };
    order.forEach((row, at) => {
      table.stamps[at] = stamps[row]!;
      table.values[at] = this.values[row]!;
      table.lines[at] = this.lines[row]!;
    });
    refuseDuplicates(ids, table);
    return { ...table, order };
  }
}

function longer<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Throws for the first line of the file that repeats the (id, ds) of an earlier line. */
function refuseDuplicates(
  ids: readonly string[],
  table: Pick<LongTable, 'offsets' | 'stamps' | 'lines'>,
): void {
  const { offsets, stamps, lines } = table;
  let found: { id: string; line: number; earlier: number } | undefined;
  ids.forEach((id, i) => {
    for (let row = offsets[i]! + 1; row < offsets[i + 1]!; row++) {
      const line = lines[row]!;
      if (stamps[row] === stamps[row - 1] && (!found || line < found.line)) {
        found = { id, line, earlier: lines[row - 1]! };
      }
    }
  });
  if (found) {
    throw badTable(
      'DUPLICATE_ROW',
      {
        ko: `${found.line}행의 unique_id ${quoted(found.id)}와 ds가 ${found.earlier}행과 같습니다`,
        en: `line ${found.line} repeats unique_id ${quoted(found.id)} and ds of line ${found.earlier}`,
      },
      { ko: 'unique_id와 ds마다 한 행만 두세요.', en: 'Keep one row for each unique_id and ds.' },
    );
  }
}
