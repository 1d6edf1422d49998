import { COMMA, type CsvRecord } from './csv-records.ts';
import { parseNumber } from './number.ts';
import { badTable, quoted } from './refusal.ts';

const POINT = 46;
const WITH_COMMA = /^[+-]?\d+,\d+$/;
/** May be a number in groups of three as well: 1,234 is 1234 to one reader and 1.234 to another. */
const MAYBE_GROUPED = /^[+-]?[1-9]\d{0,2},\d{3}$/;

/**
 * Reads the numbers of a table. Where fields are parted by semicolons or tabs, a comma may stand for the decimal point;
 * whether it does is known for sure only from a number that could not be grouped, so a table without one is refused.
 */
export class NumberReader {
  /** The first number with a comma. */
  private comma: { readonly line: number; readonly text: string } | undefined;
  private surely = false;
  private points = false;

  /** As {@link parseNumber}. */
  read(record: CsvRecord, field: number): number | undefined {
    const { bytes, delimiter, line } = record;
    const [start, end] = [record.starts[field]!, record.ends[field]!];
    if (delimiter === COMMA) return parseNumber(bytes, start, end);
    const cell = bytes.subarray(start, end);
    if (!cell.includes(COMMA)) {
      const value = parseNumber(bytes, start, end);
      if (value !== undefined && cell.includes(POINT)) this.points = true;
      return value;
    }
    const text = cell.toString('latin1');
    if (!WITH_COMMA.test(text)) return undefined;
    this.comma ??= { line, text };
    if (!MAYBE_GROUPED.test(text)) this.surely = true;
    const value = Number(text.replace(',', '.'));
    return Number.isFinite(value) ? value : undefined;
  }

  /** Whether commas stood for decimal points. @throws SihwangError 65 where that cannot be told */
  decimalComma(): boolean {
    if (!this.comma) return false;
    if (this.surely && !this.points) return true;
    const { line, text } = this.comma;
    throw badTable(
      'DECIMAL_UNCLEAR',
      {
        ko: `${line}행의 ${quoted(text)}: 쉼표가 소수점인지 자릿수 표시인지 알 수 없습니다${this.points ? ' (소수점을 찍은 숫자도 있음)' : ''}`,
        en: `line ${line}, ${quoted(text)}: whether the comma is a decimal point or groups digits cannot be told${this.points ? ' (other numbers have a point)' : ''}`,
      },
      {
        ko: '숫자를 자릿수 쉼표 없이 소수점으로 쓰세요: 1234.5.',
        en: 'Write numbers with a decimal point and without group commas: 1234.5.',
      },
    );
  }
}
