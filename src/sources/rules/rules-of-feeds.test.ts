import { describe, expect, it } from 'vitest';
import type { RecordKind } from '../../domain/index.ts';
import { DEMO_ITEMS } from '../../domain/index.ts';
import { PRICE_CEILINGS } from '../demo/price-ceilings.ts';
import { type Feed, feeds } from '../index.ts';
import { PLATFORM_RULES } from '../platform/rules.ts';
import { evaluateCondition, type RowValues } from './evaluate.ts';
import type { Rule } from './rule.ts';

/**
 * For every rule of every feed rows that it meets, and rows just beside them that it does not. That the SQL of a condition
 * says what the plain loop says of any row is shown in `condition.test.ts`.
 */

/** Rows that no rule of any feed meets, with the evidence that feeds name. */
const PRICED: RowValues = {
  market_day: '2024-03-04',
  item_code: '4711',
  item_name: 'cabbage',
  market_code: '110001',
  market_name: 'market',
  price_kind: 'wholesale',
  unit: 'kg',
  unit_value: 10,
  price: 5000,
  price_text: '5000',
  low: 4000,
  high: 6000,
  volume_kg: 100,
  volume_text: '100',
};
const SOUND: Readonly<Record<RecordKind, RowValues>> = {
  quote: {
    ...PRICED,
    unit_text: '10kg',
    krw_per_unit: 500,
    converted_price: 500,
    place: '가락',
    county: '서울',
    member_state: 'ES',
    market_type: 'N04',
    middle: 5000,
  },
  trade: {
    ...PRICED,
    market_day_text: '2024-03-04',
    quantity: 3,
    amount: 15_000,
    lot: '1',
    corporation: 'corporation',
    package: '상자',
    trade_name: '배추',
    asked_item: '4711',
    krw_per_unit: 500,
    stated_units: 30,
    units_a_package: 10,
    lowest: 4000,
    mean: 5000,
    highest: 6000,
    status_means: 'sold',
    other_currency: null,
  },
  observation: {
    market_day: '2024-03-04',
    station_code: '108',
    mean_temperature_c: 10,
    min_temperature_c: 5,
    max_temperature_c: 15,
    rain_mm: 3,
    relative_humidity_pct: 50,
    sunshine_hours: 6,
    mean_text: '10',
    min_text: '5',
    max_text: '15',
    rain_text: '3',
  },
  calendar: { market_day: '2024-03-01', scope_code: 'KR', kind: 'holiday', name: '삼일절', day_off: 'Y' },
};

type Changes = Readonly<Record<string, number | string | null>>;

/** What to change of a sound row so that the rule meets it, and what to change without its meeting it. */
interface Example {
  readonly meets: readonly Changes[];
  readonly not: readonly Changes[];
}

const KG = { unit: 'kg' };
const HEAD = { unit: 'head' };

/** By the rule's name, or by feed and name where a feed means something of its own by it. */
const EXAMPLES: Readonly<Record<string, Example>> = {
  'no-day': { meets: [{ market_day: null }], not: [{ market_day: '1970-01-01' }] },
  'impossible-day': {
    meets: [{ market_day: '1969-12-31' }, { market_day: '0024-03-04' }],
    not: [{ market_day: '1970-01-01' }, { market_day: null }],
  },
  'no-item': {
    meets: [null, '', '-', '[]', 'N/A', 'null'].map((item_code) => ({ item_code })),
    not: [{ item_code: '0' }],
  },
  'no-market': {
    meets: [null, '', '-', '[]', 'N/A', 'null'].map((market_code) => ({ market_code })),
    not: [{ market_code: '0' }],
  },
  'no-unit': {
    meets: [{ unit: null }, { unit_value: null }, { unit_value: 0 }, { unit_value: -1 }],
    not: [{ unit: 'head', unit_value: 0.001 }],
  },
  'unreadable-price': {
    meets: [{ price: null, price_text: 'about 5' }],
    not: [
      { price: null, price_text: '-' },
      { price: null, price_text: '' },
      { price: null, price_text: null },
      { price_text: 'about 5' },
    ],
  },
  'not-quoted': { meets: [{ price: null }], not: [{ price: 0 }] },
  'price-not-positive': { meets: [{ price: 0 }, { price: -1 }], not: [{ price: 0.01 }, { price: null }] },
  'zero-price': { meets: [{ price: 0 }], not: [{ price: 0.01 }, { price: -1 }, { price: null }] },
  'negative-price': { meets: [{ price: -0.01 }], not: [{ price: 0 }, { price: null }] },
  'no-price': { meets: [{ price: null }, { price: 0 }], not: [{ price: 0.01 }] },
  'no-trade': {
    meets: [
      { volume_kg: 0, price: null },
      { volume_kg: 0, price: 0 },
    ],
    not: [{ volume_kg: 0 }, { price: 0 }, { volume_kg: null, price: null }],
  },
  'price-without-volume': { meets: [{ volume_kg: 0 }], not: [{ volume_kg: 0.1 }, { volume_kg: null }] },
  'unreadable-volume': {
    meets: [{ volume_kg: null, volume_text: '約10' }],
    not: [
      { volume_kg: null, volume_text: '-' },
      { volume_kg: null, volume_text: null },
      { volume_text: '約10' },
    ],
  },
  'negative-volume': { meets: [{ volume_kg: -0.1 }], not: [{ volume_kg: 0 }, { volume_kg: null }] },
  'no-volume': { meets: [{ volume_kg: null }], not: [{ volume_kg: 0 }] },
  'more-than-the-market-holds': { meets: [{ volume_kg: 20_000_001 }], not: [{ volume_kg: 20_000_000 }] },
  'price-out-of-order': {
    meets: [{ low: 6001, price: 7000, high: 6000 }, { price: 3999 }, { price: 6001 }],
    not: [{ price: 4000 }, { price: 6000 }, { low: null, high: null }, { low: 5000, high: 5000 }],
  },
  'at-sale/price-out-of-order': {
    meets: [{ lowest: 6001, mean: 6001 }, { mean: 3999 }, { mean: 6001 }],
    not: [{ mean: 4000 }, { mean: 6000 }, { lowest: null, highest: null }],
  },
  'tiers-out-of-order': {
    meets: [{ middle: 3999 }, { middle: 6001 }],
    not: [{ middle: 4000 }, { middle: 6000 }, { middle: null, low: null }],
  },
  'vegetable-total': { meets: [{ item_code: '30000' }], not: [{ item_code: '30100' }] },
  'closed-day': { meets: [{ item_code: 'rest' }, { item_name: '休市' }], not: [{ item_code: 'restaurant' }] },
  'no-market-type': { meets: [{ market_type: null }], not: [{ market_type: 'N05' }] },
  'flower-unit': { meets: [{ market_type: 'N06' }], not: [{ market_type: 'N05' }] },
  'union-average': { meets: [{ member_state: 'EU' }], not: [{ member_state: 'EL' }] },
  'mean-row': { meets: [{ place: '평균', county: '평균' }], not: [{ place: '평택', county: '평택' }] },
  'at-survey/mean-row': { meets: [{ place: '평균' }, { place: '평년' }], not: [{ place: '평택' }] },
  'normal-year-row': { meets: [{ county: '평년' }], not: [{ county: '평균' }] },
  'unknown-price-kind': { meets: [{ price_kind: '' }], not: [{ price_kind: 'retail' }] },
  'conversion-mismatch': {
    meets: [{ converted_price: 489 }, { converted_price: 511 }],
    not: [
      { converted_price: 491 },
      { converted_price: 509 },
      { converted_price: 5000 },
      { converted_price: 0 },
      { ...HEAD, converted_price: 50 },
    ],
  },
  'at-survey/price-out-of-range': {
    meets: [{ krw_per_unit: 49.9 }, { krw_per_unit: 1_000_001 }],
    not: [
      { krw_per_unit: 50 },
      { krw_per_unit: 1_000_000 },
      { ...HEAD, krw_per_unit: 1 },
      { krw_per_unit: null },
    ],
  },
  'price-out-of-range': {
    meets: [{ krw_per_unit: 9.9 }, { krw_per_unit: 3_000_001 }],
    not: [
      { krw_per_unit: 10 },
      { krw_per_unit: 3_000_000 },
      { ...HEAD, krw_per_unit: 1 },
      { krw_per_unit: null },
    ],
  },
  'price-outside-range': {
    meets: [
      ...[1699, 220_001].map((price) => ({ item_code: 'arecanut', price })),
      ...[11_499, 160_001].map((price) => ({ item_code: 'black-pepper', price })),
      ...[549, 67_001].map((price) => ({ item_code: 'coconut', price })),
      ...[2299, 36_001].map((price) => ({ item_code: 'copra', price })),
    ],
    not: [
      ...[1700, 220_000].map((price) => ({ item_code: 'arecanut', price })),
      ...[11_500, 160_000].map((price) => ({ item_code: 'black-pepper', price })),
      ...[550, 67_000].map((price) => ({ item_code: 'coconut', price })),
      ...[2300, 36_000].map((price) => ({ item_code: 'copra', price })),
      { item_code: 'another', price: 1 },
    ],
  },
  'total-market': { meets: [{ market_name: '*전국도매시장' }], not: [{ market_name: '서울가락' }] },
  'total-row': { meets: [{ market_code: '9000' }], not: [{ market_code: '9001' }] },
  'no-lot': { meets: [{ lot: null }], not: [{ lot: '0' }] },
  'bad-quantity': {
    meets: [{ quantity: null }, { quantity: 0 }],
    not: [{ quantity: -1 }, { quantity: 0.5 }],
  },
  'no-quantity': { meets: [{ quantity: null }], not: [{ quantity: 0 }] },
  'other-item': { meets: [{ item_code: '양배추', asked_item: '배추' }], not: [{ asked_item: null }] },
  'truck-lot': {
    meets: [{ package: '5톤트럭', unit_text: '5톤트럭' }],
    not: [{ package: '그물망', unit_text: '10키로그물망' }],
  },
  'units-mismatch': {
    meets: [{ stated_units: 31 }, { stated_units: 29 }],
    not: [{ stated_units: 30.2 }, { stated_units: -30 }, { stated_units: null }],
  },
  'amount-mismatch': {
    meets: [{ amount: 15_300 }, { amount: 14_700 }],
    not: [{ amount: 15_000 }, { amount: -15_000, quantity: -3 }, { amount: 15_000, quantity: -3 }],
  },
  'bad-date': {
    meets: [{ market_day: null, market_day_text: '2024-02-30' }],
    not: [{ market_day: null, market_day_text: null }],
  },
  'unknown-item': { meets: [{ item_code: '999' }], not: [{ item_code: '99' }] },
  'bad-number': { meets: [{ price: null, price_text: '1O0' }], not: [{ price: null, price_text: '' }] },
  'price-too-high': {
    meets: PRICE_CEILINGS.map(({ krwPerKg, itemCodes }) => ({
      ...KG,
      item_code: itemCodes[0]!,
      krw_per_unit: krwPerKg + 1,
    })),
    not: [
      ...PRICE_CEILINGS.map(({ krwPerKg, itemCodes }) => ({
        item_code: itemCodes[0]!,
        krw_per_unit: krwPerKg,
      })),
      { item_code: DEMO_ITEMS[0]!.code, ...HEAD, krw_per_unit: 1e9 },
    ],
  },
  'unknown-status': { meets: [{ status_means: 'unknown' }], not: [{ status_means: null }] },
  'not-sold': { meets: [{ status_means: 'left-out' }], not: [{ status_means: null }] },
  cancelled: { meets: [{ status_means: 'cancelled' }], not: [{ status_means: 'sold' }] },
  'other-currency': {
    meets: [{ other_currency: 'USD' }],
    not: [{ other_currency: null }, { other_currency: '' }],
  },
  'no-name': { meets: [{ name: null }], not: [{ name: '신정' }] },
  'not-a-day-off': { meets: [{ day_off: 'N' }, { day_off: null }], not: [{ day_off: 'Y' }] },
  'unknown-market': { meets: [{ scope_code: null }], not: [{ scope_code: 'taiwan-amis/N05/514' }] },
  'rest-days-not-kept': {
    meets: [{ scope_code: 'taiwan-amis/N04/514' }],
    not: [{ scope_code: 'taiwan-amis/N05/514' }],
  },
  'unreadable-number': {
    meets: [
      { mean_temperature_c: null, mean_text: 'x' },
      { min_temperature_c: null, min_text: 'x' },
      { max_temperature_c: null, max_text: 'x' },
      { rain_mm: null, rain_text: 'T' },
    ],
    not: [
      { rain_mm: null, rain_text: '' },
      { rain_mm: null, rain_text: '-' },
    ],
  },
  'nothing-observed': {
    meets: [{ mean_temperature_c: null, min_temperature_c: null, max_temperature_c: null, rain_mm: null }],
    not: [{ mean_temperature_c: null, min_temperature_c: null, max_temperature_c: null, rain_mm: 0 }],
  },
  'impossible-weather': {
    meets: [
      { rain_mm: -1 },
      { relative_humidity_pct: 101 },
      { relative_humidity_pct: -1 },
      { sunshine_hours: 24.1 },
      { sunshine_hours: -1 },
      { min_temperature_c: -46 },
      { max_temperature_c: 49 },
    ],
    not: [
      { rain_mm: 0 },
      { relative_humidity_pct: 100 },
      { sunshine_hours: 24 },
      { min_temperature_c: -19 },
      { max_temperature_c: 44 },
    ],
  },
  'temperatures-out-of-order': {
    meets: [
      { min_temperature_c: 16, mean_temperature_c: null },
      { mean_temperature_c: 4 },
      { mean_temperature_c: 16 },
    ],
    not: [
      { mean_temperature_c: 5 },
      { mean_temperature_c: 15 },
      { min_temperature_c: null, max_temperature_c: null },
    ],
  },
};

const platform = { profile: { id: 'platform', recordKind: 'trade' as const }, rules: PLATFORM_RULES };
const ALL: readonly (Pick<Feed, 'rules'> & { profile: Pick<Feed['profile'], 'id' | 'recordKind'> })[] = [
  ...feeds,
  platform,
];

const exampleOf = (feed: string, { id }: Rule) => EXAMPLES[`${feed}/${id}`] ?? EXAMPLES[id];

describe.each(ALL)('$profile.id', ({ profile, rules }) => {
  const sound = SOUND[profile.recordKind];

  it('leaves a sound row alone', () => {
    expect(rules.filter(({ when }) => evaluateCondition(when, sound)).map(({ id }) => id)).toEqual([]);
  });

  it.each(rules)('$id', (rule) => {
    const example = exampleOf(profile.id, rule);
    expect(example, 'a rule without a row that it meets').toBeDefined();
    const said = (changes: readonly Changes[]) =>
      changes.map((change) => [change, evaluateCondition(rule.when, { ...sound, ...change })]);
    expect(said(example!.meets)).toEqual(example!.meets.map((change) => [change, true]));
    expect(said(example!.not)).toEqual(example!.not.map((change) => [change, false]));
  });
});

/** Feeds of daily prices that are judged by the standard two alone, and why. */
const STANDARD_ALONE: Readonly<Record<string, string>> = {
  'garak-auction': 'its prices have no weight behind them and stand in no series',
  'usda-mars': 'a report names its packages anew, and no history was at hand to learn what is usual',
};

it('daily prices are judged by their past, as far as their feed can say', () => {
  const daily = feeds.filter(({ profile }) => profile.granularity === 'day' && profile.priceKinds.length > 0);
  const kinds = ({ profile }: Feed) => new Set((profile.pastRules ?? []).map(({ kind }) => kind));
  const lacking = daily.filter((feed) => !kinds(feed).has('price-jump') || !kinds(feed).has('few-series'));
  expect(lacking.map(({ profile }) => profile.id).sort()).toEqual(Object.keys(STANDARD_ALONE).sort());
});

it('has no example of a rule that there is not', () => {
  const known = new Set(
    ALL.flatMap(({ profile, rules }) => rules.flatMap(({ id }) => [id, `${profile.id}/${id}`])),
  );
  expect(Object.keys(EXAMPLES).filter((name) => !known.has(name))).toEqual([]);
});
