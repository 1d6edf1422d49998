import { atOrigin } from './at-origin/index.ts';
import { atRealtime } from './at-realtime/index.ts';
import { atSale } from './at-sale/index.ts';
import { atSurvey } from './at-survey/index.ts';
import { daconSun } from './dacon-sun/index.ts';
import { demoFeed } from './demo/index.ts';
import { euAgrifood } from './eu-agrifood/index.ts';
import type { Feed } from './feed.ts';
import { garakArrivals, garakAuction } from './garak/index.ts';
import { indiaAgmarknet } from './india-agmarknet/index.ts';
import { japanMaff, japanMaffRetail } from './japan-maff/index.ts';
import { kamis } from './kamis/index.ts';
import { kasiSpecialDays } from './kasi-special-days/index.ts';
import { kmaAsos } from './kma-asos/index.ts';
import { taiwanAmis } from './taiwan-amis/index.ts';
import { taiwanRestDays } from './taiwan-rest-days/index.ts';
import { taiwanWeather } from './taiwan-weather/index.ts';
import { ukDefra } from './uk-defra/index.ts';
import { usdaMars } from './usda-mars/index.ts';

export type { DemoOptions } from './demo/index.ts';
export { DEMO_DEFAULTS, demoFeed, demoOptions, simulate } from './demo/index.ts';
export type { Feed } from './feed.ts';
export { handOver, headerCells, recogniseShape } from './feed.ts';
export * from './fetch/circuit.ts';
export type * from './fetch/connector.ts';
export * from './fetch/fetch-chunk.ts';
export type { FetchErrorKind } from './fetch/fetch-error.ts';
export * from './fetch/fetch-failure.ts';
export type { HttpAnswer } from './fetch/http-call.ts';
export * from './fetch/keys.ts';
export * from './fetch/origins.ts';
export * from './fetch/source-caller.ts';
export * from './fetch/state.ts';
export * from './platform/index.ts';

/** Every feed this version knows, by the name that commands and folders use. */
export const feeds: readonly Feed[] = [
  demoFeed,
  japanMaff,
  japanMaffRetail,
  taiwanAmis,
  taiwanRestDays,
  taiwanWeather,
  ukDefra,
  usdaMars,
  euAgrifood,
  indiaAgmarknet,
  kamis,
  garakAuction,
  garakArrivals,
  kmaAsos,
  kasiSpecialDays,
  daconSun,
  atOrigin,
  atRealtime,
  atSale,
  atSurvey,
];

export function feedById(id: string): Feed | undefined {
  return feeds.find((feed) => feed.profile.id === id);
}
