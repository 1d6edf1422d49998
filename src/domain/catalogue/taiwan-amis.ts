import type { CatalogueItem, CatalogueName } from './names.ts';

export const TAIWAN_AMIS_ITEMS: readonly CatalogueItem[] = [
  { code: 'FB1', category: 'leaf', zh: '花椰菜', ko: '콜리플라워', en: 'Cauliflower' },
  { code: 'FB11', category: 'leaf', zh: '花椰菜', ko: '콜리플라워(줄기 있음)', en: 'Cauliflower with stem' },
  { code: 'FL6', category: 'fruit-vegetable', zh: '豌豆', ko: '스냅완두', en: 'Sugar snap pea' },
  { code: 'LL1', category: 'leaf', zh: '茼蒿', ko: '쑥갓', en: 'Garland chrysanthemum' },
];

export const TAIWAN_AMIS_VARIETIES: readonly CatalogueName[] = [
  { code: '青梗', zh: '青梗', ko: '청경(푸른 줄기)', en: 'Green stem' },
  { code: '青梗 留梗柄', zh: '青梗 留梗柄', ko: '청경(줄기 남김)', en: 'Green stem, stalk kept' },
  { code: '甜豌豆', zh: '甜豌豆', ko: '단완두', en: 'Sweet' },
];

/** The vegetable auctions; a code is unique within the vegetables. */
export const TAIWAN_AMIS_MARKETS: readonly CatalogueName[] = [
  { code: '104', zh: '台北二', ko: '타이베이 제2', en: 'Taipei 2' },
  { code: '109', zh: '台北一', ko: '타이베이 제1', en: 'Taipei 1' },
  { code: '220', zh: '板橋區', ko: '반차오', en: 'Banqiao' },
  { code: '241', zh: '三重區', ko: '싼충', en: 'Sanchong' },
  { code: '260', zh: '宜蘭市', ko: '이란', en: 'Yilan' },
  { code: '338', zh: '桃農', ko: '타오위안 농산', en: 'Taoyuan' },
  { code: '400', zh: '台中市', ko: '타이중', en: 'Taichung' },
  { code: '420', zh: '豐原區', ko: '펑위안', en: 'Fengyuan' },
  { code: '512', zh: '永靖鄉', ko: '융징', en: 'Yongjing' },
  { code: '514', zh: '溪湖鎮', ko: '시후', en: 'Xihu' },
  { code: '540', zh: '南投市', ko: '난터우', en: 'Nantou' },
  { code: '648', zh: '西螺鎮', ko: '시뤄', en: 'Xiluo' },
  { code: '800', zh: '高雄市', ko: '가오슝', en: 'Kaohsiung' },
  { code: '830', zh: '鳳山區', ko: '펑산', en: 'Fengshan' },
  { code: '900', zh: '屏東市', ko: '핑둥', en: 'Pingtung' },
  { code: '930', zh: '台東市', ko: '타이둥', en: 'Taitung' },
  { code: '950', zh: '花蓮市', ko: '화롄', en: 'Hualien' },
];
