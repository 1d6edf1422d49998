import type { Language } from './language.ts';

/** Count units by the English singular that the sources name them with. */
const KOREAN_UNITS: Readonly<Record<string, string>> = {
  head: '포기',
  piece: '개',
  unit: '개',
  bunch: '단',
  bundle: '속',
  'hundred heads': '접',
  pair: '손',
  twin: '쌍',
  animal: '마리',
  pack: '팩',
  bag: '봉',
  cluster: '송이',
  sheet: '장',
  stem: '본',
};

function unitName(unit: string, language: Language): string {
  return language === 'ko' ? (KOREAN_UNITS[unit] ?? unit) : unit;
}

/** What a price is per: `원/kg`, `JPY/kg`, `원/포기`. The won is written as Koreans write it, others by ISO code. */
export function priceUnit(currency: string, unit: string, language: Language): string {
  return `${currency === 'KRW' && language === 'ko' ? '원' : currency}/${unitName(unit, language)}`;
}

/** The trade unit a lot is sold in: `10 kg`, `1 포기`. */
export function tradeUnit(unitValue: number, unit: string, language: Language): string {
  return `${unitValue} ${unitName(unit, language)}`;
}
