import type { ObservationColumn } from '../../domain/index.ts';
import { cell, decimal, isoDay } from '../cells.ts';
import type { Feed } from '../feed.ts';
import { connector, decode, HEADER } from './connector.ts';
import { RULES } from './rules.ts';

const project: Readonly<Record<ObservationColumn, string>> = {
  market_day: isoDay(cell('tm')),
  recorded_at: 'CAST(NULL AS TIMESTAMP)',
  station_code: cell('stnId'),
  station_name: cell('stnNm'),
  mean_temperature_c: decimal(cell('avgTa')),
  min_temperature_c: decimal(cell('minTa')),
  max_temperature_c: decimal(cell('maxTa')),
  // Blank mostly means a dry day, and sometimes a broken gauge: it stays missing here.
  rain_mm: decimal(cell('sumRn')),
  relative_humidity_pct: decimal(cell('avgRhm')),
  sunshine_hours: decimal(cell('sumSsHr')),
  solar_radiation_mj_m2: decimal(cell('sumGsr')),
  mean_wind_m_s: decimal(cell('avgWs')),
};

/** Daily weather of Korea's synoptic stations (ASOS). */
export const kmaAsos: Feed = {
  profile: {
    id: 'kma-asos',
    name: { ko: '기상청 종관기상관측(ASOS) 일자료', en: 'KMA daily weather (ASOS, Korea)' },
    recordKind: 'observation',
    priceKinds: [],
    currency: 'KRW',
    granularity: 'day',
    utcOffsetMinutes: 540,
    // A day is given out on the next; its end is assumed.
    publicationLagHours: 48,
    liveWindowHours: 72,
    calendar: 'learned',
    rangeMeaning: 'none',
    simulated: false,
    ways: ['http'],
    historyFrom: null,
    lateWindowDays: 14,
    silentAfterHours: 48,
    licence: {
      name: 'unverified: the terms on the page of this dataset were not seen',
      attribution: { ko: '출처: 기상청', en: 'Source: Korea Meteorological Administration' },
    },
  },
  shapes: [
    {
      id: 'daily',
      header: HEADER,
      delimiter: ',',
      decode,
      project,
      evidence: {
        mean_text: cell('avgTa'),
        min_text: cell('minTa'),
        max_text: cell('maxTa'),
        rain_text: cell('sumRn'),
      },
    },
  ],
  rules: RULES,
  connector,
};
