import type { CatalogueItem, CatalogueName } from './names.ts';

/** Items by the slug of the published history and by KAMIS code. */
export const KAMIS_ITEMS: readonly CatalogueItem[] = [
  { code: 'onion', category: 'seasoning', ko: '양파', en: 'Onion' },
  { code: 'green_onion', category: 'seasoning', ko: '파', en: 'Green onion' },
  { code: '258', category: 'seasoning', ko: '깐마늘(국산)', en: 'Peeled garlic (Korean)' },
  { code: '245', category: 'seasoning', ko: '양파', en: 'Onion' },
  { code: '246', category: 'seasoning', ko: '파', en: 'Green onion' },
];

export const KAMIS_VARIETIES: readonly CatalogueName[] = [
  { code: '양파', ko: '양파', en: 'Onion' },
  { code: '햇양파', ko: '햇양파', en: 'New onion' },
  { code: '대파', ko: '대파', en: 'Large green onion' },
  { code: '쪽파', ko: '쪽파', en: 'Small green onion' },
  { code: '수입', ko: '수입', en: 'Imported' },
];

const CITIES: readonly CatalogueName[] = [
  { code: 'seoul', ko: '서울', en: 'Seoul' },
  { code: 'busan', ko: '부산', en: 'Busan' },
  { code: 'daegu', ko: '대구', en: 'Daegu' },
  { code: 'gwangju', ko: '광주', en: 'Gwangju' },
  { code: 'daejeon', ko: '대전', en: 'Daejeon' },
];

/** Places of the survey within a city; the publisher hides the names of chains behind letters. */
const PLACES: readonly CatalogueName[] = [
  { code: 'A-유통', ko: 'A-유통', en: 'Retail chain A' },
  { code: 'C-유통', ko: 'C-유통', en: 'Retail chain C' },
  { code: 'E-유통', ko: 'E-유통', en: 'Retail chain E' },
  { code: '각화도매', ko: '각화도매', en: 'Gakhwa wholesale' },
  { code: '남문', ko: '남문', en: 'Nammun' },
  { code: '대인', ko: '대인', en: 'Daein' },
  { code: '동구', ko: '동구', en: 'Dong-gu' },
  { code: '부전', ko: '부전', en: 'Bujeon' },
  { code: '북부도매', ko: '북부도매', en: 'Bukbu wholesale' },
  { code: '서남', ko: '서남', en: 'Seonam' },
  { code: '서방', ko: '서방', en: 'Seobang' },
  { code: '수정', ko: '수정', en: 'Sujeong' },
  { code: '양동', ko: '양동', en: 'Yang-dong' },
  { code: '엄궁도매', ko: '엄궁도매', en: 'Eomgung wholesale' },
  { code: '역전', ko: '역전', en: 'Yeokjeon' },
  { code: '오정도매', ko: '오정도매', en: 'Ojeong wholesale' },
  { code: '중앙', ko: '중앙', en: 'Jungang' },
];

/** A market's code is `city-place`: one place name stands in several cities. */
export const KAMIS_MARKETS: readonly CatalogueName[] = CITIES.flatMap((city) =>
  PLACES.map((place) => ({
    code: `${city.code}-${place.code}`,
    ko: `${city.ko} ${place.ko}`,
    en: `${city.en}, ${place.en}`,
  })),
);
