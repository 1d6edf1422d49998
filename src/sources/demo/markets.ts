import { demoMarket } from './names.ts';
import { inSeason } from './price-world.ts';
import type { DemoItem } from './products.ts';
import { hashNormal, hashUniform } from './random.ts';

/** A wholesale market of the simulation, with what it trades. */
export interface Market {
  readonly code: string;
  readonly name: string;
  readonly corporations: readonly string[];
  readonly listings: readonly Listing[];
}

/** One item at one market. */
export interface Listing {
  readonly itemIndex: number;
  /** Lots on an ordinary day in full season. */
  readonly lotsPerDay: number;
  /** How many of the item's specifications this market trades, from the reference on. */
  readonly specifications: number;
  /** The item's main market never goes a day of the season without a lot of the reference specification. */
  readonly main: boolean;
  /** Part of the lots go by private treaty (정가수의) and not by auction. */
  readonly privateDeals: boolean;
  /** Log price against the nation: a fixed distance and a slow swing of its own. */
  readonly offset: number;
  readonly swingDays: number;
  readonly swingPhase: number;
  /** When its auction begins, minutes of the UTC day before the market day. */
  readonly opensAtMinute: number;
}

const CORPORATION_ENDINGS = ['청과', '중앙', '농산', '원예'] as const;
/** Market sizes fall with their rank like this power. */
const SIZE_POWER = -0.9;
/** 19:00 in Korea; the last auctions begin before four in the morning. */
const FIRST_AUCTION_MINUTE_UTC = 600;
const AUCTION_SLOTS = 9;
const MARKET_STREAM = 3;

/** The markets of a run, largest first, with each day's lots shared out among them and their items. */
export function demoMarkets(
  count: number,
  items: readonly DemoItem[],
  lotsPerDay: number,
  seed: number,
): readonly Market[] {
  const sizes = Array.from({ length: count }, (_, rank) => (rank + 1) ** SIZE_POWER);
  const totalSize = sizes.reduce((sum, size) => sum + size, 0);
  const seasonShares = items.map(({ traits }) => meanAvailability(traits.season));
  const ranks = weightRanks(items);
  return sizes.map((size, rank) => {
    const { code, ko } = demoMarket(rank);
    const traded = items.flatMap((_, index) =>
      trades(rank, ranks[index]!, items.length, index) ? [index] : [],
    );
    const weight = traded.reduce((sum, index) => sum + items[index]!.traits.weight * seasonShares[index]!, 0);
    const lots = (lotsPerDay * size) / totalSize / weight;
    const stem = ko.replace(/시장/, '').trim();
    return {
      code,
      name: ko,
      corporations: CORPORATION_ENDINGS.slice(0, rank === 0 ? 4 : rank < 3 ? 3 : 2).map(
        (end) => `${stem}${end}`,
      ),
      listings: traded.map((index) => listing(rank, index, lots * items[index]!.traits.weight, seed)),
    };
  });
}

function listing(rank: number, itemIndex: number, lotsPerDay: number, seed: number): Listing {
  const chance = (topic: number): number => hashUniform(seed, MARKET_STREAM, rank, itemIndex, topic);
  return {
    itemIndex,
    lotsPerDay,
    specifications: rank === 0 ? 4 : rank < 3 ? 2 : 1 + (itemIndex % 3 === 0 ? 1 : 0),
    main: rank === 0,
    privateDeals: rank < 2 && itemIndex % 4 === 0,
    offset: rank === 0 ? 0 : -0.03 + 0.05 * hashNormal(seed, MARKET_STREAM, rank, itemIndex),
    swingDays: 70 + 200 * chance(1),
    swingPhase: 2 * Math.PI * chance(2),
    opensAtMinute: FIRST_AUCTION_MINUTE_UTC + 60 * (itemIndex % AUCTION_SLOTS),
  };
}

/** The largest market trades everything; each smaller one leaves out more of the items with few lots. */
function trades(rank: number, weightRank: number, items: number, itemIndex: number): boolean {
  if (rank === 0 || weightRank < 8) return true;
  const covered = Math.max(0.45, 0.95 - 0.08 * rank);
  return weightRank / items + 0.3 * (hashUniform(MARKET_STREAM, rank, itemIndex) - 0.5) < covered;
}

/** 0 for the item with most lots. */
function weightRanks(items: readonly DemoItem[]): readonly number[] {
  const order = items
    .map((_, index) => index)
    .sort((a, b) => items[b]!.traits.weight - items[a]!.traits.weight || a - b);
  const ranks = new Array<number>(items.length).fill(0);
  for (const [rank, index] of order.entries()) ranks[index] = rank;
  return ranks;
}

function meanAvailability(season: readonly [number, number] | undefined): number {
  if (!season) return 1;
  let sum = 0;
  for (let day = 1; day <= 365; day += 1) sum += inSeason(day, season);
  return sum / 365;
}
