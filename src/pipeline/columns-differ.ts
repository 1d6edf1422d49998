import type { Bilingual, TableShape } from '../domain/index.ts';
import { headerCells } from '../sources/index.ts';

const DELIMITERS: Readonly<Record<string, Bilingual>> = {
  ',': { ko: '쉼표', en: 'commas' },
  ';': { ko: '세미콜론', en: 'semicolons' },
  '\t': { ko: '탭', en: 'tabs' },
  '|': { ko: '세로줄', en: 'vertical bars' },
};
const MOST_NAMED = 8;

/**
 * In what a table's columns differ from the published form that is nearest to them: parted by another character, columns
 * that it lacks, columns that the form does not know, or the same in another order. `found` is the header line of a text,
 * or the names of a Parquet file's columns.
 */
export function columnsDiffer(shapes: readonly TableShape[], found: string | readonly string[]): Bilingual {
  const readings = shapes.flatMap((shape) => {
    if (typeof found !== 'string') return [{ shape, cells: found, parted: shape.delimiter }];
    return [shape.delimiter, ...Object.keys(DELIMITERS)].map((parted) => ({
      ...{ shape, parted, cells: headerCells(found, parted) },
    }));
  });
  // of equally near ones the first: a form's own delimiter stands before the others
  const nearest = readings.reduce((best, one) => (shared(one) > shared(best) ? one : best));
  const { shape, cells, parted } = nearest;
  const [own, theirs] = [DELIMITERS[shape.delimiter], DELIMITERS[parted]];
  if (parted !== shape.delimiter && own && theirs)
    return {
      ko: `열을 나눈 글자: ${theirs.ko} (있어야 할 것: ${own.ko}). 열을 ${own.ko}, 소수점을 점으로 쓴 CSV로 저장하세요`,
      en: `its columns are parted by ${theirs.en}, not ${own.en}: save it as CSV parted by ${own.en}, with decimal points`,
    };
  const missing = shape.header.filter((name) => !cells.includes(name));
  const unknown = cells.filter((name) => !shape.header.includes(name));
  const twice = cells.find((name, at) => cells.indexOf(name) !== at);
  const said: Bilingual[] = [];
  if (missing.length > 0)
    said.push({ ko: `없는 열: ${listed(missing, 'ko')}`, en: `it lacks ${listed(missing, 'en')}` });
  if (unknown.length > 0)
    said.push({ ko: `모르는 열: ${listed(unknown, 'ko')}`, en: `unknown columns: ${listed(unknown, 'en')}` });
  if (twice !== undefined) said.push({ ko: `두 번 나온 열: ${twice}`, en: `${twice} comes twice` });
  if (said.length === 0)
    said.push({ ko: '같은 열이 다른 차례로 있습니다', en: 'the same columns stand in another order' });
  return { ko: said.map(({ ko }) => ko).join('. '), en: said.map(({ en }) => en).join('; ') };
}

function shared({ shape, cells }: { readonly shape: TableShape; readonly cells: readonly string[] }): number {
  return shape.header.filter((name) => cells.includes(name)).length / shape.header.length;
}

function listed(names: readonly string[], language: keyof Bilingual): string {
  const shown = names.slice(0, MOST_NAMED).map((name) => (name === '' ? '""' : name));
  const more = names.length - shown.length;
  if (more === 0) return shown.join(', ');
  return `${shown.join(', ')}${language === 'ko' ? ` 외 ${more}개` : ` and ${more} more`}`;
}
