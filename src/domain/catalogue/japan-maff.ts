import type { CatalogueItem, CatalogueName } from './names.ts';

/** The daily wholesale survey's items; 30000 is the sum of the others. */
export const JAPAN_MAFF_ITEMS: readonly CatalogueItem[] = [
  { code: '30000', category: 'total', ja: '野菜総計', ko: '채소 합계', en: 'Vegetables, total' },
  { code: '30100', category: 'root', ja: 'だいこん', ko: '무', en: 'Daikon radish' },
  { code: '30200', category: 'root', ja: 'かぶ', ko: '순무', en: 'Turnip' },
  { code: '30300', category: 'root', ja: 'にんじん', ko: '당근', en: 'Carrot' },
  { code: '30400', category: 'root', ja: 'ごぼう', ko: '우엉', en: 'Burdock' },
  { code: '30500', category: 'root', ja: 'たけのこ', ko: '죽순', en: 'Bamboo shoot' },
  { code: '30600', category: 'root', ja: 'れんこん', ko: '연근', en: 'Lotus root' },
  { code: '31100', category: 'leaf', ja: 'はくさい', ko: '배추', en: 'Napa cabbage' },
  { code: '31300', category: 'leaf', ja: 'みずな', ko: '교나', en: 'Mizuna' },
  { code: '31500', category: 'leaf', ja: 'こまつな', ko: '소송채', en: 'Komatsuna' },
  { code: '31550', category: 'leaf', ja: 'その他の菜類', ko: '기타 잎채소', en: 'Other leaf greens' },
  { code: '31560', category: 'leaf', ja: 'ちんげんさい', ko: '청경채', en: 'Pak choi' },
  { code: '31700', category: 'leaf', ja: 'キャベツ', ko: '양배추', en: 'Cabbage' },
  { code: '31800', category: 'leaf', ja: 'ほうれんそう', ko: '시금치', en: 'Spinach' },
  { code: '31900', category: 'seasoning', ja: 'ねぎ', ko: '대파', en: 'Green onion' },
  { code: '32300', category: 'leaf', ja: 'ふき', ko: '머위', en: 'Butterbur' },
  { code: '32400', category: 'leaf', ja: 'うど', ko: '땅두릅', en: 'Udo' },
  { code: '32500', category: 'leaf', ja: 'みつば', ko: '파드득나물', en: 'Mitsuba' },
  { code: '32600', category: 'leaf', ja: 'しゅんぎく', ko: '쑥갓', en: 'Garland chrysanthemum' },
  { code: '32800', category: 'leaf', ja: 'にら', ko: '부추', en: 'Garlic chives' },
  { code: '32900', category: 'leaf', ja: 'セルリー', ko: '셀러리', en: 'Celery' },
  { code: '33100', category: 'leaf', ja: 'アスパラガス', ko: '아스파라거스', en: 'Asparagus' },
  { code: '33200', category: 'leaf', ja: 'カリフラワー', ko: '콜리플라워', en: 'Cauliflower' },
  { code: '33300', category: 'leaf', ja: 'ブロッコリー', ko: '브로콜리', en: 'Broccoli' },
  { code: '33400', category: 'leaf', ja: 'レタス', ko: '양상추', en: 'Lettuce' },
  { code: '33600', category: 'leaf', ja: 'パセリ', ko: '파슬리', en: 'Parsley' },
  { code: '34100', category: 'fruit-vegetable', ja: 'きゅうり', ko: '오이', en: 'Cucumber' },
  { code: '34200', category: 'fruit-vegetable', ja: 'かぼちゃ', ko: '호박', en: 'Pumpkin' },
  { code: '34300', category: 'fruit-vegetable', ja: 'なす', ko: '가지', en: 'Eggplant' },
  { code: '34400', category: 'fruit-vegetable', ja: 'トマト', ko: '토마토', en: 'Tomato' },
  { code: '34450', category: 'fruit-vegetable', ja: 'ミニトマト', ko: '방울토마토', en: 'Cherry tomato' },
  { code: '34500', category: 'fruit-vegetable', ja: 'ピーマン', ko: '피망', en: 'Green pepper' },
  { code: '34600', category: 'fruit-vegetable', ja: 'ししとう', ko: '꽈리고추', en: 'Shishito pepper' },
  { code: '34700', category: 'fruit-vegetable', ja: 'スイトコーン', ko: '단옥수수', en: 'Sweetcorn' },
  { code: '35100', category: 'fruit-vegetable', ja: 'さやいんげん', ko: '꼬투리강낭콩', en: 'Green beans' },
  { code: '35200', category: 'fruit-vegetable', ja: 'さやえんどう', ko: '꼬투리완두', en: 'Snow peas' },
  { code: '35300', category: 'fruit-vegetable', ja: '実えんどう', ko: '완두콩', en: 'Green peas' },
  { code: '35400', category: 'fruit-vegetable', ja: 'そらまめ', ko: '잠두', en: 'Broad beans' },
  { code: '35500', category: 'fruit-vegetable', ja: 'えだまめ', ko: '풋콩', en: 'Edamame' },
  { code: '36100', category: 'root', ja: 'かんしょ', ko: '고구마', en: 'Sweet potato' },
  { code: '36200', category: 'root', ja: 'ばれいしょ', ko: '감자', en: 'Potato' },
  { code: '36300', category: 'root', ja: 'さといも', ko: '토란', en: 'Taro' },
  { code: '36500', category: 'root', ja: 'やまのいも', ko: '마', en: 'Yam' },
  { code: '36610', category: 'seasoning', ja: 'たまねぎ', ko: '양파', en: 'Onion' },
  { code: '36700', category: 'seasoning', ja: 'にんにく', ko: '마늘', en: 'Garlic' },
  { code: '37200', category: 'seasoning', ja: 'しょうが', ko: '생강', en: 'Ginger' },
  { code: '38100', category: 'mushroom', ja: '生しいたけ', ko: '생표고버섯', en: 'Fresh shiitake' },
  { code: '38300', category: 'mushroom', ja: 'なめこ', ko: '나도팽나무버섯', en: 'Nameko mushroom' },
  { code: '38400', category: 'mushroom', ja: 'えのきだけ', ko: '팽이버섯', en: 'Enoki mushroom' },
  { code: '38500', category: 'mushroom', ja: 'しめじ', ko: '만가닥버섯', en: 'Shimeji mushroom' },
  { code: '39000', category: 'total', ja: 'その他の野菜', ko: '기타 채소', en: 'Other vegetables' },
];

export const JAPAN_MAFF_MARKETS: readonly CatalogueName[] = [
  { code: 'pooled', ja: '主要市場計', ko: '주요 시장 합계', en: 'Major markets, pooled' },
];

/** The weekly retail survey numbers its items from 1, and its names are those of the daily survey. */
export const JAPAN_MAFF_RETAIL_ITEMS: readonly CatalogueItem[] = [
  ['1', '31700'],
  ['2', '31900'],
  ['3', '33400'],
  ['4', '36200'],
  ['5', '36610'],
  ['6', '34100'],
  ['7', '34400'],
  ['8', '30300'],
  ['9', '31100'],
  ['10', '30100'],
  ['11', '34300'],
  ['12', '31800'],
  ['13', '34500'],
].flatMap(([code = '', wholesale]) =>
  JAPAN_MAFF_ITEMS.filter((item) => item.code === wholesale).map((item) => ({ ...item, code })),
);

export const JAPAN_MAFF_RETAIL_MARKETS: readonly CatalogueName[] = [
  { code: 'retail-survey', ja: '小売調査', ko: '소매 조사', en: 'Retail survey' },
];
