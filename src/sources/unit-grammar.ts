/**
 * Reads what a price is for out of free text such as `대파(1kg)`, `10키로망대` or `100개`, as SQL.
 * A weight is never invented: text that states none, and no count either, gives NULL.
 * Weights come before counts, because `5kg(3수)` is sold by the weight. Source of the spellings: domain.md §4.
 */

const KILOGRAM = 'kg|㎏|키로|킬로';
const TONNE = '톤';
/** A letter after it makes it another word: `1gold` is no gram. */
const GRAM = '(?:g|그램)(?:[^a-z]|$)';

/** Korean count words in the English singular that a unit is named by. */
const COUNT_UNITS: Readonly<Record<string, string>> = {
  포기: 'head',
  개: 'piece',
  단: 'bunch',
  속: 'bundle',
  접: 'hundred heads',
  손: 'pair',
  마리: 'animal',
  수: 'animal',
  팩: 'pack',
  봉: 'bag',
  송이: 'cluster',
  장: 'sheet',
};
const COUNT_WORDS = Object.keys(COUNT_UNITS).join('|');

/** Containers, the longer before the shorter that begins like it. */
const PACKAGES = '그물망|망대|망|비닐포대|포대|파렛트|트럭|상자|박스|단';

/** A whole number or decimal; the end of a longer run of digits is none. */
const NUMBER = '(?:^|[^0-9.])([0-9]{1,6}(?:\\.[0-9]{1,4})?)';

interface UnitColumns {
  readonly unit_value: string;
  readonly unit: string;
  readonly package: string;
}

/** SQL for the three columns that say what a price is for, from one SQL text expression. */
export function unitColumns(text: string): UnitColumns {
  const plain = `replace(lower(${text}), ',', '')`;
  const numberBefore = (word: string): string =>
    `try_cast(nullif(regexp_extract(${plain}, '${NUMBER} *(?:${word})', 1), '') AS DOUBLE)`;
  const namesWeight = `regexp_matches(${plain}, '${KILOGRAM}|${TONNE}|[0-9] *${GRAM}')`;
  const kilograms = `coalesce(${numberBefore(KILOGRAM)}, ${numberBefore(TONNE)} * 1000, ${numberBefore(GRAM)} / 1000)`;
  const countUnits = Object.entries(COUNT_UNITS)
    .map(([word, unit]) => `WHEN '${word}' THEN '${unit}'`)
    .join(' ');
  const countUnit = `CASE regexp_extract(${plain}, '${NUMBER} *(${COUNT_WORDS})', 2) ${countUnits} END`;
  return {
    unit_value: `CASE WHEN ${namesWeight} THEN ${kilograms} ELSE ${numberBefore(COUNT_WORDS)} END`,
    // `kg(그물망 3포기)` names a weight without saying how much: unknown, and certainly not three heads.
    unit: `CASE WHEN NOT ${namesWeight} THEN ${countUnit} WHEN ${kilograms} IS NOT NULL THEN 'kg' END`,
    package: `coalesce(regexp_extract(${plain}, '[0-9] *(?:${KILOGRAM}|${TONNE})[( ]*(${PACKAGES})', 1), '')`,
  };
}
