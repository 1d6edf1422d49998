import type { Bilingual } from '../words.ts';

/**
 * Words of the trade that feeds write into grade, package and trade method, by their own spelling. They stay in keys as
 * the feed wrote them; these are what a reader sees. English words are lower case, as within a specification.
 */

/** Grades: 특·상·보통·하 of a lot, 상품·중품·하품 of a survey. The feeds that publish price ranks name them themselves. */
export const GRADES: Readonly<Record<string, Bilingual>> = {
  특: { ko: '특', en: 'top grade' },
  상: { ko: '상', en: 'high grade' },
  보통: { ko: '보통', en: 'regular grade' },
  중: { ko: '중', en: 'middle grade' },
  하: { ko: '하', en: 'low grade' },
  상품: { ko: '상품', en: 'high grade' },
  중품: { ko: '중품', en: 'middle grade' },
  하품: { ko: '하품', en: 'low grade' },
  등외: { ko: '등외', en: 'off grade' },
  무등급: { ko: '무등급', en: 'ungraded' },
};

export const PACKAGES: Readonly<Record<string, Bilingual>> = {
  상자: { ko: '상자', en: 'box' },
  골판지상자: { ko: '골판지상자', en: 'cardboard box' },
  스티로폼상자: { ko: '스티로폼상자', en: 'foam box' },
  플라스틱상자: { ko: '플라스틱상자', en: 'plastic crate' },
  그물망: { ko: '그물망', en: 'net' },
  망: { ko: '망', en: 'net' },
  포대: { ko: '포대', en: 'sack' },
  마대: { ko: '마대', en: 'sack' },
  봉지: { ko: '봉지', en: 'bag' },
  비닐포: { ko: '비닐포', en: 'plastic bag' },
  단: { ko: '단', en: 'bunch' },
  묶음: { ko: '묶음', en: 'bundle' },
  팩: { ko: '팩', en: 'pack' },
  낱개: { ko: '낱개', en: 'loose' },
  산물: { ko: '산물', en: 'in bulk' },
  '5톤트럭': { ko: '5톤트럭', en: '5-tonne truck' },
  '10톤트럭': { ko: '10톤트럭', en: '10-tonne truck' },
};

export const TRADE_METHODS: Readonly<Record<string, Bilingual>> = {
  경매: { ko: '경매', en: 'auction' },
  입찰: { ko: '입찰', en: 'sealed bid' },
  정가수의: { ko: '정가수의', en: 'negotiated' },
  정가: { ko: '정가', en: 'fixed price' },
  수의: { ko: '수의', en: 'negotiated' },
};

/** A grade in both languages; a feed's own word where the list has none. Empty stays empty. */
export function gradeName(grade: string): Bilingual {
  return wordOf(GRADES, grade);
}

/** A package in both languages; a feed's own word where the list has none. Empty stays empty. */
export function packageName(word: string): Bilingual {
  return wordOf(PACKAGES, word);
}

/** A trade method in both languages; a feed's own word where the list has none. Empty stays empty. */
export function tradeMethodName(method: string): Bilingual {
  return wordOf(TRADE_METHODS, method);
}

function wordOf(words: Readonly<Record<string, Bilingual>>, word: string): Bilingual {
  return Object.hasOwn(words, word) ? words[word]! : { ko: word, en: word };
}
