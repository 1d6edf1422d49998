import type { Bilingual, FeedProfile } from '../domain/index.ts';

/**
 * What the questions answer with. Prices are in the series' own currency per `unit`; null = missing, never 0.
 * The API serves these as they are, so the shapes are those of its contract.
 */

export interface Named {
  readonly code: string;
  readonly name: Bilingual;
}

/** Under which conditions an answer holds. */
export interface Meta {
  readonly feed: string;
  readonly simulated: boolean;
  readonly attribution: Bilingual;
  readonly licence: string;
  readonly currency: string;
  readonly version: string;
  /** ISO instant; null = everything known now. */
  readonly asOf: string | null;
  readonly knownAtBasis: 'observed' | 'assumed';
  /** When the newest row was received; null in an as-of answer, which newer rows do not touch. */
  readonly receivedAt: string | null;
  readonly day: string | null;
}

export interface SeriesInfo {
  readonly series: string;
  readonly item: Named;
  readonly category: Named;
  readonly variety: string;
  readonly grade: string;
  readonly package: string;
  readonly unitValue: number;
  readonly unit: string;
  readonly market: Named;
  readonly method: string;
  readonly priceKind: string;
  readonly currency: string;
  readonly headline: boolean;
  /** The feed's own words above, as a reader of either language says them. */
  readonly names: SpecNames;
}

export interface SpecNames {
  readonly variety: Bilingual;
  readonly grade: Bilingual;
  readonly package: Bilingual;
  readonly method: Bilingual;
}

/** A past price and the day it stands for. */
export interface Comparison {
  readonly day: string;
  readonly price: number;
  readonly changePercent: number;
}

/** 평년 only with all five years; `mean` = plain mean of three or four. low–high = lowest and highest year. */
export interface NormalYear {
  readonly kind: 'normal' | 'mean';
  readonly years: number;
  readonly price: number;
  readonly low: number;
  readonly high: number;
  readonly changePercent: number;
}

export type ForecastStatus = 'model' | 'model-wide-interval' | 'baseline' | 'withheld' | 'being-computed';

export interface ForecastCell {
  readonly horizon: string;
  readonly status: ForecastStatus;
  readonly reason: Bilingual | null;
  readonly originDay: string | null;
  readonly targetDay: string | null;
  readonly model: string | null;
  readonly baseline: string | null;
  readonly mean: number | null;
  readonly lo50: number | null;
  readonly hi50: number | null;
  readonly lo80: number | null;
  readonly hi80: number | null;
  readonly lo95: number | null;
  readonly hi95: number | null;
  readonly skill: number | null;
  readonly coverage80: number | null;
  readonly originsScored: number;
  readonly wape: number | null;
  readonly wapeNaive: number | null;
  /** Parts that add up to `mean`: the level of the last weeks, the season, the recent move; null when withheld. */
  readonly reasons: { readonly level: number; readonly season: number; readonly recent: number } | null;
}

export interface BoardRow extends SeriesInfo {
  readonly price: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly volumeKg: number | null;
  readonly lots: number | null;
  readonly previous: Comparison | null;
  readonly week: Comparison | null;
  readonly year: Comparison | null;
  readonly normal: NormalYear | null;
  readonly previousVolumeKg: number | null;
  readonly spark: (number | null)[];
  readonly forecast: ForecastCell | null;
}

/** The standing facts of an answer; what the question found out is given on top. */
export function metaOf(
  reader: { readonly profile: FeedProfile; readonly version: string; readonly receivedAt: string | null },
  found: { readonly asOf: string | null; readonly day: string | null; readonly assumed: boolean },
): Meta {
  const { id, simulated, licence, currency } = reader.profile;
  return {
    feed: id,
    simulated,
    attribution: licence.attribution,
    licence: licence.name,
    currency,
    version: reader.version,
    asOf: found.asOf,
    knownAtBasis: found.assumed ? 'assumed' : 'observed',
    receivedAt: found.asOf === null ? reader.receivedAt : null,
    day: found.day,
  };
}
