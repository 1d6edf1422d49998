import { cellText, type Item } from '../data-go-kr/item.ts';
import { parsed, rowsOf } from '../json-answer.ts';

/** The answer's own member names; older answers add the unit in brackets, `上價(元/公斤)`. */
export const ANSWER_HEADER = [
  '交易日期',
  '種類代碼',
  '作物代號',
  '作物名稱',
  '市場代號',
  '市場名稱',
  '上價',
  '中價',
  '下價',
  '平均價',
  '交易量',
] as const;

/** A row under its plain member names. */
export function plainNames(row: Item): Item {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name.replace(/\(.*$/, ''), value]));
}

/** The rows of an accepted answer as cells in the order of `ANSWER_HEADER`. */
export function* answerCells(answer: string): Iterable<readonly (string | null)[]> {
  for (const row of rowsOf(parsed(answer)) ?? []) {
    const plain = plainNames(row);
    yield ANSWER_HEADER.map((name) => (Object.hasOwn(plain, name) ? cellText(plain[name]) : null));
  }
}
