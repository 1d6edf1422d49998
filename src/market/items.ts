import { matchesName } from '../domain/index.ts';
import type { ServingReader } from '../lake/index.ts';
import type { Named } from './answers.ts';
import { parseAsOf } from './as-of.ts';
import { asOfTables } from './derived-tables.ts';
import { heldRows } from './held-rows.ts';
import { sqlInstant } from './known-basis.ts';
import { categoryOf, itemNamed } from './names.ts';
import { rowsOf, textOf } from './result-rows.ts';

/** Which items does a feed trade, and which of them is meant by these letters? */
export interface ItemsQuestion {
  readonly asOf?: string | undefined;
  /** Part of a name in Korean or English, its initial consonants (초성: `ㅂㅊ` = 배추), or a code. Absent = all. */
  readonly q?: string | undefined;
}

export interface ItemFound {
  readonly feed: string;
  readonly simulated: boolean;
  readonly item: Named;
  readonly category: Named;
  /** Text form of the representative series; of the price kind listed first where the item has several. */
  readonly headline: string;
  readonly seriesCount: number;
}

/** Items whose name, initial consonants or code holds the letters; those that begin with them first. */
export async function items(reader: ServingReader, question: ItemsQuestion): Promise<ItemFound[]> {
  const { profile } = reader;
  const asOf = parseAsOf(question.asOf, profile);
  const found = await reader.query(
    `${asOf === null ? '' : asOfTables(profile, ['representative'])}
     select s.item_code, max(s.item_name) as item_name, count(*) as series_count,
            arg_min(s.series, s.price_kind) filter (r.headline) as headline
     from series s left join representative r on r.series_id = s.series_id
     where ${asOf === null ? 'true' : `exists (from ${heldRows('as-of')} h where h.series_id = s.series_id)`}
     group by s.item_code having count(*) filter (r.headline) > 0 order by s.item_code`,
    asOf === null ? {} : { asOf: sqlInstant(asOf) },
  );
  return rowsOf(found)
    .map((row) => {
      const code = textOf(row, 'item_code');
      const item = itemNamed(profile.id, code, textOf(row, 'item_name'));
      return {
        rank: rankOf(item, question.q),
        found: {
          feed: profile.id,
          simulated: profile.simulated,
          item,
          category: categoryOf(profile.id, code),
          headline: textOf(row, 'headline'),
          seriesCount: Number(row.series_count),
        },
      };
    })
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => a.rank! - b.rank!)
    .map((one) => one.found);
}

/** 0 = a name or the code begins with the letters, 1 = one holds them or its initial consonants do; null = neither. */
function rankOf(item: Named, q = ''): number | null {
  const letters = q.trim().toLowerCase();
  const names = [item.name.ko, item.name.en, item.code];
  if (names.some((name) => name.toLowerCase().startsWith(letters))) return 0;
  return names.some((name) => matchesName(name, letters)) ? 1 : null;
}
