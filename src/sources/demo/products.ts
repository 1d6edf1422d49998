import type { DayNumber } from '../../domain/index.ts';
import { dayNumber, localDate } from '../../domain/index.ts';
import { FRUIT, FRUIT_VEGETABLE, MUSHROOM } from './fruit-traits.ts';
import { CATEGORY_TRAITS, type ItemTraits } from './item-traits.ts';
import { demoItem } from './names.ts';
import { hashUniform } from './random.ts';
import { LEAF, ROOT, SEASONING } from './vegetable-traits.ts';

/** One specification of an item: what is fixed about a lot besides where it was grown and sold. */
export interface Product {
  readonly variety: string;
  readonly grade: string;
  readonly package: string;
  /** Units in one package, as published. */
  readonly unitValue: number;
  readonly unit: string;
  /** Kilograms of one package, also where it is sold by count. */
  readonly packageKg: number;
  /** Log price per kg against the reference specification. */
  readonly premium: number;
  readonly truck: boolean;
}

/** An item of the simulated market, ready to be traded. */
export interface DemoItem {
  readonly code: string;
  readonly name: string;
  readonly traits: ItemTraits;
  readonly deviation: number;
  readonly sensitivity: number;
  /** The specifications before and from the day of repackaging: reference, top grade, other, truck (when any). */
  readonly before: readonly Product[];
  readonly after: readonly Product[];
  readonly repackagedOn: DayNumber;
}

/** Cumulative shares of a large market's lots: reference, then top grade, then the other specification. */
export const REFERENCE_SHARE = 0.66;
export const TOP_GRADE_SHARE = 0.18;

const TOP_GRADE_PREMIUM = 0.17;
const TRUCK_KG = 5_000;
/** A truckload is cheaper by the kilogram: no box, no sorting. */
const TRUCK_PREMIUM = -0.16;
export const TRUCK_PACKAGE = '5톤트럭';

const namedByCode = new Map(
  [LEAF, ROOT, SEASONING, FRUIT_VEGETABLE, FRUIT, MUSHROOM].flat().map((traits) => [traits.code, traits]),
);

/** The items of a run; those beyond the catalogue's forty get generated traits, the same for every seed. */
export function demoItems(count: number): readonly DemoItem[] {
  return Array.from({ length: count }, (_, index) => {
    const { code, category, ko } = demoItem(index);
    const traits = namedByCode.get(code) ?? generatedTraits(index, code, ko);
    const { deviation, sensitivity } = CATEGORY_TRAITS[category]!;
    const { repackaged } = traits;
    return {
      code,
      name: ko,
      traits,
      deviation,
      sensitivity,
      before: specifications(traits, traits.packageKg),
      after: specifications(traits, repackaged?.packageKg ?? traits.packageKg),
      repackagedOn: repackaged ? dayNumber(localDate(repackaged.from)) : Number.POSITIVE_INFINITY,
    };
  });
}

function specifications(traits: ItemTraits, packageKg: number): readonly Product[] {
  const { variety, other } = traits;
  const reference: Product = {
    variety,
    grade: '상',
    package: traits.package,
    unitValue: packageKg,
    unit: 'kg',
    packageKg,
    premium: 0,
    truck: false,
  };
  const products: Product[] = [
    reference,
    { ...reference, grade: '특', premium: TOP_GRADE_PREMIUM },
    {
      variety: other.variety ?? variety,
      grade: other.grade ?? '상',
      package: other.package ?? traits.package,
      unitValue: other.value,
      unit: other.unit ?? 'kg',
      packageKg: other.value * (other.unitKg ?? 1),
      premium: other.premium,
      truck: false,
    },
  ];
  if (traits.truck) {
    products.push({
      ...reference,
      package: TRUCK_PACKAGE,
      unitValue: TRUCK_KG,
      packageKg: TRUCK_KG,
      premium: TRUCK_PREMIUM,
      truck: true,
    });
  }
  return products;
}

function generatedTraits(index: number, code: string, name: string): ItemTraits {
  const chance = (topic: number): number => hashUniform(index, topic);
  const packageKg = [2, 4, 5, 8, 10, 15][Math.floor(chance(1) * 6)]!;
  return {
    code,
    priceKrwPerKg: Math.round(800 * 12 ** chance(2)),
    weight: 1 + 4 * chance(3),
    peakDay: 1 + Math.floor(chance(4) * 365),
    swing: 0.1 + 0.3 * chance(5),
    variety: name,
    package: '상자',
    packageKg,
    other: { grade: '보통', value: packageKg, premium: -0.25 },
    origins: ['생성 산지 1', '생성 산지 2', '생성 산지 3'],
  };
}
