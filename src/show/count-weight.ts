import type { Bilingual, CountWeight } from '../domain/index.ts';
import type { Language } from './language.ts';
import { formatDecimal, formatPrice } from './numbers.ts';
import { priceUnit, tradeUnit } from './units.ts';

const CONFIDENCE: Readonly<Record<CountWeight['confidence'], Bilingual>> = {
  low: { ko: '낮음', en: 'low' },
  medium: { ko: '보통', en: 'medium' },
  high: { ko: '높음', en: 'high' },
};

/**
 * What a count unit holds, the price by that (per one of `of`; null = no price to convert), where the figure comes from
 * and how far it is trusted: `1 포기 = 3.3 kg 환산: 900원/kg · 출처 … · 신뢰도 낮음`.
 */
export function sayCountWeight(weight: CountWeight, price: number | null, currency: string): Bilingual {
  const holds = (language: Language) =>
    `${tradeUnit(1, weight.unit, language)} = ${formatDecimal(weight.holds, Number.isInteger(weight.holds) ? 0 : 1, language)} ${weight.ofName[language]}`;
  const priced = (language: Language) =>
    price === null
      ? ''
      : `: ${formatPrice(price, language)} ${priceUnit(currency, weight.ofName[language], language)}`;
  return {
    ko: `환산 ${holds('ko')}${priced('ko')} · 출처: ${weight.source.ko} · 신뢰도 ${CONFIDENCE[weight.confidence].ko}`,
    en: `Converted at ${holds('en')}${priced('en')} · source: ${weight.source.en} · confidence ${CONFIDENCE[weight.confidence].en}`,
  };
}
