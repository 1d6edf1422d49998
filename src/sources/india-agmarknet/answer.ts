import { cellText } from '../data-go-kr/item.ts';
import { parsed, rowsOf } from '../json-answer.ts';

/** A row's members as the open-data interface names them. */
export const ANSWER_HEADER = [
  'state',
  'district',
  'market',
  'commodity',
  'variety',
  'grade',
  'arrival_date',
  'min_price',
  'max_price',
  'modal_price',
] as const;

/** The rows of an accepted answer as cells in the order of `ANSWER_HEADER`. */
export function* answerCells(answer: string): Iterable<readonly (string | null)[]> {
  const value = parsed(answer);
  const records =
    typeof value === 'object' && value !== null && 'records' in value ? value.records : undefined;
  for (const row of rowsOf(records) ?? []) {
    yield ANSWER_HEADER.map((name) => (Object.hasOwn(row, name) ? cellText(row[name]) : null));
  }
}
