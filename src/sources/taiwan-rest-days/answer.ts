import { TAIWAN_AMIS_MARKETS } from '../../domain/index.ts';
import { cellText, type Item } from '../data-go-kr/item.ts';
import { parsed, rowsOf } from '../json-answer.ts';
import { isoMonthOfRoc } from '../taiwan-amis/roc-day.ts';

/** What every row of an answer must have: a market, its kind, and the rest days of one month. */
export const MEMBERS = ['MarketName', 'MarketType', 'YearMonth', 'ClosedDate'] as const;

/** One row a rest day: the answer's members, the market's code in our table, and the day as ISO. */
export const HEADER = [...MEMBERS, 'MarketCode', 'Day'] as const;

/** The source's words for what a market auctions → the code of its auction table. */
const TYPE_CODES: Readonly<Record<string, string>> = { 蔬菜: 'N04', 水果: 'N05', 花卉: 'N06' };

/** The rest days name markets and never their codes, so these two tables are the one crosswalk. */
const CODES = new Map(TAIWAN_AMIS_MARKETS.map(({ code, zh }) => [`${code.split('/')[0]}/${zh}`, code]));

function marketCode(row: Item): string | null {
  const type = TYPE_CODES[cellText(row.MarketType)?.trim() ?? ''];
  const name = cellText(row.MarketName)?.trim();
  return CODES.get(`${type}/${name}`) ?? null;
}

/** The days of an accepted answer as cells in the order of `HEADER`; a day that cannot be read is an empty cell. */
export function* restDayCells(answer: string): Iterable<readonly (string | null)[]> {
  for (const row of rowsOf(parsed(answer)) ?? []) {
    const cells = MEMBERS.map((name) => (Object.hasOwn(row, name) ? cellText(row[name]) : null));
    const market = marketCode(row);
    const month = isoMonthOfRoc(cellText(row.YearMonth) ?? '');
    const days = (cellText(row.ClosedDate) ?? '').split(/[、,，]/).map((day) => day.trim());
    for (const day of days.filter((text) => text !== '')) {
      const readable = month !== undefined && /^\d{1,2}$/.test(day);
      yield [...cells, market, readable ? `${month}-${day.padStart(2, '0')}` : null];
    }
  }
}
