/** How many pieces; an exact count has `from` equal to `to`. */
export interface UnitCount {
  readonly from: number;
  readonly to: number;
  /** As the feed writes it, without a plural ending: 포기, 개, 수, head, bunch … */
  readonly unit: string;
}

/** What a feed's unit text says. Null = the text does not say: a weight is never guessed, and never 1 by default. */
export interface ParsedUnit {
  /** Weight of one priced unit, kg. */
  readonly weightKg: number | null;
  /** The packing as the feed writes it: 상자, 그물망, cartons … Null = loose. */
  readonly package: string | null;
  readonly count: UnitCount | null;
  /** A whole truck: its price is no package price and stays out of reference series. */
  readonly truckLot: boolean;
}

/** Factors: sources.md §15. Units that mean different weights in different places (근, 斤, ton) are left out. */
const KG_PER: Readonly<Record<string, number>> = {
  kg: 1,
  kgs: 1,
  키로: 1,
  킬로그램: 1,
  킬로: 1,
  公斤: 1,
  g: 0.001,
  그램: 0.001,
  톤: 1000,
  t: 1000,
  tonne: 1000,
  quintal: 100,
  lb: 0.45359237,
  lbs: 0.45359237,
  oz: 0.028349523125,
  台斤: 0.6,
};

const COUNT_WORDS = [
  ...['포기', '개', '단', '접', '손', '속', '마리', '송이', '수', '장', '팩', '봉', '망'],
  ...[
    'heads?',
    'pieces?',
    'bunch(?:es)?',
    'bundles?',
    'stems?',
    'twins?',
    'units?',
    'packs?',
    'hundred heads',
  ],
  ...['pairs?', 'animals?', 'clusters?', 'sheets?', 'nets?', 'bags?'],
];
const PACKING_WORDS = [
  ...['그물망', '망대', '비닐포대', '포대', '상자', '박스', '파렛트', '팔레트', '컨테이너', '바구니', '트럭'],
  ...['묶음', '자루', '봉지', 'cartons?', 'box(?:es)?', 'sacks?', 'bags?', 'crates?', 'flats?', 'bins?'],
];
/** One-syllable packings stand free: 단 is a bundle in `1.5키로단`, but part of a name in 단감. */
const SHORT_PACKING_WORDS = ['단', '망', '팩', '봉'];

const either = (words: readonly string[]): string =>
  `(?:${[...words].sort((a, b) => b.length - a.length).join('|')})`;

const NUMBER = '(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?';
/** A number is read whole or not at all: not the 5 of `1,5kg`, nor the 6 of `5~6kg`, nor the 500 of `20x500g`. */
const NUMBER_START = '(?<![\\d.,]|\\d\\s*[~–〜-]\\s*|(?<![a-z])[x×*]\\s*)';
const NOT_TIMES = '(?!\\s*[x×*]\\s*\\d)';
const WORD_END = '(?![a-z])';
const WEIGHT_WORD = `(${either(Object.keys(KG_PER))})${WORD_END}`;

const WEIGHT = new RegExp(`${NUMBER_START}(${NUMBER})\\s*${WEIGHT_WORD}${NOT_TIMES}`, 'i');
const WEIGHT_WITHOUT_NUMBER = new RegExp(`(?<=^|\\()${WEIGHT_WORD}`, 'i');
/** Followed by another syllable the word is a different one (수미, 단상자), but for the endings 입 and 들이. */
const COUNT_WORD = `(${either(COUNT_WORDS)})(?=입|들이|[^a-z가-힣]|$)`;
const COUNT = new RegExp(`${NUMBER_START}(${NUMBER})(?:\\s*[~–〜-]\\s*(${NUMBER}))?\\s*${COUNT_WORD}`, 'i');
const WEIGHT_NAMED = new RegExp(`(?:^|[\\d(/])\\s*${WEIGHT_WORD}`, 'i');
const COUNT_WITHOUT_NUMBER = new RegExp(`^${COUNT_WORD}$`, 'i');
const PACKING = new RegExp(
  `(?<![a-z])${either(PACKING_WORDS)}${WORD_END}|(?<![가-힣])${either(SHORT_PACKING_WORDS)}(?![가-힣])`,
  'i',
);
/** A price per one: `Rs/quintal`, `원/kg`, `£ per kg`. */
const MONEY_PER = /^(?:rs\.?|inr|₹|eur|€|gbp|£|usd|nt\$|\$|krw|원|won|twd|元|jpy|円|¥)?\s*(?:\/|per\b)\s*/i;
const TRUCK = /트럭|차떼기|truck/i;

/**
 * Reads a feed's unit text: weight, packing and count as in `10키로상자`, `kg(그물망 3포기)`, `1.2kg(8~9개)`,
 * `40 lb cartons`, `Rs/quintal`, `대파(1kg)`. Never throws; what it does not understand is null.
 *
 * `size` is the feed's own number beside the text (KAMIS `unit_sz`, aT `unit_qty`); it counts the unit that the text
 * names without a number. A unit without any number has no weight, unless it is a price per one. Products (`500g*20`)
 * and ranges of weight (`5~6kg`) are not understood. Grammar: domain.md §4.
 */
export function parseUnit(text: string, size?: number): ParsedUnit {
  const plain = text.normalize('NFKC').trim();
  const perOne = MONEY_PER.exec(plain);
  let rest = perOne ? plain.slice(perOne[0].length) : plain;
  const given = positive(size) ?? (perOne ? 1 : null);

  let weightKg: number | null = null;
  const weight = WEIGHT.exec(rest);
  if (weight) {
    weightKg = kilograms(positive(numeric(weight[1])), weight[2]);
    rest = without(rest, weight);
  } else {
    const unit = WEIGHT_WITHOUT_NUMBER.exec(rest);
    if (unit) {
      weightKg = kilograms(given, unit[1]);
      rest = without(rest, unit);
    }
  }

  let count: UnitCount | null = null;
  const counted = COUNT.exec(rest);
  if (counted) {
    count = countOf(numeric(counted[1]), numeric(counted[2] ?? counted[1]), counted[3]);
    rest = without(rest, counted);
  } else if (given !== null) {
    count = countOf(given, given, COUNT_WITHOUT_NUMBER.exec(rest)?.[1]);
  }
  const packing = count && rest === '' ? null : PACKING.exec(rest);
  return { weightKg, package: packing?.[0] ?? null, count, truckLot: TRUCK.test(plain) };
}

/** Whether the text speaks of a weight at all, readable or not. */
export function namesWeight(text: string): boolean {
  return WEIGHT_NAMED.test(text.normalize('NFKC').trim());
}

function without(text: string, match: RegExpExecArray): string {
  return `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`;
}

function numeric(text: string | undefined): number {
  return Number(text?.replaceAll(',', ''));
}

/** No package of produce is lighter than a milligram or heavier than a thousand tonnes; such a figure is a slip. */
const LEAST = 1e-6;
const MOST = 1e6;

function positive(value: number | undefined): number | null {
  return value !== undefined && value >= LEAST && value <= MOST ? value : null;
}

function kilograms(amount: number | null, unit: string | undefined): number | null {
  const factor = KG_PER[unit?.toLowerCase() ?? ''];
  if (amount === null || factor === undefined) return null;
  // 0.001 kg has no exact binary form: dividing keeps 100 g at 0.1.
  return positive(factor === 0.001 ? amount / 1000 : amount * factor);
}

function countOf(from: number, to: number, word: string | undefined): UnitCount | null {
  const least = positive(Math.min(from, to));
  const most = positive(Math.max(from, to));
  if (word === undefined || least === null || most === null) return null;
  return { from: least, to: most, unit: singular(word.toLowerCase()) };
}

function singular(word: string): string {
  if (word === 'hundred heads') return word;
  return word.replace(/^bunches$/, 'bunch').replace(/^([a-z]+)s$/, '$1');
}
