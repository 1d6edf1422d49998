import { expect, test } from 'vitest';
import { countWeightIn } from '../domain/index.ts';
import { sayCountWeight } from './count-weight.ts';

test('a conversion says what it holds, the price by it, its source and how far it is trusted', () => {
  const garlic = countWeightIn('at-survey', '244', 'hundred heads', '2026-01-05')!;
  expect(sayCountWeight(garlic, 512.4, 'KRW')).toEqual({
    ko: '환산 1 접 = 100 통: 512 원/통 · 출처: 마늘 한 접을 세는 관행 · 신뢰도 높음',
    en: 'Converted at 1 hundred heads = 100 head: 512 KRW/head · source: the unit 접 of garlic by common usage · confidence high',
  });
  const napa = countWeightIn('kamis', '211', 'head', '2026-01-05')!;
  expect(sayCountWeight(napa, null, 'KRW').ko).toBe(
    '환산 1 포기 = 3.3 kg · 출처: 같은 조사의 도매 단위(10 kg 그물망 3포기) · 신뢰도 낮음',
  );
});
