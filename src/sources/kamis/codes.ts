import { EXIT, SihwangError } from '../../domain/index.ts';

/** The two levels of the survey, as the service numbers and calls them. */
export const LEVELS = {
  wholesale: { cls: '02', action: 'periodWholesaleProductList' },
  retail: { cls: '01', action: 'periodRetailProductList' },
} as const;
export type Level = keyof typeof LEVELS;

/** Rank codes of the survey and the grade each stands for; others stay codes. */
export const RANKS: Readonly<Record<string, string>> = { '04': '상품', '05': '중품' };

/** Cities of the survey by code; wholesale prices are asked in the first five alone. */
export const COUNTIES: Readonly<Record<string, string>> = {
  '1101': '서울',
  '2100': '부산',
  '2200': '대구',
  '2401': '광주',
  '2501': '대전',
  '2300': '인천',
  '2601': '울산',
  '2701': '세종',
  '3111': '수원',
  '3112': '성남',
  '3113': '의정부',
  '3138': '고양',
  '3145': '용인',
  '3211': '춘천',
  '3214': '강릉',
  '3311': '청주',
  '3411': '천안',
  '3511': '전주',
  '3613': '순천',
  '3711': '포항',
  '3714': '안동',
  '3814': '창원',
  '3818': '김해',
  '3911': '제주',
};
export const WHOLESALE_COUNTIES = ['1101', '2100', '2200', '2401', '2501'];
/** Shops were added to the panel over the years: one city is a steadier retail price than the nation. */
export const RETAIL_COUNTIES = ['1101'];

/** Items that are asked for when none is named: their present and former names, and their kinds (seasons, sorts). */
const ITEMS: Readonly<
  Record<string, { readonly names: readonly string[]; readonly kinds: readonly string[] }>
> = {
  '211': { names: ['배추'], kinds: ['01', '02', '03', '06'] },
  '231': { names: ['무'], kinds: ['01', '02', '03', '06'] },
  '245': { names: ['양파'], kinds: ['00'] },
  '246': { names: ['파', '대파'], kinds: ['00', '02'] },
};
/** What the service gives for an item it does not understand. */
const DEFAULT_ITEM = { code: '111', name: '쌀' };
/** Cherry tomatoes are a vegetable here, with a number among the fruit. */
const CATEGORY_EXCEPTIONS: Readonly<Record<string, string>> = { '422': '200' };

export interface Product {
  readonly item: string;
  readonly kind: string;
  readonly rank: string;
}

/** Products by the text forms `211`, `211-02` and `211-02-05`; without any, the default ones. */
export function productsOf(scope: readonly string[] | undefined): readonly Product[] {
  return (scope?.length ? scope : Object.keys(ITEMS)).flatMap((text) => {
    const [, item, kind, rank = '04'] = /^(\d{3})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text) ?? [];
    const kinds = kind === undefined ? ITEMS[item ?? '']?.kinds : [kind];
    if (item === undefined || kinds === undefined)
      throw new SihwangError(
        'KAMIS_ITEM',
        {
          ko: `품목과 품종을 가리키지 않습니다: "${text}"`,
          en: `"${text}" does not name an item with its kind`,
        },
        {
          exit: EXIT.usage,
          hint: {
            ko: 'KAMIS의 번호로 품목, 품종, 등급을 쓰세요: 411-05 또는 411-05-04.',
            en: 'Write item, kind and rank as KAMIS numbers them, such as 411-05 or 411-05-04.',
          },
        },
      );
    return kinds.map((one) => ({ item, kind: one, rank }));
  });
}

export function categoryOf(item: string): string {
  return CATEGORY_EXCEPTIONS[item] ?? `${item[0]}00`;
}

/** Whether an answer's item name may stand for the code that was asked; codes are not repeated in answers. */
export function mayBeItem(item: string, name: string): boolean {
  const names = ITEMS[item]?.names;
  if (names) return names.includes(name);
  return item === DEFAULT_ITEM.code || name !== DEFAULT_ITEM.name;
}
