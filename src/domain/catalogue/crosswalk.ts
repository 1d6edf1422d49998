/**
 * The crosswalk between code systems, row by row and by code: never by name, because names lie (배추 stands in 양배추,
 * 무 in 열무 and in the plum 후무사, 마늘 is unpeeled in one system and peeled in another). Codes are tied only where they
 * mean the same item; one that holds several items (KAMIS 246 파, the 무 of a file that counts 열무 among it) stays out
 * or stands with its like. Every code points at one row and rows point at nothing, so there are no cycles.
 */

/** A code system: feeds of one publisher may share one. */
export type CodeSystem =
  | 'at-trades'
  | 'kr-survey'
  | 'japan-maff'
  | 'taiwan-amis'
  | 'uk-defra'
  | 'dacon-sun'
  | 'demo';

/** An item across systems, with its name in four languages (Chinese in traditional characters). */
export interface Produce {
  readonly ko: string;
  readonly en: string;
  readonly ja: string;
  readonly zh: string;
  readonly codes: Readonly<Partial<Record<CodeSystem, readonly string[]>>>;
}

/** Which system the item codes of a feed belong to; feeds not named have one that is tied to no other. */
export const SYSTEM_OF_FEED: Readonly<Record<string, CodeSystem>> = {
  'at-origin': 'at-trades',
  'at-realtime': 'at-trades',
  'at-sale': 'at-trades',
  'at-survey': 'kr-survey',
  kamis: 'kr-survey',
  'japan-maff': 'japan-maff',
  'taiwan-amis': 'taiwan-amis',
  'uk-defra': 'uk-defra',
  'dacon-sun': 'dacon-sun',
  demo: 'demo',
};

function row(ko: string, en: string, ja: string, zh: string, codes: Produce['codes']): Produce {
  return { ko, en, ja, zh, codes };
}

export const PRODUCE: readonly Produce[] = [
  row('배추', 'Napa cabbage', 'はくさい', '大白菜', {
    ...{
      'at-trades': ['10-01'],
      'kr-survey': ['211'],
      'japan-maff': ['31100'],
      'uk-defra': ['chinese_leaf'],
    },
    demo: ['101'],
  }),
  row('얼갈이배추', 'Young napa cabbage', '若採りはくさい', '小白菜', {
    'at-trades': ['10-02'],
    'kr-survey': ['215'],
    demo: ['108'],
  }),
  row('양배추', 'Cabbage', 'キャベツ', '甘藍', {
    'at-trades': ['10-04'],
    'kr-survey': ['212'],
    'japan-maff': ['31700'],
    'uk-defra': ['cabbage'],
    demo: ['102'],
  }),
  row('상추', 'Lettuce', 'サンチュ', '萵苣', {
    'at-trades': ['10-05'],
    'kr-survey': ['214'],
    'dacon-sun': ['상추'],
    demo: ['103'],
  }),
  row('양상추', 'Head lettuce', 'レタス', '結球萵苣', {
    'at-trades': ['13-01'],
    'kr-survey': ['262'],
    'japan-maff': ['33400'],
  }),
  row('시금치', 'Spinach', 'ほうれんそう', '菠菜', {
    ...{
      'at-trades': ['10-08'],
      'kr-survey': ['213'],
      'japan-maff': ['31800'],
      'uk-defra': ['spinach_leaf'],
    },
    demo: ['105'],
  }),
  row('미나리', 'Water dropwort', 'せり', '水芹菜', {
    'at-trades': ['10-09'],
    'kr-survey': ['252'],
    demo: ['106'],
  }),
  row('부추', 'Garlic chives', 'にら', '韭菜', {
    'at-trades': ['10-10'],
    'kr-survey': ['254'],
    'japan-maff': ['32800'],
    demo: ['107'],
  }),
  row('깻잎', 'Perilla leaf', 'えごまの葉', '紫蘇葉', {
    'at-trades': ['10-11'],
    'kr-survey': ['253'],
    demo: ['104'],
  }),
  row('쑥갓', 'Garland chrysanthemum', 'しゅんぎく', '茼蒿', {
    'at-trades': ['10-12'],
    'japan-maff': ['32600'],
    'taiwan-amis': ['LL1'],
  }),
  row('청경채', 'Pak choi', 'ちんげんさい', '青江菜', {
    'at-trades': ['10-31'],
    'kr-survey': ['263'],
    'japan-maff': ['31560'],
    'uk-defra': ['pak_choi'],
  }),
  row('콜리플라워', 'Cauliflower', 'カリフラワー', '花椰菜', {
    ...{
      'at-trades': ['13-12'],
      'japan-maff': ['33200'],
      'taiwan-amis': ['FB1'],
      'uk-defra': ['cauliflower'],
    },
  }),
  row('셀러리', 'Celery', 'セルリー', '芹菜', {
    'at-trades': ['13-04'],
    'japan-maff': ['32900'],
    'uk-defra': ['celery'],
  }),
  row('아스파라거스', 'Asparagus', 'アスパラガス', '蘆筍', {
    'at-trades': ['13-15'],
    'japan-maff': ['33100'],
    'uk-defra': ['asparagus'],
  }),
  row('무', 'Radish', 'だいこん', '蘿蔔', {
    'at-trades': ['11-01'],
    'kr-survey': ['231'],
    'japan-maff': ['30100'],
    demo: ['201'],
  }),
  row('열무', 'Young radish greens', '大根若菜', '蘿蔔葉', {
    'at-trades': ['10-06'],
    'kr-survey': ['233'],
    demo: ['109'],
  }),
  row('당근', 'Carrot', 'にんじん', '胡蘿蔔', {
    'at-trades': ['11-03'],
    'kr-survey': ['232'],
    'japan-maff': ['30300'],
    'uk-defra': ['carrots'],
    demo: ['202'],
  }),
  row('우엉', 'Burdock', 'ごぼう', '牛蒡', {
    'at-trades': ['11-04'],
    'kr-survey': ['218'],
    'japan-maff': ['30400'],
  }),
  row('연근', 'Lotus root', 'れんこん', '蓮藕', {
    'at-trades': ['11-05'],
    'kr-survey': ['217'],
    'japan-maff': ['30600'],
  }),
  row('토란', 'Taro', 'さといも', '芋頭', { 'at-trades': ['11-06'], 'japan-maff': ['36300'] }),
  row('감자', 'Potato', 'ばれいしょ', '馬鈴薯', {
    'at-trades': ['05-01'],
    'kr-survey': ['152'],
    'japan-maff': ['36200'],
    'dacon-sun': ['감자'],
    demo: ['203'],
  }),
  row('고구마', 'Sweet potato', 'かんしょ', '甘藷', {
    'at-trades': ['05-02'],
    'kr-survey': ['151'],
    'japan-maff': ['36100'],
    demo: ['204'],
  }),
  row('오이', 'Cucumber', 'きゅうり', '胡瓜', {
    'at-trades': ['09-01'],
    'kr-survey': ['223'],
    'japan-maff': ['34100'],
    'uk-defra': ['cucumbers'],
    demo: ['301'],
  }),
  row('호박', 'Squash', 'かぼちゃ', '南瓜', {
    'at-trades': ['09-02'],
    'kr-survey': ['224'],
    'japan-maff': ['34200'],
  }),
  row('가지', 'Eggplant', 'なす', '茄子', {
    'at-trades': ['09-03'],
    'kr-survey': ['251'],
    'japan-maff': ['34300'],
    demo: ['303'],
  }),
  row('토마토', 'Tomato', 'トマト', '番茄', {
    'at-trades': ['08-03'],
    'kr-survey': ['225'],
    'japan-maff': ['34400'],
    demo: ['304'],
  }),
  row('방울토마토', 'Cherry tomato', 'ミニトマト', '小番茄', {
    'at-trades': ['08-06'],
    'kr-survey': ['422'],
    'japan-maff': ['34450'],
    demo: ['305'],
  }),
  row('딸기', 'Strawberry', 'いちご', '草莓', {
    'at-trades': ['08-04'],
    'kr-survey': ['226'],
    'uk-defra': ['strawberries'],
    demo: ['308'],
  }),
  row('수박', 'Watermelon', 'すいか', '西瓜', {
    'at-trades': ['08-01'],
    'kr-survey': ['221'],
    demo: ['309'],
  }),
  row('참외', 'Korean melon', 'まくわうり', '香瓜', {
    'at-trades': ['08-02'],
    'kr-survey': ['222'],
    demo: ['310'],
  }),
  row('파프리카', 'Paprika', 'パプリカ', '甜椒', {
    'at-trades': ['13-26'],
    'kr-survey': ['256'],
    demo: ['306'],
  }),
  row('피망', 'Green pepper', 'ピーマン', '青椒', {
    'at-trades': ['13-02'],
    'kr-survey': ['255'],
    'japan-maff': ['34500'],
    demo: ['307'],
  }),
  row('양파', 'Onion', 'たまねぎ', '洋蔥', {
    ...{
      'at-trades': ['12-01'],
      'kr-survey': ['245', 'onion'],
      'japan-maff': ['36610'],
      'dacon-sun': ['양파'],
    },
    demo: ['401'],
  }),
  row('파', 'Green onions of all kinds', 'ねぎ類', '蔥類', {
    'kr-survey': ['246', 'green_onion'],
    'dacon-sun': ['대파'],
  }),
  row('대파', 'Large green onion', 'ねぎ', '大蔥', {
    'at-trades': ['12-02'],
    'japan-maff': ['31900'],
    demo: ['402'],
  }),
  row('쪽파', 'Small green onion', 'わけぎ', '珠蔥', {
    'at-trades': ['12-03'],
    'kr-survey': ['276'],
    demo: ['403'],
  }),
  row('피마늘', 'Unpeeled garlic', '皮付きにんにく', '帶皮大蒜', { 'kr-survey': ['244'] }),
  row('깐마늘(국산)', 'Peeled garlic (Korean)', '皮むきにんにく(韓国産)', '去皮大蒜(韓國產)', {
    'kr-survey': ['258'],
    'dacon-sun': ['깐마늘(국산)'],
  }),
  row('생강', 'Ginger', 'しょうが', '薑', {
    'at-trades': ['12-10'],
    'kr-survey': ['247'],
    'japan-maff': ['37200'],
    demo: ['405'],
  }),
  row('건고추', 'Dried chilli', '乾燥とうがらし', '乾辣椒', {
    'at-trades': ['12-07'],
    'kr-survey': ['241'],
    'dacon-sun': ['건고추'],
    demo: ['406'],
  }),
  row('사과', 'Apple', 'りんご', '蘋果', {
    'at-trades': ['06-01'],
    'kr-survey': ['411'],
    'uk-defra': ['apples'],
    'dacon-sun': ['사과'],
    demo: ['501'],
  }),
  row('배', 'Korean pear', 'なし', '梨', {
    'at-trades': ['06-02'],
    'kr-survey': ['412'],
    'dacon-sun': ['배'],
    demo: ['502'],
  }),
  row('포도', 'Grape', 'ぶどう', '葡萄', { 'at-trades': ['06-03'], 'kr-survey': ['414'] }),
  row('복숭아', 'Peach', 'もも', '桃', { 'at-trades': ['06-04'], 'kr-survey': ['413'], demo: ['505'] }),
  row('단감', 'Sweet persimmon', '甘がき', '甜柿', { 'at-trades': ['06-05'], 'kr-survey': ['416'] }),
  row('자두', 'Plum', 'すもも', '李', { 'at-trades': ['06-08'], 'uk-defra': ['plums'] }),
  row('감귤', 'Mandarin', 'みかん', '柑橘', { 'at-trades': ['06-14'], 'kr-survey': ['415'], demo: ['504'] }),
  row('느타리버섯', 'Oyster mushroom', 'ひらたけ', '平菇', {
    'at-trades': ['17-01'],
    'kr-survey': ['315'],
    demo: ['601'],
  }),
  row('팽이버섯', 'Enoki mushroom', 'えのきたけ', '金針菇', {
    'at-trades': ['17-05'],
    'kr-survey': ['316'],
    'japan-maff': ['38400'],
    demo: ['603'],
  }),
  row('새송이버섯', 'King oyster mushroom', 'エリンギ', '杏鮑菇', {
    'at-trades': ['17-11'],
    'kr-survey': ['317'],
    demo: ['602'],
  }),
];

const BY_CODE: ReadonlyMap<string, Produce> = new Map(
  PRODUCE.flatMap((produce) =>
    Object.entries(produce.codes).flatMap(([system, codes]) =>
      codes.map((code) => [`${system} ${code}`, produce] as const),
    ),
  ),
);

/** The item behind a feed's code, across code systems; undefined where no row ties it. */
export function produceOf(feed: string, code: string): Produce | undefined {
  const system = Object.hasOwn(SYSTEM_OF_FEED, feed) ? SYSTEM_OF_FEED[feed] : undefined;
  return system === undefined ? undefined : BY_CODE.get(`${system} ${code}`);
}
