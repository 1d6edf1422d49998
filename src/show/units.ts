import type { Language } from './language.ts';

const COUNT_UNITS: Readonly<Record<string, { readonly ko: string; readonly en: string }>> = {
  head: { ko: '포기', en: 'head' },
  piece: { ko: '개', en: 'piece' },
  bunch: { ko: '단', en: 'bunch' },
  jeop: { ko: '접', en: 'jeop (100)' },
  stem: { ko: '본', en: 'stem' },
};

function unitName(unit: string, language: Language): string {
  return COUNT_UNITS[unit]?.[language] ?? unit;
}

/** What a price is per: `원/kg`, `JPY/kg`, `원/포기`. The won is written as Koreans write it, others by ISO code. */
export function priceUnit(currency: string, unit: string, language: Language): string {
  return `${currency === 'KRW' && language === 'ko' ? '원' : currency}/${unitName(unit, language)}`;
}

/** The trade unit a lot is sold in: `10 kg`, `1 포기`. */
export function tradeUnit(unitValue: number, unit: string, language: Language): string {
  return `${unitValue} ${unitName(unit, language)}`;
}
