import { differencingOrders } from './arima-differencing.ts';
import { type ArimaFit, type Closeness, fitOrder } from './arima-estimate.ts';
import type { ArimaInput } from './arima-likelihood.ts';
import type { ArimaOrder } from './arima-polynomials.ts';

const MAX_PLAIN = 5;
const MAX_SEASONAL = 2;
const MAX_MODELS = 94;
/** So much better by AICc must an order next to a moving-average unit root be before one difference less is tried. */
const OVERDIFFERENCED_BY = 2;
const MAX_AVERAGED = 8;
/** Orders whose AICc is further off than this have a share below a fiftieth of the best one's. */
const NEARLY_AS_GOOD = 8;
interface Point {
  readonly p: number;
  readonly q: number;
  readonly seasonalP: number;
  readonly seasonalQ: number;
  readonly constant: boolean;
}

/** Steps to neighbours in the order they are tried, as changes of (P, Q, p, q). */
const SEASONAL_STEPS = [
  [-1, 0],
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, -1],
  [-1, 1],
  [1, -1],
  [1, 1],
] as const;

/** One order and the share it has in the forecast; shares add up to one. */
export interface WeightedFit {
  readonly fit: ArimaFit;
  readonly weight: number;
}

/**
 * The orders by stepwise search on AICc: six starting orders, then the first better neighbour again and again. Where
 * the best order has a moving average next to a unit root, two differences were one too many: one is searched too,
 * and stays when being sound costs less likelihood there.
 * Without differencing there is always a mean; with one difference a drift is tried both ways. All orders met that are
 * nearly as good as the best stay, with Akaike weights: on held-back months, weeks and hours their mean is more
 * accurate than the best one, and its interval more honest. Every candidate is fitted as closely as `closeness` says.
 * Sources: R. Hyndman, Y. Khandakar, "Automatic time series forecasting: the forecast package for R", 2008;
 * K. Burnham, D. Anderson, "Model selection and multimodel inference", 2002, section 2.9.
 */
export function searchOrders(input: ArimaInput, season: number, closeness: Closeness): WeightedFit[] {
  const m = Math.max(season, 1);
  const { d, seasonalD } = differencingOrders(input, m);
  const tested = searchAt(input, m, d, seasonalD, closeness);
  const less = d === 2 && tested.overdifferenced ? searchAt(input, m, 1, seasonalD, closeness) : undefined;
  const [chosen, used] = less && less.price < tested.price ? [less, 1] : [tested, d];
  return weighted(chosen.fits) ?? lastResort(input, { d: used, seasonalD, season: m });
}

/** The sound orders met for one degree of differencing. */
interface Search {
  readonly fits: readonly ArimaFit[];
  /** How much lower the AICc of the best unsound order is: high when the values were differenced too little or too much. */
  readonly price: number;
  /** The best order has a unit root in its moving average. */
  readonly overdifferenced: boolean;
}

function searchAt(input: ArimaInput, m: number, d: number, seasonalD: number, closeness: Closeness): Search {
  const third = Math.floor(input.count / 3);
  const most = m > 1 ? Math.min(MAX_PLAIN, m - 1) : MAX_PLAIN;
  const maxPlain = Math.min(most, third);
  const maxSeasonal = m > 1 ? Math.min(MAX_SEASONAL, Math.floor(input.count / 3 / m)) : 0;
  const mayDrift = d + seasonalD === 1;
  const always = d + seasonalD === 0;
  const seen = new Set<string>();
  const fits: ArimaFit[] = [];
  let unsound: ArimaFit | undefined;
  let best: ArimaFit | undefined;
  let at: Point = { p: 0, q: 0, seasonalP: 0, seasonalQ: 0, constant: false };

  const tried = (point: Point): boolean => {
    if (Math.min(point.p, point.q, point.seasonalP, point.seasonalQ) < 0) return false;
    if (Math.max(point.p, point.q) > maxPlain || Math.max(point.seasonalP, point.seasonalQ) > maxSeasonal) {
      return false;
    }
    const key = `${point.p} ${point.q} ${point.seasonalP} ${point.seasonalQ} ${point.constant}`;
    if (seen.has(key) || seen.size >= MAX_MODELS) return false;
    const fit = fitOrder(input, { ...point, d, seasonalD, season: m }, closeness, best);
    seen.add(key);
    if (!fit) return false;
    if (!fit.sound) {
      if (fit.aicc < (unsound?.aicc ?? Infinity)) unsound = fit;
      return false;
    }
    fits.push(fit);
    if (!(fit.aicc < (best?.aicc ?? Infinity))) return false;
    best = fit;
    at = point;
    return true;
  };

  const constant = always || mayDrift;
  const small = input.count < 10;
  const startPlain = Math.min(small ? 1 : 2, maxPlain);
  const startSeasonal = Math.min(small ? 0 : 1, maxSeasonal);
  const one = Math.min(1, maxPlain);
  const oneSeasonal = Math.min(1, maxSeasonal);
  tried({ p: startPlain, q: startPlain, seasonalP: startSeasonal, seasonalQ: startSeasonal, constant });
  tried({ p: 0, q: 0, seasonalP: 0, seasonalQ: 0, constant });
  tried({ p: one, q: 0, seasonalP: oneSeasonal, seasonalQ: 0, constant });
  tried({ p: 0, q: one, seasonalP: 0, seasonalQ: oneSeasonal, constant });
  if (mayDrift) tried({ p: 0, q: 0, seasonalP: 0, seasonalQ: 0, constant: false });

  // From the small orders alone the search can be walled in by unsound neighbours.
  tried({ p: maxPlain, q: 0, seasonalP: 0, seasonalQ: 0, constant });
  tried({ p: 0, q: maxPlain, seasonalP: 0, seasonalQ: 0, constant });

  let moved = true;
  while (moved) {
    const here = at;
    moved =
      SEASONAL_STEPS.some(([P, Q]) =>
        tried({ ...here, seasonalP: here.seasonalP + P, seasonalQ: here.seasonalQ + Q }),
      ) ||
      SEASONAL_STEPS.some(([p, q]) => tried({ ...here, p: here.p + p, q: here.q + q })) ||
      (mayDrift && tried({ ...here, constant: !here.constant }));
  }
  const price = unsound ? (best?.aicc ?? Infinity) - unsound.aicc : 0;
  return { fits, price, overdifferenced: price > OVERDIFFERENCED_BY && unsound?.overdifferenced === true };
}

/** Nothing could be told apart: the differenced values are noise around their mean. */
function lastResort(input: ArimaInput, rest: Pick<ArimaOrder, 'd' | 'seasonalD' | 'season'>): WeightedFit[] {
  const constant = rest.d + rest.seasonalD === 0;
  const fit = fitOrder(input, { p: 0, q: 0, seasonalP: 0, seasonalQ: 0, constant, ...rest }, 'conditional');
  return fit ? [{ fit, weight: 1 }] : [];
}

/** The best orders with their Akaike weights; undefined when none may be chosen. */
function weighted(fits: readonly ArimaFit[]): WeightedFit[] | undefined {
  const usable = fits.filter((fit) => fit.aicc < Infinity).sort((one, other) => one.aicc - other.aicc);
  const least = usable[0]?.aicc;
  if (least === undefined) return undefined;
  const near = usable.slice(0, MAX_AVERAGED).filter((fit) => fit.aicc - least <= NEARLY_AS_GOOD);
  const shares = near.map((fit) => Math.exp((least - fit.aicc) / 2));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return near.map((fit, i) => ({ fit, weight: shares[i]! / total }));
}
