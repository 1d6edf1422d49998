import type { ObservationColumn } from '../../domain/index.ts';
import { cell, decimal, isoDay } from '../cells.ts';
import type { Feed } from '../feed.ts';
import { RULES } from './rules.ts';

const HEADER = [
  '觀測時間',
  '平均氣壓(hPa)',
  '日最高氣壓(hPa)',
  '日最低氣壓(hPa)',
  '平均氣溫(℃)',
  '最高氣溫(℃)',
  '最低氣溫(℃)',
  '平均露點溫度(℃)',
  '平均相對溼度(%)',
  '最低相對溼度(%)',
  '平均風速(m/s)',
  '最大陣風風速(m/s)',
  '累計雨量(mm)',
  '最大10分鐘降水量(mm)',
  '最大60分鐘降水量(mm)',
  '累積日照時數(hr)',
  '累積日射量(MJ/m2)',
  '累積蒸發量(mm)',
  '平均地溫0cm(℃)',
  '平均地溫5cm(℃)',
  '平均地溫10cm(℃)',
  '平均地溫20cm(℃)',
  '平均地溫50cm(℃)',
  '平均地溫100cm(℃)',
];

const project: Readonly<Record<ObservationColumn, string>> = {
  market_day: isoDay(cell('觀測時間')),
  recorded_at: 'CAST(NULL AS TIMESTAMP)',
  // The file is one station's and does not say which.
  station_code: "'unstated'",
  station_name: 'CAST(NULL AS VARCHAR)',
  mean_temperature_c: decimal(cell('平均氣溫(℃)')),
  min_temperature_c: decimal(cell('最低氣溫(℃)')),
  max_temperature_c: decimal(cell('最高氣溫(℃)')),
  rain_mm: decimal(cell('累計雨量(mm)')),
  relative_humidity_pct: decimal(cell('平均相對溼度(%)')),
  sunshine_hours: decimal(cell('累積日照時數(hr)')),
  solar_radiation_mj_m2: decimal(cell('累積日射量(MJ/m2)')),
  mean_wind_m_s: decimal(cell('平均風速(m/s)')),
};

/** One Taiwanese station's daily weather, from a file. */
export const taiwanWeather: Feed = {
  profile: {
    id: 'taiwan-weather',
    name: { ko: '대만 일별 기상(한 지점)', en: 'Taiwan daily weather (one station)' },
    recordKind: 'observation',
    priceKinds: [],
    currency: 'TWD',
    granularity: 'day',
    utcOffsetMinutes: 480,
    // When a day is published is not stated; the end of the day after is assumed.
    publicationLagHours: 48,
    liveWindowHours: 72,
    calendar: 'learned',
    rangeMeaning: 'none',
    simulated: false,
    ways: ['file'],
    historyFrom: null,
    lateWindowDays: 7,
    silentAfterHours: 24 * 7,
    licence: {
      name: 'unverified: neither the publisher nor its terms stand in the file',
      attribution: {
        ko: '출처: 대만 기상 관측 자료(발행처 미확인)',
        en: 'Source: weather observations of Taiwan (publisher not stated in the file)',
      },
    },
  },
  shapes: [
    {
      id: 'daily',
      header: HEADER,
      delimiter: ',',
      project,
      evidence: {
        mean_text: cell('平均氣溫(℃)'),
        min_text: cell('最低氣溫(℃)'),
        max_text: cell('最高氣溫(℃)'),
        rain_text: cell('累計雨量(mm)'),
      },
    },
  ],
  rules: RULES,
};
