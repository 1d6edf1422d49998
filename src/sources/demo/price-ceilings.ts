import { DEMO_ITEMS } from '../../domain/index.ts';
import { demoItems } from './products.ts';

/** Items that share a ceiling, the price per kg that no lot of theirs reaches honestly. */
interface PriceCeiling {
  readonly krwPerKg: number;
  readonly itemCodes: readonly string[];
}

/** Room for the slow level, inflation and the dearest specification, then for shocks and weather (log). */
const STANDING_ROOM = 0.6;
const DEVIATIONS = 4;
const WEATHER_ROOM = 0.9;
const SEASON_ROOM = 1.25;

/**
 * The named items' ceilings, rounded up to powers of 2 so that a rule asks few questions; generated items have none.
 */
export const PRICE_CEILINGS: readonly PriceCeiling[] = (() => {
  const classes = new Map<number, string[]>();
  for (const { code, traits, deviation, sensitivity } of demoItems(DEMO_ITEMS.length)) {
    const room =
      STANDING_ROOM + DEVIATIONS * deviation + WEATHER_ROOM * sensitivity + SEASON_ROOM * traits.swing;
    const step = Math.ceil(Math.log2(traits.priceKrwPerKg * Math.exp(room)));
    const codes = classes.get(step);
    if (codes) codes.push(code);
    else classes.set(step, [code]);
  }
  return [...classes]
    .sort(([a], [b]) => b - a)
    .map(([step, itemCodes]) => ({ krwPerKg: 2 ** step, itemCodes }));
})();
