import type { DayNumber } from '../../domain/index.ts';
import { fromDayNumber } from '../../domain/index.ts';
import { befall, FAULT_SHARE, faultOf } from './faults.ts';
import { formatRow, HEADER, type LotRow } from './lot-row.ts';
import type { Listing, Market } from './markets.ts';
import type { PriceWorld } from './price-world.ts';
import { type DemoItem, type Product, REFERENCE_SHARE, TOP_GRADE_SHARE } from './products.ts';
import { Random } from './random.ts';
import { bytesOf, type RowWriter } from './row-writer.ts';

const LOT_STREAM = 4;
const COMMA = 44;
const NEWLINE = 10;
const AUCTION = '경매';
const PRIVATE_TREATY = '정가수의';
const METHODS = [AUCTION, PRIVATE_TREATY] as const;
const PRIVATE_SHARE = 0.08;
const TRUCK_SHARE = 0.012;
/** Cumulative shares of the three growing districts of an item. */
const FIRST_ORIGIN_SHARE = 0.7;
const SECOND_ORIGIN_SHARE = 0.92;
/** Log deviation of one lot from its market's price of the day, and of the market's day from its trend. */
const LOT_DEVIATION = 0.055;
const MARKET_DAY_DEVIATION = 0.018;
const MAIN_MARKET_LEAST_AVAILABILITY = 0.2;
/** A lot is worth about as much whatever is in it, within these weights. */
const LOT_VALUE_KRW = 1_100_000;
const LOT_KG_RANGE = [16, 1_400] as const;
const QUANTITY_DEVIATION = 0.5;
const CHEAP_KRW = 5_000;
/** 11:00 in Korea for the day's lots, 17:30 for whatever is put right afterwards. */
const PUBLISHED_AT = 'T02:00:00Z';
export const AMENDED_AT = 'T08:30:00Z';
const TOTAL_EVERY_DAYS = 10;
/** A pseudo-market among the markets: the nation's sum of one item. */
export const TOTAL_MARKET_CODE = '9000';
const TOTAL_MARKET_NAME = '전국';

/** One specification of one listing with the bytes that all its lots share, per origin and method. */
interface Offer {
  readonly product: Product;
  readonly wonPerKgFactor: number;
  readonly pieces: readonly Uint8Array[];
}

/** Writes the lots of one market day after another. */
export class MarketDayWriter {
  readonly #items: readonly DemoItem[];
  readonly #markets: readonly Market[];
  readonly #marketPieces: readonly (readonly Uint8Array[])[];
  /** Per item: offers before repackaging, offers after. */
  readonly #offers: readonly (readonly [readonly Offer[], readonly Offer[]])[];
  readonly #seed: number;
  readonly #random = new Random();

  constructor(items: readonly DemoItem[], markets: readonly Market[], seed: number) {
    this.#items = items;
    this.#markets = markets;
    this.#seed = seed;
    this.#marketPieces = markets.map(({ code, name, corporations }) =>
      corporations.map((corporation) => bytesOf(`:00Z,${code},${name},${corporation},`)),
    );
    this.#offers = items.map((item) => [offersOf(item, item.before), offersOf(item, item.after)]);
  }

  /**
   * Writes what is published at the end of `day`; rows that the market records only later go to `postpone` with their
   * delay in market days. Yields the writer's bytes whenever it is full; returns the number of lots that were sold.
   */
  *write(
    day: DayNumber,
    world: PriceWorld,
    writer: RowWriter,
    postpone: (marketDays: number, row: LotRow) => void,
  ): Generator<Uint8Array, number> {
    const random = this.#random;
    random.reseed(this.#seed, LOT_STREAM, day);
    const date = fromDayNumber(day);
    const soldDate = fromDayNumber(day - 1);
    const lead = bytesOf(`${date},${date}${PUBLISHED_AT},${soldDate}T`);
    let lot = 0;
    let totalKg = 0;
    let totalWon = 0;
    for (let m = 0; m < this.#markets.length; m += 1) {
      const market = this.#markets[m]!;
      const marketPieces = this.#marketPieces[m]!;
      for (const listing of market.listings) {
        const { itemIndex } = listing;
        const availability = world.availability[itemIndex]!;
        const volume = Math.exp(0.5 * world.logVolume[itemIndex]!);
        let lots = Math.floor(listing.lotsPerDay * availability * volume + random.uniform());
        if (listing.main && availability > MAIN_MARKET_LEAST_AVAILABILITY && lots === 0) lots = 1;
        if (lots === 0) continue;
        const wonPerKg = localWonPerKg(day, listing, world.logPrice[itemIndex]!, random);
        const lotKg = lotWeightKg(wonPerKg) * volume;
        const item = this.#items[itemIndex]!;
        const offers = this.#offers[itemIndex]![day < item.repackagedOn ? 0 : 1];
        for (let nth = 0; nth < lots; nth += 1) {
          lot += 1;
          const offer = offers[pickOffer(listing, offers, nth, random)]!;
          const { product } = offer;
          const originAt = pickOrigin(random);
          const methodAt = listing.privateDeals && random.uniform() < PRIVATE_SHARE ? 1 : 0;
          const corporationAt = random.below(marketPieces.length);
          const noise = Math.exp(LOT_DEVIATION * random.normal());
          const price = askedPrice(wonPerKg * offer.wonPerKgFactor * noise);
          const packages = (lotKg / product.packageKg) * Math.exp(QUANTITY_DEVIATION * random.normal());
          const quantity = product.truck ? 1 : Math.max(1, Math.round(packages));
          const minute = listing.opensAtMinute + Math.min(59, nth);
          if (itemIndex === 0) {
            totalKg += quantity * product.packageKg;
            totalWon += quantity * price;
          }
          const draw = random.uniform();
          if (draw < FAULT_SHARE) {
            const row: LotRow = {
              market_day: date,
              recorded_at: `${date}${PUBLISHED_AT}`,
              sold_at: `${soldDate}T${clockText(minute)}:00Z`,
              market_code: market.code,
              market: market.name,
              corporation: market.corporations[corporationAt]!,
              lot: String(lot).padStart(5, '0'),
              ...productCells(item, product, item.traits.origins[originAt]!, METHODS[methodAt]!),
              quantity: String(quantity),
              price: String(price),
              amount: String(quantity * price),
            };
            const { now, later } = befall(faultOf(draw), row, random, formatRow);
            for (const each of now) writer.text(`${typeof each === 'string' ? each : formatRow(each)}\n`);
            for (const { marketDays, row: amended } of later) postpone(marketDays, amended);
          } else {
            writer.piece(lead);
            writer.clock(minute);
            writer.piece(marketPieces[corporationAt]!);
            writer.whole(lot, 5);
            writer.piece(offer.pieces[2 * originAt + methodAt]!);
            writer.whole(quantity);
            writer.byte(COMMA);
            writer.whole(price);
            writer.byte(COMMA);
            writer.whole(quantity * price);
            writer.byte(NEWLINE);
          }
          if (writer.full) yield writer.take();
        }
      }
    }
    if (day % TOTAL_EVERY_DAYS === 0 && totalKg > 0) {
      writer.text(`${formatRow(totalRow(date, soldDate, this.#items[0]!, totalKg, totalWon))}\n`);
    }
    return lot;
  }
}

function offersOf(item: DemoItem, products: readonly Product[]): readonly Offer[] {
  return products.map((product) => ({
    product,
    wonPerKgFactor: product.packageKg * Math.exp(product.premium),
    pieces: item.traits.origins.flatMap((origin) =>
      METHODS.map((method) => {
        const cells = productCells(item, product, origin, method);
        return bytesOf(
          `,${HEADER.flatMap((column) => (column in cells ? [cells[column as keyof typeof cells]] : [])).join(',')},`,
        );
      }),
    ),
  }));
}

function productCells(item: DemoItem, product: Product, origin: string, method: string) {
  return {
    item_code: item.code,
    item: item.name,
    variety: product.variety,
    grade: product.grade,
    package: product.package,
    unit_weight: String(product.unitValue),
    unit: product.unit,
    origin,
    method,
  };
}

function localWonPerKg(day: DayNumber, listing: Listing, logPrice: number, random: Random): number {
  const swing = 0.035 * Math.sin((2 * Math.PI * day) / listing.swingDays + listing.swingPhase);
  return Math.exp(logPrice + listing.offset + swing + MARKET_DAY_DEVIATION * random.normal());
}

function lotWeightKg(wonPerKg: number): number {
  const [least, most] = LOT_KG_RANGE;
  return Math.min(most, Math.max(least, LOT_VALUE_KRW / wonPerKg));
}

/** Place of the specification: the main market's first lot is the reference, so its series has no needless gaps. */
function pickOffer(listing: Listing, offers: readonly Offer[], nth: number, random: Random): number {
  const draw = random.uniform();
  if (listing.specifications === 1 || (listing.main && nth === 0)) return 0;
  if (offers.length > 3 && draw > 1 - TRUCK_SHARE) return 3;
  if (draw < REFERENCE_SHARE) return 0;
  return draw < REFERENCE_SHARE + TOP_GRADE_SHARE || listing.specifications === 2 ? 1 : 2;
}

function pickOrigin(random: Random): 0 | 1 | 2 {
  const draw = random.uniform();
  return draw < FIRST_ORIGIN_SHARE ? 0 : draw < SECOND_ORIGIN_SHARE ? 1 : 2;
}

/** Bids step by 100 won, by 50 for cheap packages; never 0. */
function askedPrice(won: number): number {
  const step = won < CHEAP_KRW ? 50 : 100;
  return Math.max(step, Math.round(won / step) * step);
}

function clockText(minuteOfDay: number): string {
  const hours = Math.floor(minuteOfDay / 60);
  return `${String(hours).padStart(2, '0')}:${String(minuteOfDay - 60 * hours).padStart(2, '0')}`;
}

function totalRow(date: string, soldDate: string, item: DemoItem, kg: number, won: number): LotRow {
  const wholeKg = Math.round(kg);
  const price = Math.round(won / wholeKg);
  return {
    market_day: date,
    recorded_at: `${date}${PUBLISHED_AT}`,
    sold_at: `${soldDate}T20:00:00Z`,
    market_code: TOTAL_MARKET_CODE,
    market: TOTAL_MARKET_NAME,
    corporation: '합계',
    lot: 'T0001',
    item_code: item.code,
    item: item.name,
    variety: '합계',
    grade: '합계',
    package: '합계',
    unit_weight: '1',
    unit: 'kg',
    origin: TOTAL_MARKET_NAME,
    method: AUCTION,
    quantity: String(wholeKg),
    price: String(price),
    amount: String(price * wholeKg),
  };
}
